"""Where a person stands with the charter, in the words that pages need."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.charter.models import Refusal, Signature
from accounts.organisations.models import Seat

GUEST, SUSPENDED, UNSIGNED, UNSEATED, UNADMITTED, LAPSED, GRACE, REFUSED, SIGNED = (
    "guest", "suspended", "unsigned", "unseated", "unadmitted", "lapsed", "grace", "refused",
    "signed",
)  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """``state`` is one of the words above; the rest is what a page says beside it."""

    state: str
    signatures: list = field(default_factory=list)
    seats: list = field(default_factory=list)
    sign_before: datetime | None = None

    @property
    def may_sign(self):
        """Whether there is something to sign, so that the page shows the form at once."""
        return self.state in (UNSIGNED, UNSEATED) or self.signs_again

    @property
    def signs_again(self):
        """Whether another version was signed, and this one is asked for."""
        return self.state in (LAPSED, GRACE, REFUSED)

    @property
    def waiting(self):
        """The seats that nothing and nobody has confirmed yet."""
        return [seat for seat in self.seats if not seat.confirmed_at]


def situation_of(person, viewer):
    """The situation of ``person``, who looks as ``viewer``."""
    if not person.is_authenticated:
        return Situation(GUEST)
    signatures = list(live_signatures(person))
    seats = Seat.objects.held().filter(person=person)
    seats = list(seats.select_related("organisation__college"))
    if person.suspended_at:
        return Situation(SUSPENDED, signatures, seats)
    refusal = _refusal(person, signatures)
    if viewer.is_member:
        if refusal:
            return Situation(REFUSED, signatures, seats, refusal.version.binding_from)
        due = viewer.sign_before
        return Situation(GRACE if due else SIGNED, signatures, seats, due)
    return Situation(_why_not(person, signatures, seats, refusal), signatures, seats)


def live_signatures(person):
    """What ``person`` signed and has not withdrawn, the newest first."""
    live = Signature.objects.filter(person=person, withdrawn_at=None)
    return live.select_related("version", "organisation__college").order_by("-signed_at", "-pk")


def _why_not(person, signatures, seats, refusal):
    if not signatures:
        return UNSIGNED
    if not Signature.objects.current().filter(person=person).exists():
        return REFUSED if refusal else LAPSED
    if any(seat.organisation.admitted_at is None for seat in seats):
        return UNADMITTED
    return UNSEATED


def _refusal(person, signatures):
    """The refusal of a version newer than all that ``person`` signed, or None."""
    if not signatures:
        return None
    signed = max(signature.version.number for signature in signatures)
    newer = Refusal.objects.filter(person=person, version__number__gt=signed)
    return newer.select_related("version").order_by("version__number").last()
