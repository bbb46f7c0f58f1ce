"""Who names the seat that carries on what an ended seat began."""

from accounts.models import Seat, User
from accounts.organisations.rules import seat_manager_role
from accounts.viewers.viewers import viewer_of_person


def may_hand_over(seat: Seat, person: User) -> bool:
    """Whether ``person`` may name the successor of ``seat``.

    The contact of the organisation and animators may. So may the holder of the seat, unless
    someone else ended it; a seat that ends on the day set at its beginning is ended by nobody.
    """
    if seat.confirmed_at is None:
        return False
    viewer = viewer_of_person(person)
    if seat_manager_role(viewer, seat.organisation_id):
        return True
    left_by_choice = seat.person_id == person.pk and seat.ended_by_id in (None, person.pk)
    return left_by_choice and viewer.is_registered


def may_change_successor(seat: Seat, person: User) -> bool:
    """Whether ``person`` may name another successor: the contact and animators only."""
    return seat_manager_role(viewer_of_person(person), seat.organisation_id) is not None
