"""Breaking the glass: who may open a college's room, for how long, and what it opens."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.break_glass.actions import BreakGlassDenied, close_access, open_access
from accounts.models import BreakGlassAccess
from accounts.viewers.viewers import viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db
WHY = "Un message blessant est signalé dans votre pièce."


@pytest.fixture
def ada(make_person):
    """An administrator, with no seat."""
    return make_person("Ada Admin", is_superuser=True)


def test_an_animator_reads_the_college_that_they_opened_and_no_other(lucie, colleges):
    open_access(lucie, colleges[factories.AUTHORITIES], WHY, 8)

    viewer = viewer_of_person(lucie)
    assert viewer.opened_college_ids == {colleges[factories.AUTHORITIES].pk}
    assert viewer.college_ids == {colleges[factories.SUPPORT].pk}


def test_an_administrator_opens_a_room_and_becomes_no_member_by_it(ada, colleges):
    open_access(ada, colleges[factories.AUTHORITIES], WHY, 1)

    viewer = viewer_of_person(ada)
    assert viewer.opened_college_ids == {colleges[factories.AUTHORITIES].pk}
    assert not viewer.is_member


def test_nobody_else_opens_a_room(claire, make_person, colleges):
    for person in (claire, make_person("Rita")):
        with pytest.raises(BreakGlassDenied):
            open_access(person, colleges[factories.PROJECTS], WHY, 8)
    assert not BreakGlassAccess.objects.exists()


def test_nobody_opens_their_own_college(lucie, colleges):
    with pytest.raises(BreakGlassDenied) as refusal:
        open_access(lucie, colleges[factories.SUPPORT], WHY, 8)

    assert refusal.value.field == "college"


@pytest.mark.parametrize("reason", ["", "   ", "trop court", "x" * 19, " " * 40])
def test_a_room_opens_only_with_a_written_reason(lucie, colleges, reason):
    with pytest.raises(BreakGlassDenied) as refusal:
        open_access(lucie, colleges[factories.AUTHORITIES], reason, 8)

    assert refusal.value.field == "reason"
    assert viewer_of_person(lucie).opened_college_ids == frozenset()


def test_opening_twice_is_one_opening(lucie, colleges):
    college = colleges[factories.AUTHORITIES]
    first = open_access(lucie, college, WHY, 1)

    assert open_access(lucie, college, WHY, 1) == first
    with pytest.raises(BreakGlassDenied):
        open_access(lucie, college, "Un tout autre motif, long.", 72)
    assert BreakGlassAccess.objects.count() == 1


def test_it_closes_by_itself(lucie, colleges):
    opening = open_access(lucie, colleges[factories.AUTHORITIES], WHY, 1)
    moved = {"opened_at": opening.opened_at, "closes_at": opening.closes_at}
    BreakGlassAccess.objects.update(**{n: at - timedelta(hours=1) for n, at in moved.items()})

    assert viewer_of_person(lucie).opened_college_ids == frozenset()
    again = open_access(lucie, colleges[factories.AUTHORITIES], WHY, 1)
    assert again != opening and viewer_of_person(lucie).opened_college_ids


def test_who_opened_it_closes_it_at_once_and_only_they_do(lucie, ada, colleges):
    opening = open_access(lucie, colleges[factories.AUTHORITIES], WHY, 72)
    with pytest.raises(PermissionDenied):
        close_access(opening, ada)

    closed = close_access(opening, lucie).closed_at
    assert viewer_of_person(lucie).opened_college_ids == frozenset()
    assert close_access(opening, lucie).closed_at == closed


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
    open_access(lucie, colleges[factories.AUTHORITIES], WHY, 72)
    loss(lucie)
    lucie.save()

    assert viewer_of_person(lucie).opened_college_ids == frozenset()


def test_a_seat_in_the_college_is_no_opening_any_more(lucie, colleges):
    open_access(lucie, colleges[factories.AUTHORITIES], WHY, 72)
    factories.create_seat(lucie, factories.AUTHORITIES)

    viewer = viewer_of_person(lucie)
    assert colleges[factories.AUTHORITIES].pk in viewer.college_ids
    assert viewer.opened_college_ids == frozenset()
