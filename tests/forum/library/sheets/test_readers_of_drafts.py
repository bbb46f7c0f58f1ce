"""Who joined or reviews a draft reads it while they read where it goes and comes from."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.conversation.threads.models import Thread
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.reviews.actions import answer_review, ask_review
from forum.library.sheets.reviews.calls.actions import open_call
from tests.factories import AUTHORITIES, create_seat, start_thread
from tests.forum.members.export_helpers import taken_along

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]
SECRET = "Le prix du lot 3, entre nous."


@pytest.fixture
def paul(make_person):
    """A colleague of another town, who reads the room of the college."""
    return make_person("Paul Autre", AUTHORITIES)


@pytest.fixture(params=["space", "origin"])
def room_draft(request, draft, claire, spaces):
    """Claire's draft, written for the room of her college, or drawn from a thread there."""
    place = spaces[AUTHORITIES]
    if request.param == "space":
        ExperienceSheet.objects.filter(pk=draft.pk).update(space=place)
    else:
        thread = start_thread(claire, place, title="Salle privée")
        ExperienceSheet.objects.filter(pk=draft.pk).update(space=None, origin=thread)
    draft.refresh_from_db()
    return draft


def leave(person):
    """End the seats of ``person``, whom another college seats."""
    person.seats.update(ended_at=timezone.now())
    create_seat(person, "porteurs-de-projet")


def pages_of(browser, sheet):
    """What is answered where drafts are read and written."""
    names = "sheet-draft", "edit-draft", "sheet-authors", "sheet-reviews"
    return [browser.get(reverse(name, args=[sheet.pk])).status_code for name in names]


def test_a_co_author_reads_and_writes_it_no_more(
    room_draft, claire, paul, viewer_of, browser_of
):
    row = invite_author(room_draft, viewer_of(claire), paul)
    answer_invitation(row.pk, viewer_of(paul), accepts=True)
    assert pages_of(browser_of(paul), room_draft) == [200] * 4
    leave(paul)
    ExperienceSheet.objects.filter(pk=room_draft.pk).update(work=SECRET, title=SECRET)

    browser = browser_of(paul)
    assert set(pages_of(browser, room_draft)) <= {403, 404}
    assert SECRET not in json.dumps(taken_along(paul), ensure_ascii=False)
    page = browser.get(reverse("sheet-drafts")).text
    assert SECRET not in page and "dont vous ne lisez plus l’espace" in page
    browser.post(reverse("remove-sheet-author", args=[row.pk]))
    assert not SheetAuthor.objects.exists()
    assert pages_of(browser_of(claire), room_draft) == [200] * 4, "who began it goes on"


def test_who_is_invited_does_not_join_it(room_draft, claire, paul, viewer_of, browser_of):
    row = invite_author(room_draft, viewer_of(claire), paul)
    leave(paul)

    browser, address = browser_of(paul), reverse("sheet-invitation", args=[row.pk])
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"accepts": "1"}).status_code == 404
    assert set(pages_of(browser, room_draft)) <= {403, 404}
    assert room_draft.title not in json.dumps(taken_along(paul), ensure_ascii=False)


def test_a_reviewer_reads_it_no_more(room_draft, claire, paul, viewer_of, browser_of):
    review = ask_review(room_draft, viewer_of(claire), paul)
    assert browser_of(paul).get(reverse("review-sheet", args=[review.pk])).status_code == 200
    leave(paul)
    ExperienceSheet.objects.filter(pk=room_draft.pk).update(work=SECRET, title=SECRET)

    browser = browser_of(paul)
    assert browser.get(reverse("review-sheet", args=[review.pk])).status_code == 404
    with pytest.raises(ExperienceSheet.DoesNotExist):
        answer_review(review.pk, viewer_of(paul), "approved", "")
    assert set(pages_of(browser, room_draft)) <= {403, 404}
    assert SECRET not in json.dumps(taken_along(paul), ensure_ascii=False)
    assert SECRET not in browser.get(reverse("inbox")).text


def test_who_looked_for_a_reviewer_takes_its_title_along_while_they_read_it(
    room_draft, claire, paul, viewer_of
):
    row = invite_author(room_draft, viewer_of(claire), paul)
    answer_invitation(row.pk, viewer_of(paul), accepts=True)
    open_call(room_draft, viewer_of(claire))
    room_draft.review_calls.update(opened_by=paul)
    (call,) = taken_along(paul)["review_calls"]
    assert call["draft"] == room_draft.title

    leave(paul)
    (call,) = taken_along(paul)["review_calls"]
    assert call["draft"] is None


def test_a_draft_of_no_space_and_no_thread_is_read_as_before(
    draft, claire, paul, viewer_of, browser_of
):
    ExperienceSheet.objects.filter(pk=draft.pk).update(space=None)
    row = invite_author(draft, viewer_of(claire), paul)
    answer_invitation(row.pk, viewer_of(paul), accepts=True)
    leave(paul)

    assert pages_of(browser_of(paul), draft) == [200] * 4
    assert not Thread.objects.exists()
