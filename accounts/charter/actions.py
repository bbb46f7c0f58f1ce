"""Signing the charter, refusing a version, withdrawing a signature."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admission.models import Invitation
from accounts.base.dates import date_format
from accounts.base.exceptions import FieldRefusal
from accounts.base.locks import lock_row
from accounts.charter import hash_chain
from accounts.charter.models import Authority, CharterVersion, Signature, VersionRefusal
from accounts.charter.queries import pending_signatures
from accounts.organisations.actions import adopt_seat, lock_organisation, mark_confirmed
from accounts.organisations.lookup import (
    NewOrganisation,
    get_or_create_organisation,
    wrong_college_message,
)
from accounts.organisations.models import Organisation, Seat
from accounts.organisations.queries import last_decided_seat
from accounts.organisations.rules import automatic_confirmation_method, invitation_vouches_for
from accounts.users.models import User
from accounts.users.queries import verified_addresses
from accounts.users.suspension import is_suspended


class CannotSign(FieldRefusal):
    """The charter cannot be signed with these values."""


class VersionSuperseded(CannotSign):
    """Another version was published since the signatory read theirs; nothing is signed."""

    def __init__(self) -> None:
        super().__init__(
            _("La charte a changé pendant que vous la lisiez. Voici le nouveau texte.")
        )


def give_signature(
    person: User,
    *,
    version: CharterVersion,
    organisation: Organisation | NewOrganisation,
    position: str,
    until: datetime | None = None,
    invitation: Invitation | None = None,
    **values: Any,
) -> Signature:
    """Sign ``version`` for ``organisation``, in the name of ``person``; return the signature.

    ``values``: ``authority``, ``authority_detail``, ``typed_name`` and, where given,
    ``act_date``, ``document`` (an UploadedAct) and ``countersigns``. A NewOrganisation is
    created here. The person takes a seat in the organisation, which ends at ``until``, unless
    they hold one; ``invitation`` or ``automatic_confirmation_method`` may confirm it at once.
    Signing the same again returns the first signature.

    Raise VersionSuperseded unless ``version`` is in force; CannotSign where another
    signature of it exists with other values, the organisation belongs to another college or
    refused this person, or the invitation is not theirs or not usable. ``sign_charter`` is the
    action that does this alone.
    """
    person = _lock_signatory(person, version)
    if isinstance(organisation, NewOrganisation):
        organisation = _get_or_create_organisation(organisation)
    _lock_joinable(organisation)
    identity = {"version": version, "person": person, "organisation": organisation}
    existing = Signature.objects.live().filter(**identity).first()
    invitation = use_invitation(invitation, person, organisation, existing)
    seat, is_new = _take_seat(person, organisation, position, until, invitation)
    upload = values.pop("document", None)
    values |= {"document": upload.file, "document_sha256": upload.sha256} if upload else {}
    if existing:
        # A seat taken here has the position that was given; only an older one can differ.
        expected = {} if is_new or invitation else {"position": position}
        _require_same_signature(existing, values | expected)
        return existing
    _require_joinable(values.get("countersigns"), version, organisation)
    values |= {"college_id": organisation.college_id, "sha256": version.sha256}
    signature = Signature.objects.create(**identity, position=position, **values)
    hash_chain.append(signature, hash_chain.SIGNED)
    _require_in_force(version)  # The register is locked, as to publish another.
    return signature


sign_charter = transaction.atomic(durable=True)(give_signature)


def _lock_signatory(person: User, version: CharterVersion) -> User:
    """Lock and return ``person``. Raise CannotSign if suspended, VersionSuperseded if old."""
    person = lock_row(User, person.pk)
    if not person.is_active or is_suspended(person):
        raise CannotSign(_("Votre compte est suspendu : il ne peut pas signer la charte."))
    _require_in_force(version)
    return person


def _lock_joinable(organisation: Organisation) -> None:
    # Before its seats, as everywhere; of two who sign at once one becomes the contact.
    if reason := lock_organisation(organisation.pk).closed_reason:
        raise CannotSign(reason, "organisation")


def _require_in_force(version: CharterVersion) -> None:
    if CharterVersion.objects.in_force() != version:
        raise VersionSuperseded


@transaction.atomic(durable=True)
def refuse_version(person: User, version: CharterVersion) -> None:
    """Note that ``person`` refuses ``version`` and all before it: no page asks for these again.

    An editorial version asks for the same signature as the one before. They may sign later.
    """
    asked = {other for pending in pending_signatures(person) for other in pending.versions}
    for other in asked:
        if other.number <= version.number:
            VersionRefusal.objects.get_or_create(person=person, version=other)


@transaction.atomic(durable=True)
def withdraw_signature(signature: Signature, person: User) -> Signature:
    """Withdraw all that ``person`` signed for the organisation of ``signature``; return it.

    All versions at once: an older signature would otherwise bind still. The register keeps
    a line of each. Raise PermissionDenied where ``signature`` is someone else's.
    """
    lock_row(User, person.pk)
    signature = Signature.objects.get(pk=signature.pk)
    if signature.person_id != person.pk:
        raise PermissionDenied(_("Chacun ne retire que sa propre signature."))
    lock_organisation(signature.organisation_id)
    about = {"person": person, "organisation": signature.organisation_id}
    live = Signature.objects.live().filter(**about)
    withdrawn, now = list(live.order_by("pk")), timezone.now()
    live.update(withdrawn_at=now)
    for row in withdrawn:
        row.withdrawn_at = now
        hash_chain.append(row, hash_chain.WITHDRAWN)
    signature.refresh_from_db()
    return signature


def use_invitation(
    invitation: Invitation | None,
    person: User,
    organisation: Organisation,
    existing: Signature | None = None,
) -> Invitation | None:
    """Mark the invitation used and return it; None where there is none.

    ``existing`` is the signature that the person has given already: where the same form is
    sent twice, the first one uses the invitation, and the second gets None. Raise CannotSign
    where it is for another organisation or address, or not usable.
    """
    if invitation is None:
        return None
    invitation = lock_row(Invitation, invitation.pk)
    if invitation.organisation_id != organisation.pk:
        raise CannotSign(_("Cette invitation est pour une autre organisation."), "organisation")
    if invitation.email.casefold() not in verified_addresses(person):
        raise CannotSign(_("Cette invitation est pour une autre adresse que la vôtre."))
    if invitation.used_at and existing:
        return None
    if not Invitation.objects.usable().filter(pk=invitation.pk).exists():
        raise CannotSign(_("Cette invitation a déjà servi, ou elle a expiré."))
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return invitation


def _take_seat(
    person: User,
    organisation: Organisation,
    position: str,
    until: datetime | None,
    invitation: Invitation | None,
) -> tuple[Seat, bool]:
    """The open seat of ``person`` in ``organisation``, and whether it is new.

    It ends at ``until`` where given, but not after an end that others have set. Raise
    CannotSign where their last request was refused and no invitation vouches for them.
    """
    adopt_seat(person, organisation)
    unended = Q(ended_at=None) | Q(ended_at__gt=timezone.now())
    seats = Seat.objects.filter(person=person, organisation=organisation, refused_at=None)
    seat = seats.filter(unended).first()
    is_new = seat is None
    if seat is None:
        _require_not_refused(person, organisation, invitation)
        seat = Seat.objects.create(
            person=person, organisation=organisation, position=position, ended_at=until
        )
        if not person.seats.exclude(pk=seat.pk).exists():
            person.is_onboarding = True
            person.save(update_fields=["is_onboarding"])
    elif until:
        is_bound = seat.ended_by_id not in (None, person.pk)
        seat.ended_at = min(until, seat.ended_at) if seat.ended_at and is_bound else until
        seat.save(update_fields=["ended_at"])
    if seat.confirmed_at is None and (
        method := automatic_confirmation_method(person, organisation, invitation)
    ):
        mark_confirmed(seat, method, invitation.invited_by if invitation else None)
    return seat, is_new


def _require_not_refused(
    person: User, organisation: Organisation, invitation: Invitation | None
) -> None:
    last = last_decided_seat(person, organisation)
    if last and last.refused_at and not invitation_vouches_for(invitation, person):
        words = _("Votre demande pour « %(name)s » a été refusée : %(why)s")
        values = {"name": organisation.name, "why": last.refusal}
        raise CannotSign(words % values, "organisation")


def _get_or_create_organisation(new: NewOrganisation) -> Organisation:
    organisation = get_or_create_organisation(new)
    if organisation.college_id != new.college.pk:
        raise CannotSign(wrong_college_message(organisation), "college")
    return organisation


def _require_same_signature(existing: Signature, values: dict[str, Any]) -> None:
    """Raise CannotSign where ``values`` differs from what ``existing`` says."""
    names = ["position", "authority", "authority_detail", "act_date", "document_sha256"]
    if values["authority"] == Authority.COUNTERSIGNATURE:  # Nothing else is asked.
        names = ["position"]
    if any(values[name] != getattr(existing, name) for name in names if name in values):
        words = _(
            "Vous avez déjà signé cette version au nom de « %(name)s », le %(day)s. Pour "
            "signer à un autre titre, retirez d’abord cette signature."
        )
        day = date_format(timezone.localtime(existing.signed_at), "j F Y")
        raise CannotSign(
            words % {"name": existing.organisation.name, "day": day}, "organisation"
        )


def _require_joinable(
    joined: Signature | None, version: CharterVersion, organisation: Organisation
) -> None:
    """Raise CannotSign unless ``joined`` is a live signature of both of these, or None."""
    if joined is None:
        return
    joined = lock_row(Signature, joined.pk)
    is_same = (joined.version_id, joined.organisation_id) == (version.pk, organisation.pk)
    if joined.withdrawn_at or not is_same:
        raise CannotSign(
            _(
                "La signature que vous vouliez rejoindre vient d’être retirée. Relisez ce qui "
                "est déjà signé, puis signez de nouveau."
            )  # fmt: skip
        )
