"""Seats: who decides, once, and what deciding opens."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Seat
from accounts.organisations.actions import confirm_seat, end_seat, refuse_seat
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def mona(make_person):
    """Someone who has signed and whose seat waits."""
    return make_person("Mona Patiente", factories.AUTHORITIES, confirmed=False)


@pytest.fixture
def seat(mona):
    """Mona's seat."""
    return mona.seats.get()


def test_confirming_a_seat_opens_the_college(mona, seat, lucie):
    assert viewer_of_person(mona).level == AccessLevel.SIGNATORY
    confirm_seat(seat, lucie)
    assert viewer_of_person(mona).level == AccessLevel.MEMBER
    assert mona.seats.get().confirmed_by == lucie


def test_confirming_twice_is_one_outcome(seat, lucie, make_person):
    other = make_person("Autre Animatrice", factories.PROJECTS, is_animator=True)
    first = confirm_seat(seat, lucie)
    again = confirm_seat(seat, other)
    assert again.confirmed_at == first.confirmed_at
    assert again.confirmed_by == lucie


def test_refusing_a_seat_shuts_what_waiting_opened_and_says_why(mona, seat, lucie):
    refuse_seat(seat, lucie, "Cette adresse n’est pas de la mairie.")
    assert viewer_of_person(mona).level == AccessLevel.REGISTERED
    assert mona.seats.get().refusal == "Cette adresse n’est pas de la mairie."


def test_refusing_twice_keeps_the_first_reason(seat, lucie):
    refuse_seat(seat, lucie, "Premier motif")
    assert refuse_seat(seat, lucie, "Second motif").refusal == "Premier motif"


def test_a_refused_seat_cannot_be_confirmed(mona, seat, lucie):
    refuse_seat(seat, lucie, "Non")
    with pytest.raises(PermissionDenied):
        confirm_seat(seat, lucie)
    assert viewer_of_person(mona).level == AccessLevel.REGISTERED


def test_a_confirmed_seat_cannot_be_refused(mona, seat, lucie):
    confirm_seat(seat, lucie)
    with pytest.raises(PermissionDenied):
        refuse_seat(seat, lucie, "Trop tard")
    assert viewer_of_person(mona).level == AccessLevel.MEMBER


@pytest.mark.parametrize("decide", [confirm_seat, lambda s, by: refuse_seat(s, by, "Non")])
def test_a_seat_that_ended_is_not_decided_any_more(seat, lucie, decide):
    end_seat(seat, lucie)
    with pytest.raises(PermissionDenied):
        decide(seat, lucie)


def test_ending_a_seat_shuts_the_college_at_once(claire, lucie):
    end_seat(claire.seats.get(), lucie)
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED


def test_ending_twice_keeps_the_first_end(claire, lucie):
    first = end_seat(claire.seats.get(), lucie).ended_at
    assert end_seat(claire.seats.get(), lucie).ended_at == first


def test_one_may_end_ones_own_mandate(claire):
    end_seat(claire.seats.get(), claire)
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED


@pytest.mark.parametrize("role", ["registered", "waiting", "authorities", "former", "lapsed",
                                  "suspended", "administrator"])  # fmt: skip
@pytest.mark.parametrize(
    "act", [confirm_seat, lambda s, by: refuse_seat(s, by, "Non"), end_seat],
    ids=["confirm", "refuse", "end"],
)  # fmt: skip
def test_nobody_but_an_animator_decides(people, seat, role, act):
    with pytest.raises(PermissionDenied):
        act(seat, getattr(people, role))
    seat.refresh_from_db()
    assert (seat.confirmed_at, seat.refused_at, seat.ended_at) == (None, None, None)


@pytest.mark.parametrize("fall", ["suspended", "inactive", "lapsed", "ended"])
def test_an_animator_who_is_no_member_today_decides_nothing(seat, lucie, fall):
    now = timezone.now()
    if fall == "suspended":
        lucie.suspended_at = now
    if fall == "inactive":
        lucie.is_active = False
    lucie.save()
    if fall == "lapsed":
        factories.create_charter(2)
    if fall == "ended":
        lucie.seats.update(ended_at=now)
    with pytest.raises(PermissionDenied):
        confirm_seat(seat, lucie)


def test_an_animator_does_not_confirm_their_own_seat(make_person):
    animator = make_person("Solène", factories.SUPPORT, confirmed=False, is_animator=True)
    with pytest.raises(PermissionDenied):
        confirm_seat(animator.seats.get(), animator)
    assert viewer_of_person(animator).level == AccessLevel.SIGNATORY


def test_the_page_of_seats_shows_what_waits_and_confirms_it(seat, lucie, mona, browser_of):
    page = browser_of(lucie)
    assert "Mona Patiente" in page.get(reverse("seats")).text
    answer = page.post(reverse("confirm-seat", args=[seat.pk]), follow=True)
    assert "est confirmé" in answer.text
    assert "Mona Patiente" not in page.get(reverse("seats")).text
    assert viewer_of_person(mona).level == AccessLevel.MEMBER


def test_the_page_of_seats_shows_by_what_a_seat_is_verified(seat, lucie, claire, browser_of):
    seats, there = browser_of(lucie), reverse("organisation-seats", args=["SLUG"])
    page = seats.get(reverse("seats")).text
    assert "aucun fichier joint" in page and "Contact de l’organisation" not in page
    sitting = claire.seats.get().organisation
    Seat.objects.filter(pk=seat.pk).update(organisation=sitting)
    seat.person.signatures.update(organisation=sitting)
    page = seats.get(reverse("seats")).text
    assert "Claire Le Bihan" in page and f"mailto:{claire.email}" in page
    assert there.replace("SLUG", sitting.slug) in page


def test_refusing_on_the_page_asks_for_a_reason(seat, lucie, browser_of):
    page = browser_of(lucie)
    address = reverse("refuse-seat", args=[seat.pk])
    answer = page.post(address, {f"seat-{seat.pk}-reason": ""})
    assert answer.status_code == 422
    field = f"seat-{seat.pk}-reason"
    assert "pourquoi vous refusez" in answer.text and "<title>Erreur\u00a0:" in answer.text
    summary = answer.text[answer.text.index('id="form-errors"') :]
    assert f'href="#id_{field}"' in summary and f'id="id_{field}"' in summary
    page.post(address, {f"seat-{seat.pk}-reason": "Mandat échu"})
    seat.refresh_from_db()
    assert seat.refusal == "Mandat échu"


@pytest.mark.parametrize("role", ["guest", "registered", "waiting", "authorities", "lapsed",
                                  "suspended", "administrator"])  # fmt: skip
def test_the_page_of_seats_does_not_exist_for_others(people, seat, browser_of, role):
    page = browser_of(getattr(people, role))
    assert page.get(reverse("seats")).status_code == 404
    for name in ("confirm-seat", "refuse-seat", "set-contact"):
        sent = page.post(reverse(name, args=[seat.pk])).status_code
        assert sent == (302 if role == "guest" else 404), name  # To sign in.
    seat.refresh_from_db()
    assert seat.confirmed_at is None


def test_nothing_is_decided_by_a_mere_visit(seat, lucie, browser_of):
    for name in ("confirm-seat", "refuse-seat", "set-contact"):
        assert browser_of(lucie).get(reverse(name, args=[seat.pk])).status_code == 405
    assert browser_of(lucie).get(reverse("end-seat", args=[seat.pk])).status_code == 200
    seat.refresh_from_db()
    assert (seat.confirmed_at, seat.refused_at, seat.ended_at) == (None, None, None)


def test_who_withdrew_waits_no_more(mona, lucie, browser_of):
    mona.signatures.update(withdrawn_at=timezone.now())
    assert "Mona Patiente" not in browser_of(lucie).get(reverse("seats")).text


def test_an_animator_finds_a_mandate_and_ends_it(claire, lucie, browser_of):
    page = browser_of(lucie)
    answer = page.get(reverse("seats"), {"q": "personne ainsi nommée"})
    assert "Aucun siège" in answer.text
    answer = page.get(reverse("seats"), {"q": "le BIHAN"})
    seat = claire.seats.get()
    assert reverse("end-seat", args=[seat.pk]) in answer.text
    page.post(reverse("end-seat", args=[seat.pk]))
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED


def test_one_ends_ones_own_mandate_and_nobody_elses(claire, jeanne, browser_of):
    page = browser_of(claire)
    other = jeanne.seats.get()
    assert page.post(reverse("end-seat", args=[other.pk])).status_code == 404
    seat = claire.seats.get()
    answer = page.post(reverse("end-seat", args=[seat.pk]))
    assert answer.url == reverse("handover", args=[seat.pk])
    assert page.get(answer.url).status_code == 200
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED
    assert viewer_of_person(jeanne).level == AccessLevel.MEMBER


def test_an_organisation_outlives_its_seats(claire, lucie):
    end_seat(claire.seats.get(), lucie)
    assert Organisation.objects.filter(name__contains="Claire").exists()
