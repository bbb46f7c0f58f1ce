"""An author calls for a reviewer; who may be asked takes it, once, and reads the draft then."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.base.locks import lock_row
from accounts.profiles.models import Profile
from forum.base.expertise.models import Expertise
from forum.base.rules import Refused
from forum.conversation.files.models import StoredFile
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.menu.queries import site_menu
from forum.library.sheets.authors.actions import answer_invitation, invite_author, remove_author
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.drafts.actions import delete_draft, delete_drafts_of, save_draft
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.reviews.actions import MAX_REVIEWS, ask_review
from forum.library.sheets.reviews.calls import queries
from forum.library.sheets.reviews.calls.actions import (
    MAX_OPEN_CALLS,
    close_call,
    end_calls,
    end_calls_of,
    open_call,
    take_call,
)
from forum.library.sheets.reviews.calls.models import ReviewCall, ReviewCallRecipient
from forum.library.sheets.reviews.models import SheetReview
from forum.library.sheets.tasks import end_review_calls
from tests.factories import (
    AUTHORITIES,
    SUPPORT,
    create_seat,
    join_group,
    post_reply,
    start_thread,
)  # fmt: skip
from tests.forum.conversation.files.file_helpers import uploaded
from tests.forum.library.sheets.sheet_helpers import draft_of, publish, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def call(draft, claire, viewer_of):
    """Claire's call on her draft, of which nobody is notified."""
    return open_call(draft, viewer_of(claire))


@pytest.fixture
def other(make_person):
    """A member of a third organisation."""
    return make_person("Nora Pons", SUPPORT)


def notices(person, viewer):
    found = notifications_of(person, viewer)
    unread = [one for one in found if one.at > person.inbox_read_at]
    assert site_menu(viewer).unread_notifications == len(unread)
    return [one.text.replace("\u00a0", " ") for one in found if "fiche" in one.text]


def takes(viewer):
    return list(queries.calls_to_take(viewer))


def test_members_of_elsewhere_find_it_beside_the_sheets_and_no_word_of_the_draft(
    call, draft, jeanne, browser_of
):
    browser, address = browser_of(jeanne), reverse("review-call", args=[call.pk])
    for page in ("/experiences/", reverse("review-calls"), address):
        text = browser.get(page).text
        assert draft.title in text and "Val d’Ombre" in text, page
        assert "200 m de réseau" not in text and "300 kW" not in text, page
    assert browser.get(reverse("sheet-draft", args=[draft.pk])).status_code == 404


def test_who_takes_it_reads_the_draft_and_reviews_it(
    call, draft, claire, jeanne, viewer_of, browser_of
):
    answer = browser_of(jeanne).post(reverse("review-call", args=[call.pk]), follow=True)

    review = SheetReview.objects.get(sheet=draft)
    assert (review.reviewer, review.asked_by) == (jeanne, claire)
    assert answer.redirect_chain[-1][0] == reverse("review-sheet", args=[review.pk])
    assert "Une chaufferie et 200" in answer.text
    assert notices(claire, viewer_of(claire)) == [
        "Jeanne Brunel répond à votre appel, et relit votre fiche d’expérience."
    ]
    assert takes(viewer_of(jeanne)) == []
    again = browser_of(jeanne).post(reverse("review-call", args=[call.pk]))
    assert again.url == reverse("review-sheet", args=[review.pk])


def test_of_two_who_take_it_the_second_is_thanked_and_shown_nothing(
    call, draft, jeanne, other, viewer_of, browser_of
):
    take_call(call.pk, viewer_of(jeanne))

    with pytest.raises(Refused):
        take_call(call.pk, viewer_of(other))
    for method in ("get", "post"):
        address = reverse("review-call", args=[call.pk])
        text = getattr(browser_of(other), method)(address, follow=True).text
        assert "n’est plus ouvert" in text and draft.title not in text
    assert SheetReview.objects.get().reviewer == jeanne
    assert not ExperienceSheet.objects.visible_to(viewer_of(other)).exists()


def test_colleagues_authors_neighbours_and_guests_are_not_shown_it(
    call, draft, claire, town, jeanne, place, make_person, people, viewer_of, browser_of
):
    colleague, coauthor = make_person("Yann Le Goff"), make_person("Ève Roy", SUPPORT)
    create_seat(colleague, AUTHORITIES, organisation=town)
    SheetAuthor.objects.create(
        sheet=draft, person=coauthor, invited_by=claire, state="accepted"
    )
    jeanne.seats.get().organisation.territories.add(place)
    for person in (colleague, jeanne, people.registered, people.waiting):
        assert takes(viewer_of(person)) == [], person
        for method in ("get", "post"):
            page = getattr(browser_of(person), method)(reverse("review-call", args=[call.pk]))
            assert page.status_code == 404, person
        with pytest.raises(ReviewCall.DoesNotExist):
            take_call(call.pk, viewer_of(person))
    for author in (claire, coauthor):
        assert takes(viewer_of(author)) == []
        with pytest.raises(Refused):
            take_call(call.pk, viewer_of(author))
        page = browser_of(author).get(reverse("review-call", args=[call.pk]))
        assert page.url == reverse("sheet-reviews", args=[draft.pk])
    assert browser_of(None).get(reverse("review-calls")).status_code == 302
    assert draft.title not in browser_of(None).get("/experiences/").text


def test_a_call_on_what_comes_from_a_thread_is_for_who_reads_that(
    claire, jeanne, make_person, place, topics, spaces, viewer_of
):
    origin = start_thread(claire, spaces[AUTHORITIES], topic=topics[0])
    draft = draft_of(viewer_of(claire), place, topics[0])
    ExperienceSheet.objects.filter(pk=draft.pk).update(origin=origin)
    peer = make_person("Aude Vial", AUTHORITIES)
    for one in (jeanne, peer):
        Expertise.objects.create(person=one, topic=topics[0])
    call = open_call(draft, viewer_of(claire))

    assert takes(viewer_of(jeanne)) == [] and takes(viewer_of(peer)) == [call]
    assert [one.person for one in ReviewCallRecipient.objects.all()] == [peer]


def test_one_on_a_published_sheet_is_for_its_readers(
    draft, claire, jeanne, make_person, spaces, viewer_of, browser_of
):
    sheet = publish(draft, viewer_of(claire), spaces[AUTHORITIES])
    peer = make_person("Aude Vial", AUTHORITIES)
    call = open_call(sheet, viewer_of(claire))

    assert takes(viewer_of(jeanne)) == [] and takes(viewer_of(peer)) == [call]
    page = browser_of(peer).get(reverse("review-call", args=[call.pk])).text
    assert sheet.get_absolute_url() in page


def test_those_who_know_the_topic_are_notified_in_the_bell_until_it_is_taken(
    draft, claire, jeanne, other, topics, spaces, viewer_of, browser_of
):
    Expertise.objects.create(person=jeanne, topic=topics[0])
    post_reply(other, start_thread(claire, spaces["network"], topic=topics[0]))
    data = {"opens": "1"}
    page = browser_of(claire).post(
        reverse("change-call", args=[draft.pk]), data, follow=True
    ).text  # fmt: skip

    assert "2 personnes qui connaissent le sujet" in page.replace("\u00a0", " ")
    expected = ["Une fiche sur un sujet que vous connaissez cherche un relecteur."]
    assert notices(jeanne, viewer_of(jeanne)) == notices(other, viewer_of(other)) == expected
    take_call(ReviewCall.objects.get().pk, viewer_of(jeanne))
    assert notices(other, viewer_of(other)) == []


def test_who_becomes_a_neighbour_or_loses_the_thread_is_notified_no_more(
    draft, claire, jeanne, other, topics, place, viewer_of
):
    for one in (jeanne, other):
        Expertise.objects.create(person=one, topic=topics[0])
    call = open_call(draft, viewer_of(claire))
    assert len(notices(jeanne, viewer_of(jeanne))) == len(notices(other, viewer_of(other))) == 1

    organisation = jeanne.seats.get().organisation
    organisation.territories.add(place)
    assert notices(jeanne, viewer_of(jeanne)) == []
    close_call(draft, viewer_of(claire))
    assert notices(other, viewer_of(other)) == []
    assert not ReviewCall.objects.open().filter(pk=call.pk).exists()


def test_nobody_is_notified_of_more_than_two_in_a_week_or_twice_of_a_sheet(
    claire, jeanne, topics, place, viewer_of
):
    Expertise.objects.create(person=jeanne, topic=topics[0])
    viewer = viewer_of(claire)
    drafts = [draft_of(viewer, place, topics[0]) for _ in range(3)]
    for one in drafts:
        open_call(one, viewer)
    sent = ReviewCallRecipient.objects.filter(person=jeanne)
    assert sent.count() == queries.MAX_CALLS_A_WEEK == 2

    sent.update(notified_at=timezone.now() - timedelta(days=8))
    close_call(drafts[0], viewer)
    open_call(drafts[0], viewer)
    assert sent.count() == 2
    close_call(drafts[2], viewer)
    open_call(drafts[2], viewer)
    assert sent.count() == 3


def test_some_are_notified_at_most_those_first_who_were_the_longest_ago(
    claire, make_person, topics, place, viewer_of, monkeypatch
):
    monkeypatch.setattr(queries, "MAX_RECIPIENTS", 1)
    known = [make_person(f"Membre {name}", SUPPORT) for name in ("Un", "Deux")]
    for one in known:
        Expertise.objects.create(person=one, topic=topics[0])
    for _ in range(2):
        open_call(draft_of(viewer_of(claire), place, topics[0]), viewer_of(claire))

    rows = ReviewCallRecipient.objects.order_by("pk")
    assert [row.person for row in rows] == known


def test_who_is_not_in_the_directory_is_not_notified(
    draft, claire, jeanne, other, topics, viewer_of
):
    for one in (jeanne, other):
        Expertise.objects.create(person=one, topic=topics[0])
    Profile.objects.update_or_create(person=jeanne, defaults={"is_listed": False})
    open_call(draft, viewer_of(claire))

    assert [row.person for row in ReviewCallRecipient.objects.all()] == [other]


def test_a_sheet_has_one_call_at_a_time_and_thirty_days_end_it(
    call, draft, claire, jeanne, viewer_of
):
    assert open_call(draft, viewer_of(claire)) == call
    calls = ReviewCall.objects.filter(pk=call.pk)
    calls.update(ends_at=timezone.now())

    assert takes(viewer_of(jeanne)) == []
    with pytest.raises(Refused):
        take_call(call.pk, viewer_of(jeanne))
    newer = open_call(draft, viewer_of(claire))
    assert newer != call and takes(viewer_of(jeanne)) == [newer]
    assert calls.get().ended_at is not None


def test_the_worker_ends_what_nobody_took_and_forgets_who_was_notified(
    draft, claire, jeanne, topics, viewer_of
):
    Expertise.objects.create(person=jeanne, topic=topics[0])
    call = open_call(draft, viewer_of(claire))
    assert end_review_calls.func() == 0
    assert end_calls(timezone.now() + timedelta(days=31)) == 1
    assert ReviewCallRecipient.objects.filter(call=call).count() == 1
    assert end_calls(timezone.now() + timedelta(days=62)) == 0
    assert ReviewCallRecipient.objects.count() == 0


def test_one_person_has_five_open_and_a_draft_without_title_or_topic_none(
    claire, place, topics, viewer_of, browser_of
):
    viewer = viewer_of(claire)
    for _ in range(MAX_OPEN_CALLS):
        open_call(draft_of(viewer, place, topics[0]), viewer)
    with pytest.raises(Refused):
        open_call(draft_of(viewer, place, topics[0]), viewer)
    bare = draft_of(viewer, place, None)
    page = browser_of(claire).get(reverse("sheet-reviews", args=[bare.pk])).text
    assert "Donnez d’abord un titre et un sujet" in page and 'name="opens"' not in page
    data = {"opens": "1"}
    answer = browser_of(claire).post(reverse("change-call", args=[bare.pk]), data, follow=True)
    assert "Donnez d’abord un titre" in answer.text
    assert ReviewCall.objects.count() == MAX_OPEN_CALLS


def test_only_who_began_the_sheet_opens_and_closes_it(
    call, draft, claire, jeanne, viewer_of, browser_of
):
    SheetAuthor.objects.create(sheet=draft, person=jeanne, invited_by=claire, state="accepted")
    for opens in ("0", "1"):
        answer = browser_of(jeanne).post(
            reverse("change-call", args=[draft.pk]), {"opens": opens}
        )
        assert ReviewCall.objects.get().ended_at is None
        assert answer.status_code in (302, 403)
    page = browser_of(claire).get(reverse("sheet-reviews", args=[draft.pk])).text
    assert "Votre appel est ouvert" in page
    browser_of(claire).post(reverse("change-call", args=[draft.pk]), {"opens": "0"})
    assert takes(viewer_of(jeanne)) == [] and ReviewCall.objects.get().ended_at


def test_the_author_reads_before_opening_what_the_call_says(draft, claire, browser_of):
    page = browser_of(claire).get(reverse("sheet-reviews", args=[draft.pk])).text

    assert "rien d’autre tant que personne" in " ".join(page.split())
    assert page.index(draft.title) < page.index("Ouvrir un appel")


def test_as_many_reviewers_as_a_sheet_may_have_leave_no_call(
    call, draft, claire, jeanne, make_person, viewer_of
):
    for number in range(MAX_REVIEWS):
        person = make_person(f"Relecteur {number}", SUPPORT)
        SheetReview.objects.create(sheet=draft, reviewer=person, asked_by=claire)
    with pytest.raises(Refused):
        take_call(call.pk, viewer_of(jeanne))
    assert ReviewCall.objects.get().is_open
    close_call(draft, viewer_of(claire))
    with pytest.raises(Refused):
        open_call(draft, viewer_of(claire))


def test_it_goes_with_its_draft_and_with_the_account_that_opened_it(
    call, draft, claire, place, topics, viewer_of
):
    delete_draft(draft, viewer_of(claire))
    assert not ReviewCall.objects.exists()
    other = draft_of(viewer_of(claire), place, topics[0])
    open_call(other, viewer_of(claire))
    end_calls_of(claire.pk)
    assert ReviewCall.objects.get().ended_at is not None
    delete_drafts_of(claire.pk)
    assert not ReviewCall.objects.exists()


def test_it_goes_with_the_first_post_of_a_published_sheet(sheet, claire, viewer_of, browser_of):
    open_call(sheet, viewer_of(claire))
    post = sheet.thread.posts.get(number=1)
    browser_of(claire).post(reverse("delete-post", args=[post.pk]))

    assert not ReviewCall.objects.exists()
    assert lock_row(type(post), post.pk).deleted_at is not None


def test_a_draft_for_a_closed_space_is_for_its_readers_alone(
    draft, claire, jeanne, other, spaces, viewer_of, browser_of, settings, tmp_path
):
    """Its call, its invitations, its reviewers and its files."""
    settings.MEDIA_ROOT = str(tmp_path)
    ExperienceSheet.objects.filter(pk=draft.pk).update(space=spaces["group"])
    draft.refresh_from_db()
    join_group(claire), join_group(jeanne)
    for person in (jeanne, other):
        Expertise.objects.create(person=person, topic=draft.topic)
    call = open_call(draft, viewer_of(claire))

    assert takes(viewer_of(jeanne)) == [call] and takes(viewer_of(other)) == []
    assert [row.person for row in ReviewCallRecipient.objects.all()] == [jeanne]
    for page in ("/experiences/", reverse("review-calls")):
        assert draft.title not in browser_of(other).get(page).text, page
    assert browser_of(other).post(reverse("review-call", args=[call.pk])).status_code == 404
    with pytest.raises(ReviewCall.DoesNotExist):
        take_call(call.pk, viewer_of(other))
    for ask in (invite_author, ask_review):
        with pytest.raises(Refused, match="ne lit pas l’espace"):
            ask(draft, viewer_of(claire), other)
    plan = uploaded(browser_of(claire))
    StoredFile.objects.filter(pk=plan.pk).update(sheet=draft)
    file = reverse("file", args=[plan.pk, plan.name])
    for page in (reverse("sheet-draft", args=[draft.pk]), file):
        assert browser_of(other).get(page).status_code == 404, page
    assert browser_of(jeanne).get(file).status_code == 404
    assert take_call(call.pk, viewer_of(jeanne)).sheet == draft
    assert browser_of(jeanne).get(file).status_code == 200


def test_a_draft_for_the_network_or_all_is_for_any_member(
    draft, claire, jeanne, spaces, viewer_of
):
    call = open_call(draft, viewer_of(claire))
    for name in ("network", "public"):
        ExperienceSheet.objects.filter(pk=draft.pk).update(space=spaces[name])
        assert takes(viewer_of(jeanne)) == [call], name


def test_who_wrote_words_of_it_takes_no_call_on_it(
    draft, claire, jeanne, place, topics, viewer_of
):
    row = invite_author(draft, viewer_of(claire), jeanne)
    answer_invitation(row.pk, viewer_of(jeanne), accepts=True)
    said = values(place, topics[0], advice="Commencer par la régie, toujours.")
    save_draft(draft, viewer_of(jeanne), said, 1)
    remove_author(row.pk, viewer_of(jeanne))
    open_call(draft, viewer_of(claire))

    assert takes(viewer_of(jeanne)) == []
