"""Co-authors of any organisation: invited by name, who accept or decline, and may leave."""

import pytest
from django.urls import reverse

from accounts.closing.actions import ask_to_close
from accounts.profiles.models import Profile
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.menu.queries import site_menu
from forum.library.sheets.actions import save_published
from forum.library.sheets.authors.actions import answer_invitation, invite_author, remove_author
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.drafts.actions import save_draft
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.reviews.actions import ask_review
from forum.members.closing.actions import close_account
from tests.factories import SUPPORT, join_group, move_thread
from tests.forum.library.sheets.sheet_helpers import TITLE, publish, values
from tests.forum.members.export_helpers import taken_along

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def invited(draft, claire, jeanne, viewer_of):
    """Claire's invitation to Jeanne."""
    return invite_author(draft, viewer_of(claire), jeanne)


@pytest.fixture
def told(viewer_of):
    """What the inbox tells a person of sheets; the bell counts as much."""

    def told(person):
        found = notifications_of(person, viewer_of(person))
        unread = [one for one in found if one.at > person.inbox_read_at]
        assert site_menu(viewer_of(person)).unread_notifications == len(unread)
        return [one.text for one in found if "fiche" in one.text]

    return told


def seen_by(viewer):
    return set(ExperienceSheet.objects.visible_to(viewer))


def test_one_is_invited_by_name_and_told(draft, claire, jeanne, told, browser_of):
    browser, address = browser_of(claire), reverse("sheet-authors", args=[draft.pk])

    assert browser.post(address, {"name": "jeanne brunel"}).status_code == 302
    assert told(jeanne) == ["Claire Le Bihan vous invite à écrire une fiche d’expérience."]
    assert browser.post(address, {"name": "Jeanne"}).status_code == 302
    assert SheetAuthor.objects.get().person == jeanne


def test_a_name_of_several_people_is_asked_about(
    draft, claire, jeanne, make_person, browser_of
):
    other = make_person("Jeanne Brunel-Morvan", SUPPORT)
    browser, address = browser_of(claire), reverse("sheet-authors", args=[draft.pk])

    page = browser.post(address, {"name": "Jeanne Brunel"})
    assert page.status_code == 422 and "Jeanne Brunel-Morvan" in page.text
    browser.post(address, {"name": "Jeanne Brunel", "person": other.pk})
    assert SheetAuthor.objects.get().person == other


def test_who_is_not_in_the_directory_is_not_found(draft, claire, jeanne, browser_of):
    Profile.objects.create(person=jeanne, is_listed=False)
    page = browser_of(claire).post(
        reverse("sheet-authors", args=[draft.pk]), {"name": "Jeanne Brunel"}
    )

    assert page.status_code == 422 and not SheetAuthor.objects.exists()


def test_an_invitation_shows_nothing_of_the_draft_until_it_is_accepted(
    invited, draft, claire, jeanne, told, viewer_of, browser_of
):
    browser = browser_of(jeanne)
    page = browser.get(reverse("sheet-invitation", args=[invited.pk])).text
    assert draft.title in page and draft.work not in page
    assert draft not in seen_by(viewer_of(jeanne))

    browser.post(reverse("sheet-invitation", args=[invited.pk]), {"accepts": "1"})
    assert draft in seen_by(viewer_of(jeanne))
    assert told(jeanne) == []
    assert told(claire) == ["Jeanne Brunel écrit désormais avec vous une fiche d’expérience."]


def test_declined_it_shows_nothing_and_says_so(invited, draft, claire, jeanne, told, viewer_of):
    answer_invitation(invited.pk, viewer_of(jeanne), accepts=False)

    assert draft not in seen_by(viewer_of(jeanne))
    assert "a décliné" in told(claire)[0]


def test_an_invitation_is_answered_by_whom_it_is_for(invited, people, viewer_of, browser_of):
    for role in ("authorities", "support", "animator"):
        person = getattr(people, role)
        page = browser_of(person).get(reverse("sheet-invitation", args=[invited.pk]))
        assert page.status_code == 404, role
        with pytest.raises(SheetAuthor.DoesNotExist):
            answer_invitation(invited.pk, viewer_of(person), accepts=True)


def test_a_co_author_writes_and_does_not_manage(
    invited, draft, claire, jeanne, lucie, place, topics, viewer_of
):
    answer_invitation(invited.pk, viewer_of(jeanne), accepts=True)
    save_draft(draft, viewer_of(jeanne), values(place, topics[0], work="À deux."), 1)

    with pytest.raises(Refused):
        invite_author(draft, viewer_of(jeanne), lucie)
    assert ExperienceSheet.objects.get().work == "À deux."


def test_a_co_author_leaves_and_is_removed(
    invited, draft, claire, jeanne, viewer_of, browser_of
):
    answer_invitation(invited.pk, viewer_of(jeanne), accepts=True)
    browser_of(jeanne).post(reverse("remove-sheet-author", args=[invited.pk]))

    assert draft not in seen_by(viewer_of(jeanne)) and not SheetAuthor.objects.exists()
    again = invite_author(draft, viewer_of(claire), jeanne)
    remove_author(again.pk, viewer_of(claire))
    assert not SheetAuthor.objects.exists()


def test_nobody_else_removes_a_co_author(invited, people, viewer_of):
    for role in ("support", "animator"):
        with pytest.raises(SheetAuthor.DoesNotExist):
            remove_author(invited.pk, viewer_of(getattr(people, role)))


def test_one_invites_only_who_reads_what_it_heads(draft, claire, jeanne, spaces, viewer_of):
    sheet = publish(draft, viewer_of(claire), spaces["collectivites-locales"])

    with pytest.raises(Refused):
        invite_author(sheet, viewer_of(claire), jeanne)


def test_the_page_names_all_authors(
    invited, draft, claire, jeanne, spaces, viewer_of, browser_of
):
    answer_invitation(invited.pk, viewer_of(jeanne), accepts=True)
    sheet = publish(draft, viewer_of(claire), spaces["network"])

    page = browser_of(claire).get(sheet.get_absolute_url()).text
    assert "Claire Le Bihan" in page and "Jeanne Brunel" in page


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_draft_of_a_closed_account_goes_or_goes_on(
    is_shared, invited, draft, claire, jeanne, viewer_of
):
    if is_shared:
        answer_invitation(invited.pk, viewer_of(jeanne), accepts=True)
    ask_to_close(claire, days=0)
    assert close_account(claire)

    assert [one.author for one in ExperienceSheet.objects.all()] == [jeanne] * is_shared
    assert not SheetAuthor.objects.exists()


def test_a_published_sheet_stays_without_the_name(sheet, claire, jeanne, browser_of):
    ask_to_close(claire, days=0)
    close_account(claire)

    page = browser_of(jeanne).get(sheet.get_absolute_url())
    assert (
        page.status_code == 200
        and ">Claire Le Bihan<" not in page.text
        and "Ancien membre" in page.text
    )


def test_an_invitation_to_what_one_no_longer_reads_says_nothing(
    draft, claire, jeanne, lucie, spaces, told, viewer_of, browser_of
):
    sheet = publish(draft, viewer_of(claire), spaces["network"])
    row = invite_author(sheet, viewer_of(claire), jeanne)
    assert told(jeanne) != []

    move_thread(sheet.thread, viewer_of(lucie), spaces["structures-de-soutien"])
    assert told(jeanne) == []
    page = browser_of(jeanne).get(reverse("sheet-invitation", args=[row.pk]))
    assert page.status_code == 404 and sheet.title not in page.text


def test_what_one_takes_along_tells_no_title_that_one_does_not_see_any_more(
    draft, claire, jeanne, people, lucie, spaces, viewer_of, topics, place
):
    """Of an invitation, of a review: a draft's own, of what is published its thread's."""
    row = invite_author(draft, viewer_of(claire), jeanne)
    answer_invitation(row.pk, viewer_of(jeanne), accepts=True)
    ask_review(draft, viewer_of(claire), people.support)
    named = [(jeanne, "sheets_written"), (people.support, "sheet_reviews")]
    told = {name: rows_of(person, name) for person, name in named}
    assert {row["draft"] for (row,) in told.values()} == {TITLE}

    sheet = publish(draft, viewer_of(claire), spaces["network"])
    join_group(claire), join_group(lucie)
    move_thread(sheet.thread, viewer_of(lucie), spaces["group"])
    said = values(place, topics[0], title="Tout autre chose")
    save_published(sheet, viewer_of(claire), said, sheet.version)
    for person, name in named:
        (row,) = rows_of(person, name)
        assert (row["draft"], row["thread"]) == (None, None), name


def rows_of(person, section):
    """What ``person`` takes along of this section."""
    return taken_along(person)[section]


def test_what_several_write_is_not_published_to_everybody_before_each_has_agreed(
    draft, invited, claire, jeanne, spaces, viewer_of, browser_of
):
    address = reverse("publish-sheet", args=[draft.pk])
    assert 'value="place-publique"' in browser_of(claire).get(address).text

    answer_invitation(invited.pk, viewer_of(jeanne), accepts=True)
    page = browser_of(claire).get(address).text
    assert 'value="place-publique"' not in page and "chacun de ses auteurs dit oui" in page
    with pytest.raises(Refused, match="chacun doit l’accepter avant que tous la lisent"):
        publish(draft, viewer_of(claire), spaces["public"])
    assert not ExperienceSheet.objects.exclude(thread=None).exists()
    assert (
        publish(draft, viewer_of(claire), spaces["network"]).thread.space == spaces["network"]
    )
