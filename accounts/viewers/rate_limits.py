"""Limits that depend on who asks: on their seat, or on whether they are known at all."""

from dataclasses import dataclass

from accounts.base.rate_limits import RateLimit
from accounts.models import Seat
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer


@dataclass(frozen=True)
class MemberRateLimit:
    """How often ``action`` may be done by who holds a confirmed seat, and by who waits for one.

    Both are rates as of ``RateLimit``. Their ``key`` is the organisation: of the seat one
    writes for, else the first in which one waits for a seat, whose members are not concerned.
    """

    action: str
    confirmed: str
    waiting: str

    def refusal(self, request: ViewerRequest) -> str:
        """The words that say when it may be done again; "" where it may. This time counts."""
        viewer = request.viewer
        rates = self.confirmed if viewer.seat_id else self.waiting
        return RateLimit(self.action, rates).refusal(request, _organisation_key(viewer))


@dataclass(frozen=True)
class ReadingRateLimit:
    """How often a page that costs something may be asked for, as of ``RateLimit``.

    ``people``: by someone who has an account. ``guests``: from an address, which many may
    share.
    """

    action: str
    people: str
    guests: str

    def refusal(self, request: ViewerRequest) -> str:
        """The words that say when it may be asked for again, or ""; this time counts."""
        is_guest = request.viewer.person_id is None
        action = f"{self.action}_as_guest" if is_guest else self.action
        rates = self.guests if is_guest else self.people
        return RateLimit(action, rates, counts_reading=True).refusal(request)


def _organisation_key(viewer: Viewer) -> str:
    if viewer.seat_id:
        seats = Seat.objects.filter(pk=viewer.seat_id)
    else:
        seats = Seat.objects.unconfirmed().filter(person=viewer.person_id).order_by("pk")
    organisation = seats.values_list("organisation", flat=True).first()
    state = "confirmed" if viewer.seat_id else "waiting"
    return f"{state}:{organisation}" if organisation else f"person:{viewer.person_id}"
