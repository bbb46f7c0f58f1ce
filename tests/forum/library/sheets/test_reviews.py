"""A peer of another territory reviews a sheet, which then says so."""

import pytest
from django.urls import reverse

from accounts.viewers.viewers import GUEST
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.menu.queries import site_menu
from forum.library.sheets.actions import save_published
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.reviews.actions import answer_review, ask_review
from forum.library.sheets.reviews.models import SheetReview
from tests.factories import AUTHORITIES, create_seat
from tests.forum.library.sheets.sheet_helpers import COST, publish, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def review(draft, claire, jeanne, viewer_of):
    """Jeanne is asked to review Claire's draft."""
    return ask_review(draft, viewer_of(claire), jeanne)


def told(person, viewer):
    found = notifications_of(person, viewer)
    unread = [one for one in found if one.at > person.inbox_read_at]
    assert site_menu(viewer).unread_notifications == len(unread)
    return [one.text.replace("\u00a0", " ") for one in found if "fiche" in one.text]


def test_one_asks_for_a_review_by_name(draft, claire, jeanne, viewer_of, browser_of):
    address = reverse("sheet-reviews", args=[draft.pk])
    browser_of(claire).post(address, {"name": "Jeanne Brunel"})

    expected = ["Claire Le Bihan vous demande de relire une fiche d’expérience."]
    assert told(jeanne, viewer_of(jeanne)) == expected


def test_who_is_asked_reads_the_draft_and_changes_nothing(
    review, draft, jeanne, viewer_of, browser_of
):
    browser = browser_of(jeanne)
    assert (
        "Une chaufferie et 200" in browser.get(reverse("review-sheet", args=[review.pk])).text
    )
    assert browser.get(reverse("sheet-draft", args=[draft.pk])).status_code == 200
    assert browser.get(reverse("edit-draft", args=[draft.pk])).status_code == 403
    assert browser.get(reverse("sheet-authors", args=[draft.pk])).status_code == 404


def test_what_they_say_is_for_the_authors(
    review, draft, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    data = {"verdict": "approved", "remark": "Dites le prix du bois."}
    browser_of(jeanne).post(reverse("review-sheet", args=[review.pk]), data)

    assert told(claire, viewer_of(claire)) == [
        "Jeanne Brunel a relu votre fiche d’expérience : bonne pour publication."
    ]
    page = browser_of(claire).get(reverse("sheet-reviews", args=[draft.pk])).text
    assert "Dites le prix du bois." in page
    sheet = publish(draft, viewer_of(claire), spaces["network"])
    page = browser_of(lucie).get(sheet.get_absolute_url()).text
    assert "Relue par Jeanne Brunel" in page and "Dites le prix du bois." not in page


def test_a_draft_that_somebody_approved_waits_for_its_author_to_publish_it(
    review, draft, claire, jeanne, spaces, viewer_of, browser_of
):
    address, publication = (
        reverse(name, args=[draft.pk]) for name in ("sheet-reviews", "publish-sheet")
    )
    assert publication not in browser_of(claire).get(address).text
    browser_of(jeanne).post(reverse("review-sheet", args=[review.pk]), {"verdict": "approved"})

    assert address in browser_of(claire).get(reverse("home")).text
    assert publication in browser_of(claire).get(address).text
    assert address in browser_of(claire).get(reverse("home")).text
    publish(draft, viewer_of(claire), spaces["network"])
    assert address not in browser_of(claire).get(reverse("home")).text
    assert publication not in browser_of(claire).get(address).text
    found = notifications_of(claire, viewer_of(claire))
    assert [one.is_waiting for one in found if one.url == address] == [False]


def test_who_reviewed_a_sheet_that_all_may_read_is_not_named_to_guests(
    review, draft, claire, jeanne, lucie, spaces, client, viewer_of, browser_of
):
    answer_review(review.pk, viewer_of(jeanne), "approved", "")
    sheet = publish(draft, viewer_of(claire), spaces["public"])
    address = sheet.get_absolute_url()

    page = client.get(address)
    assert "Relue par un autre territoire" in page.text and "Jeanne Brunel" not in page.text
    assert "relue</span>" in client.get(reverse("sheets")).text
    assert not SheetReview.objects.visible_to(GUEST)
    assert "Relue par Jeanne Brunel" in browser_of(lucie).get(address).text
    assert SheetReview.objects.visible_to(viewer_of(lucie)).get() == review


def test_to_be_revised_needs_a_remark_and_is_told_to_the_authors_alone(
    review, draft, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    address = reverse("review-sheet", args=[review.pk])
    assert browser_of(jeanne).post(address, {"verdict": "revise"}).status_code == 422
    answer_review(review.pk, viewer_of(jeanne), "revise", "Le coût manque.")

    sheet = publish(draft, viewer_of(claire), spaces["network"])
    page = browser_of(lucie).get(sheet.get_absolute_url()).text
    assert "Non relue" in page and "Jeanne Brunel" not in page
    assert not SheetReview.objects.visible_to(viewer_of(lucie))


def test_a_change_of_figures_after_the_review_is_said(
    review, draft, claire, jeanne, place, topics, spaces, viewer_of, browser_of
):
    answer_review(review.pk, viewer_of(jeanne), "approved", "")
    sheet = publish(draft, viewer_of(claire), spaces["network"])
    address = sheet.get_absolute_url()
    changed = "Ses chiffres ont été modifiés depuis."

    save_published(sheet, viewer_of(claire), values(place, topics[0], work="Mieux dit."), 1)
    assert changed not in browser_of(claire).get(address).text
    figures = [TypedFigure("power", "350 kW"), COST]
    save_published(sheet, viewer_of(claire), values(place, topics[0], figures=figures), 2)
    assert changed in browser_of(claire).get(address).text


def test_one_asks_a_peer_of_another_organisation_and_territory(
    draft, claire, jeanne, place, viewer_of
):
    jeanne.seats.get().organisation.territories.add(place)
    with pytest.raises(Refused):
        ask_review(draft, viewer_of(claire), jeanne)


def test_not_a_colleague_nor_an_author(draft, claire, town, make_person, viewer_of):
    colleague = make_person("Yann Collègue")
    create_seat(colleague, AUTHORITIES, organisation=town)
    for person in (colleague, claire):
        with pytest.raises(Refused):
            ask_review(draft, viewer_of(claire), person)


def test_who_is_not_asked_reviews_nothing(review, people, viewer_of, browser_of):
    for role in ("authorities", "support", "animator"):
        person = getattr(people, role)
        page = browser_of(person).get(reverse("review-sheet", args=[review.pk]))
        assert page.status_code == 404, role
        with pytest.raises(SheetReview.DoesNotExist):
            answer_review(review.pk, viewer_of(person), "approved", "")


def test_a_reviewer_who_no_longer_reads_a_published_sheet_is_told_nothing(
    review, draft, claire, jeanne, spaces, viewer_of, browser_of
):
    publish(draft, viewer_of(claire), spaces["collectivites-locales"])

    assert told(jeanne, viewer_of(jeanne)) == []
    assert browser_of(jeanne).get(reverse("review-sheet", args=[review.pk])).status_code == 404
    assert ExperienceSheet.objects.get() not in ExperienceSheet.objects.visible_to(
        viewer_of(jeanne)
    )
