"""Breaking the glass: who may open a college's room, for how long, and what it opens."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Opening
from accounts.openings.actions import CannotOpen, close_room, open_room
from accounts.viewers import of_person
from tests import cast

pytestmark = pytest.mark.django_db
WHY = "Un message blessant est signalé dans votre pièce."


@pytest.fixture
def ada(make_person):
    """An administrator, with no seat."""
    return make_person("Ada Admin", is_superuser=True)


def test_an_animator_reads_the_college_that_they_opened_and_no_other(lucie, colleges):
    open_room(lucie, colleges[cast.AUTHORITIES], WHY, 8)

    viewer = of_person(lucie)
    assert viewer.opened == {colleges[cast.AUTHORITIES].pk}
    assert viewer.colleges == {colleges[cast.SUPPORT].pk}


def test_an_administrator_opens_a_room_and_becomes_no_member_by_it(ada, colleges):
    open_room(ada, colleges[cast.AUTHORITIES], WHY, 1)

    viewer = of_person(ada)
    assert viewer.opened == {colleges[cast.AUTHORITIES].pk}
    assert not viewer.is_member


def test_nobody_else_opens_a_room(claire, make_person, colleges):
    for person in (claire, make_person("Rita")):
        with pytest.raises(CannotOpen):
            open_room(person, colleges[cast.PROJECTS], WHY, 8)
    assert not Opening.objects.exists()


def test_nobody_opens_their_own_college(lucie, colleges):
    with pytest.raises(CannotOpen) as refusal:
        open_room(lucie, colleges[cast.SUPPORT], WHY, 8)

    assert refusal.value.field == "college"


@pytest.mark.parametrize("reason", ["", "   ", "trop court", "x" * 19, " " * 40])
def test_a_room_opens_only_with_a_written_reason(lucie, colleges, reason):
    with pytest.raises(CannotOpen) as refusal:
        open_room(lucie, colleges[cast.AUTHORITIES], reason, 8)

    assert refusal.value.field == "reason"
    assert of_person(lucie).opened == frozenset()


def test_opening_twice_is_one_opening(lucie, colleges):
    college = colleges[cast.AUTHORITIES]
    first = open_room(lucie, college, WHY, 1)

    assert open_room(lucie, college, WHY, 1) == first
    with pytest.raises(CannotOpen):
        open_room(lucie, college, "Un tout autre motif, long.", 72)
    assert Opening.objects.count() == 1


def test_it_closes_by_itself(lucie, colleges):
    opening = open_room(lucie, colleges[cast.AUTHORITIES], WHY, 1)
    moved = {"opened_at": opening.opened_at, "closes_at": opening.closes_at}
    Opening.objects.update(**{n: at - timedelta(hours=1) for n, at in moved.items()})

    assert of_person(lucie).opened == frozenset()
    again = open_room(lucie, colleges[cast.AUTHORITIES], WHY, 1)
    assert again != opening and of_person(lucie).opened


def test_who_opened_it_closes_it_at_once_and_only_they_do(lucie, ada, colleges):
    opening = open_room(lucie, colleges[cast.AUTHORITIES], WHY, 72)
    with pytest.raises(PermissionDenied):
        close_room(opening, ada)

    closed = close_room(opening, lucie).closed_at
    assert of_person(lucie).opened == frozenset()
    assert close_room(opening, lucie).closed_at == closed


@pytest.mark.parametrize(
    "loss",
    [
        lambda person: setattr(person, "is_animator", False),
        lambda person: setattr(person, "suspended_at", timezone.now()),
        lambda person: setattr(person, "is_active", False),
        lambda person: person.signatures.update(withdrawn_at=timezone.now()),
        lambda person: person.seats.update(ended_at=timezone.now()),
    ],
)
def test_who_may_open_no_more_reads_no_more(lucie, colleges, loss):
    open_room(lucie, colleges[cast.AUTHORITIES], WHY, 72)
    loss(lucie)
    lucie.save()

    assert of_person(lucie).opened == frozenset()


def test_a_seat_in_the_college_is_no_opening_any_more(lucie, colleges):
    open_room(lucie, colleges[cast.AUTHORITIES], WHY, 72)
    cast.seat_for(lucie, cast.AUTHORITIES)

    viewer = of_person(lucie)
    assert colleges[cast.AUTHORITIES].pk in viewer.colleges
    assert viewer.opened == frozenset()
