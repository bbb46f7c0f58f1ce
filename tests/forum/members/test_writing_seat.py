"""For whom one writes, where one has several seats, and when a mandate ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.organisations.actions import cancel_seat_end, end_seat
from accounts.viewers.viewers import viewer_of_person
from forum.models import Thread
from tests import factories
from tests.forum.members.handover_helpers import ended

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(claire):
    """Claire's two seats: the authority's, and one in a project."""
    return claire.seats.get(), factories.create_seat(claire, factories.PROJECTS)


def test_one_chooses_for_whom_one_writes_and_the_post_says_so_for_ever(
    claire, both, thread, spaces, browser_of
):
    first, second = both
    page = browser_of(claire)
    shown = page.get(thread.get_absolute_url()).text
    assert "Vous écrivez pour" in shown
    address = reverse("replies", args=[thread.pk])
    sent = {"text": "Au nom du projet.", "idempotency_key": "0" * 32, "seat": second.pk}
    assert page.post(address, sent).status_code == 302
    post = thread.posts.get(number=2)
    assert post.seat == second
    page.post(reverse("write-for"), {"seat": second.pk})
    assert viewer_of_person(claire).seat_id == second.pk
    end_seat(second, claire)
    assert viewer_of_person(claire).seat_id == first.pk
    assert second.organisation.name in page.get(thread.get_absolute_url()).text


def test_a_thread_may_be_begun_for_another_seat(claire, both, spaces, topics, browser_of):
    sent = {
        "kind": "question", "title": "Une question du projet ?", "text": "Dites-nous.",
        "topic": topics[0].slug, "space": spaces["network"].slug, "tags": "",
        "idempotency_key": "1" * 32, "seat": both[1].pk,
    }  # fmt: skip
    assert browser_of(claire).post(reverse("new-thread"), sent).status_code == 302
    thread = Thread.objects.get()
    assert thread.seat == both[1] and thread.posts.get().seat == both[1]


def test_nobody_writes_for_a_seat_that_is_not_theirs(claire, both, jeanne, thread, browser_of):
    page, address = browser_of(claire), reverse("replies", args=[thread.pk])
    for seat in (jeanne.seats.get().pk, 9_999_999, "x"):
        sent = {"text": "Gardé là.", "idempotency_key": "0" * 32, "seat": seat}
        answer = page.post(address, sent)
        assert answer.status_code == 422 and "Gardé là." in answer.text
    assert page.post(reverse("write-for"), {"seat": jeanne.seats.get().pk}).status_code == 403
    with pytest.raises(PermissionDenied):
        viewer_of_person(claire).with_seat(jeanne.seats.get().pk)
    assert thread.posts.count() == 1


def test_who_has_one_seat_is_asked_nothing(claire, thread, browser_of):
    assert "Vous écrivez pour" not in browser_of(claire).get(thread.get_absolute_url()).text
    sent = {"text": "Simple.", "idempotency_key": "0" * 32}
    answer = browser_of(claire).post(reverse("replies", args=[thread.pk]), sent)
    assert answer.status_code == 302


def test_an_end_to_come_is_shown_and_can_be_taken_back(claire, paul, town, browser_of):
    seat, client = paul.seats.get(), browser_of(paul)
    address, day = reverse("end-seat", args=[seat.pk]), timezone.localdate() + timedelta(days=9)
    client.post(address, {"day": day.isoformat()})
    for page in (reverse("account"), address):
        assert f'value="{day.isoformat()}"' in client.get(page).text
    answer = client.post(address, {"day": day.isoformat(), "cancel_end": "1"}, follow=True)

    assert "n’a plus de date de fin" in answer.text
    seat.refresh_from_db()
    assert (seat.ended_at, seat.ended_by) == (None, None)


def test_an_end_that_the_organisation_has_set_is_not_its_holder_s_to_take_back(
    claire, paul, town, browser_of
):
    seat = paul.seats.get()
    end_seat(seat, claire, timezone.now() + timedelta(days=9))
    address = reverse("end-seat", args=[seat.pk])

    assert 'name="cancel_end"' not in browser_of(paul).get(address).text
    with pytest.raises(PermissionDenied):
        cancel_seat_end(seat, paul)
    assert 'name="cancel_end"' in browser_of(claire).get(address).text
    assert cancel_seat_end(seat, claire).ended_at is None


def test_an_end_that_has_come_is_not_taken_back(claire, paul, lucie):
    with pytest.raises(PermissionDenied):
        cancel_seat_end(ended(paul), lucie)


def test_who_alone_sits_for_an_organisation_is_asked_to_invite_someone_first(
    claire, town, make_person, browser_of
):
    words = "Vous êtes la seule personne à siéger"
    assert words in browser_of(claire).get(reverse("account")).text
    factories.create_seat(make_person("Paul Suivant"), factories.AUTHORITIES, organisation=town)
    assert words not in browser_of(claire).get(reverse("account")).text


def test_whoever_decides_without_being_named_finds_the_way_from_their_account(
    claire, paul, town, browser_of
):
    way = reverse("organisation-seats", args=[town.slug])
    assert way not in browser_of(paul).get(reverse("account")).text
    end_seat(claire.seats.get(), claire)
    assert way in browser_of(paul).get(reverse("account")).text
