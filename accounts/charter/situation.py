"""Where a person stands with the charter, in the words that pages need."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from accounts.charter.models import CharterVersion, Signature
from accounts.organisations.models import Seat

GUEST, SUSPENDED, UNSIGNED, UNSEATED, LAPSED, GRACE, SIGNED = (
    "guest", "suspended", "unsigned", "unseated", "lapsed", "grace", "signed"
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
        return self.state in (UNSIGNED, UNSEATED, LAPSED, GRACE)

    @property
    def waiting(self):
        """The seats that an animator has yet to confirm."""
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
    if viewer.is_member:
        due = _due(signatures)
        return Situation(GRACE if due else SIGNED, signatures, seats, due)
    return Situation(_why_not(person, signatures), signatures, seats)


def live_signatures(person):
    """What ``person`` signed and has not withdrawn, the newest first."""
    live = Signature.objects.filter(person=person, withdrawn_at=None)
    return live.select_related("version", "organisation__college").order_by("-signed_at", "-pk")


def _why_not(person, signatures):
    if not signatures:
        return UNSIGNED
    current = Signature.objects.current().filter(person=person)
    return UNSEATED if current.exists() else LAPSED


def _due(signatures):
    """When a version that binds later, and is not signed yet, begins to bind; or None."""
    coming = CharterVersion.objects.published().filter(
        is_substantive=True, binding_from__gt=timezone.now()
    )
    signed = max(signature.version.number for signature in signatures)
    version = coming.filter(number__gt=signed).order_by("binding_from").first()
    return version and version.binding_from
