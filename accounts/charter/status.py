"""A person's status with regard to the charter, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.charter.queries import (
    current_seats,
    group_by_organisation,
    pending_signatures,
    signatures_of,
)
from accounts.charter.signing_requests.queries import signing_requests_of
from accounts.users.suspension import is_suspended

if TYPE_CHECKING:
    from accounts.charter.models import Signature
    from accounts.charter.queries import PendingSignature
    from accounts.charter.signing_requests.models import SigningRequest
    from accounts.organisations.models import Organisation, Seat
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


GUEST, SUSPENDED, UNSIGNED, UNSEATED, UNADMITTED, STRUCK, LAPSED, GRACE, REFUSED, SIGNED = (
    "guest", "suspended", "unsigned", "unseated", "unadmitted", "struck", "lapsed", "grace",
    "refused", "signed",
)  # fmt: skip


@dataclass(frozen=True)
class CharterStatus:
    """``state`` is one of the constants above; the other fields are what pages show with it.

    ``signatures`` are those that stand; ``given`` are all, withdrawn ones too. ``requests`` are
    the signatures that the person has prepared for others. ``is_member``: whether the members'
    areas are open to them: one of their seats is confirmed.
    """

    state: str
    signatures: list[Signature] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    pending: list[PendingSignature] = field(default_factory=list)
    sign_before: datetime | None = None
    given: list[Signature] = field(default_factory=list)
    requests: list[SigningRequest] = field(default_factory=list)
    is_member: bool = False

    @property
    def may_sign(self) -> bool:
        """Whether the page shows the form that signs."""
        return self.state in (UNSIGNED, UNSEATED) or self.must_sign_again

    @property
    def must_sign_again(self) -> bool:
        """Whether a version newer than the one signed is to be signed."""
        return bool(self.pending)

    @property
    def overdue(self) -> list[PendingSignature]:
        """Pending signatures, of a signatory, of seats that have lost access already."""
        if self.state not in (SIGNED, GRACE, REFUSED):
            return []
        return [it for it in self.pending if it.closes_at <= timezone.now()]

    @property
    def by_organisation(self) -> list[tuple[Organisation, list[Signature]]]:
        """The live signatures, by organisation."""
        return group_by_organisation(self.signatures)

    @property
    def last_signed(self) -> Signature | None:
        """The signature that a new one would renew, or None."""
        if self.pending:
            return self.pending[0].signature
        return self.signatures[0] if self.signatures else None

    @property
    def unsigned_requests(self) -> list[SigningRequest]:
        """The prepared signatures that nobody has given yet."""
        return [it for it in self.requests if it.signed_at is None]

    @property
    def request_to_join(self) -> SigningRequest | None:
        """A prepared signature that was given and that the person may countersign, or None."""
        signed_for = {it.organisation_id for it in self.signatures}
        given = (it for it in self.requests if it.signed_at and it.organisation_id)
        return next((it for it in given if it.organisation_id not in signed_for), None)

    @property
    def waits_for_signer(self) -> bool:
        """Whether somebody else is to sign first, by the link that the person had sent."""
        asked = self.unsigned_requests
        is_theirs = self.must_sign_again or self.request_to_join or not asked
        return not is_theirs and asked[0].is_open

    @property
    def unconfirmed_seats(self) -> list[Seat]:
        """The seats not confirmed."""
        return [seat for seat in self.seats if not seat.confirmed_at]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do or to wait for."""
        waits = self.unconfirmed_seats or self.unsigned_requests or self.request_to_join
        return self.state == SIGNED and not waits and not self.overdue

    @property
    def has_contact(self) -> bool:
        """Whether one of the seats not confirmed is of an organisation that has a contact."""
        return any(seat.has_contact for seat in self.unconfirmed_seats)


def get_charter_status(person: User, viewer: Viewer) -> CharterStatus:
    """The status of ``person``, whose viewer is ``viewer``."""
    if not person.is_authenticated:
        return CharterStatus(GUEST)
    given, seats = signatures_of(person), current_seats(person)
    signatures = [signature for signature in given if signature.withdrawn_at is None]
    if is_suspended(person):
        return CharterStatus(SUSPENDED, signatures, seats, given=given)
    pending, requests = (
        pending_signatures(person, signatures, seats),
        signing_requests_of(person),
    )
    if viewer.is_signatory:
        state, day = _signatory_state(pending)
    else:
        state, day = _non_signatory_state(signatures, seats, pending), None
    return CharterStatus(
        state, signatures, seats, pending, day, given, requests, viewer.is_member
    )


def _signatory_state(pending: list[PendingSignature]) -> tuple[str, datetime | None]:
    """The state of a signatory, and when the first seat loses access, or None."""
    now = timezone.now()
    opens = [it for it in pending if not it.organisation.waits_for_sponsors]
    closing = [it for it in opens if it.closes_at > now]
    if not closing:
        return SIGNED, None
    refused = all(it.is_refused for it in closing)
    return REFUSED if refused else GRACE, closing[0].closes_at


def _non_signatory_state(
    signatures: list[Signature], seats: list[Seat], pending: list[PendingSignature]
) -> str:
    """The state of someone who has an account and no seat under a current signature."""
    if not signatures:
        return UNSIGNED
    overdue = [it for it in pending if it.closes_at <= timezone.now()]
    if overdue:
        return REFUSED if all(it.is_refused for it in overdue) else LAPSED
    if seats and all(seat.organisation.struck_at for seat in seats):
        return STRUCK
    if any(seat.organisation.waits_for_sponsors for seat in seats):
        return UNADMITTED
    return UNSEATED
