"""Invitations to seats, e-mail domains of organisations, and sponsors of new ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.locks import lock_row
from accounts.models import (
    ConfirmationMethod,
    EmailDomain,
    Invitation,
    Seat,
    Signature,
    Sponsorship,
)
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.organisations.actions import lock_organisation, mark_confirmed
from accounts.organisations.queries import was_removed
from accounts.organisations.rules import require_seat_manager
from accounts.users.models import User
from accounts.users.queries import verified_addresses
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import viewer_of_person

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation


#: Days for which an invitation is valid.
INVITATION_LIFETIME_DAYS = 30
#: Member organisations that must vouch for a new one, where FORUM_ADMISSION is "sponsored".
REQUIRED_SPONSORS = 2
NO_SEAT_MESSAGE = gettext_lazy(
    "Pour parrainer, il faut un siège confirmé dans une organisation membre."
)


@transaction.atomic(durable=True)
def invite_to_seat(organisation: Organisation, by: User, email: str) -> Invitation:
    """Invite the holder of ``email`` to a seat in ``organisation``; return the invitation.

    Inviting an address again renews its invitation. Raise PermissionDenied unless ``by`` is
    a contact of the organisation or an animator, and where the address is their own.
    """
    organisation = _lock_organisation(organisation)
    role = require_seat_manager(by, organisation)
    email = email.casefold()
    if email in verified_addresses(by):
        raise PermissionDenied(
            _("On ne s’invite pas soi-même : signez, et un autre confirmera.")
        )
    now = timezone.now()
    invitation = Invitation.objects.filter(
        organisation=organisation, email=email, used_at=None, withdrawn_at=None
    ).first() or Invitation(organisation=organisation, email=email)
    invitation.invited_by, invitation.invited_at = by, now
    invitation.expires_at = now + timedelta(days=INVITATION_LIFETIME_DAYS)
    invitation.save()
    _record_for(LoggedAction.INVITE_TO_SEAT, role, by, organisation)
    return invitation


@transaction.atomic(durable=True)
def withdraw_invitation(invitation: Invitation, by: User) -> Invitation:
    """Withdraw an invitation; return it. Raise PermissionDenied where it was used."""
    organisation = _lock_organisation(invitation.organisation)
    role = require_seat_manager(by, organisation)
    invitation = lock_row(Invitation, invitation.pk)
    if invitation.used_at:
        raise PermissionDenied(_("Cette invitation a déjà servi."))
    if not invitation.withdrawn_at:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        _record_for(LoggedAction.WITHDRAW_INVITATION, role, by, organisation)
    return invitation


def delete_old_invitations(at: datetime | None = None) -> int:
    """Delete invitations FORUM_RETENTION days after their end, used or not; return how many.

    The addresses in them are often those of people who never became members.
    """
    days = settings.FORUM_RETENTION["invitations"]
    before = (at or timezone.now()) - timedelta(days=days)
    return Invitation.objects.filter(expires_at__lte=before).delete()[0]


@transaction.atomic(durable=True)
def declare_domain(organisation: Organisation, by: User, domain: str) -> EmailDomain:
    """Declare that addresses in ``domain`` are the organisation's; return the EmailDomain.

    It has no effect until an animator verifies it. Declaring twice has one effect; after a
    refusal it asks again. Raise PermissionDenied unless ``by`` may decide about its seats.
    """
    organisation = _lock_organisation(organisation)
    role = require_seat_manager(by, organisation)
    declared, is_new = EmailDomain.objects.get_or_create(
        organisation=organisation, domain=domain, defaults={"declared_by": by}
    )
    if not is_new and declared.refused_at:
        declared.refused_at, declared.refusal, declared.declared_by = None, "", by
        declared.save(update_fields=["refused_at", "refusal", "declared_by"])
    _record_for(LoggedAction.DECLARE_DOMAIN, role, by, organisation, domain)
    return declared


@transaction.atomic(durable=True)
def remove_domain(declared: EmailDomain, by: User) -> None:
    """Delete a declared domain. Seats that it confirmed stay."""
    organisation = _lock_organisation(declared.organisation)
    role = require_seat_manager(by, organisation)
    EmailDomain.objects.filter(pk=declared.pk).delete()
    _record_for(LoggedAction.REMOVE_DOMAIN, role, by, organisation, declared.domain)


@transaction.atomic(durable=True)
def verify_domain(declared: EmailDomain, animator: User) -> EmailDomain:
    """Verify a domain: it confirms pending and future seats; return it.

    Seats of people whom others removed stay pending. Raise PermissionDenied unless
    ``animator`` is one and did not declare it, where another organisation has the domain, or
    it was refused.
    """
    _lock_organisation(declared.organisation)
    declared = lock_row(EmailDomain, declared.pk)
    require_animator(animator)
    if declared.refused_at:
        raise PermissionDenied(_("Ce domaine a été refusé."))
    if declared.declared_by_id == animator.pk:
        raise PermissionDenied(_("Un autre animateur doit vérifier ce domaine."))
    if declared.verified_at:
        return declared
    declared.verified_at, declared.verified_by = timezone.now(), animator
    try:
        with transaction.atomic():
            declared.save(update_fields=["verified_at", "verified_by"])
    except IntegrityError:
        raise PermissionDenied(
            _("Ce domaine est déjà celui d’une autre organisation.")
        ) from None
    addressed = User.objects.filter(
        emailaddress__verified=True, emailaddress__email__iendswith=f"@{declared.domain}"
    )
    _record(LoggedAction.VERIFY_DOMAIN, animator, declared, declared.domain)
    waiting = Seat.objects.pending().filter(organisation=declared.organisation_id)
    seats = waiting.filter(person__in=addressed).exclude(person=animator).order_by("pk")
    for seat in seats.select_for_update(of=("self",)):
        if not was_removed(seat.person, seat.organisation_id):
            mark_confirmed(seat, ConfirmationMethod.DOMAIN, animator)
    return declared


@transaction.atomic(durable=True)
def refuse_domain(declared: EmailDomain, animator: User, reason: str) -> EmailDomain:
    """Refuse a domain, with a reason that the contact reads; return it.

    Raise PermissionDenied unless ``animator`` is one, and where it is verified.
    """
    declared = lock_row(EmailDomain, declared.pk)
    require_animator(animator)
    if declared.verified_at:
        raise PermissionDenied(_("Ce domaine est déjà vérifié."))
    if not declared.refused_at:
        declared.refused_at, declared.refusal = timezone.now(), reason
        declared.save(update_fields=["refused_at", "refusal"])
        _record(LoggedAction.REFUSE_DOMAIN, animator, declared, reason)
    return declared


@transaction.atomic(durable=True)
def sponsor(organisation: Organisation, person: User) -> Organisation:
    """Sponsor ``organisation`` for the one that ``person`` writes for; return it.

    REQUIRED_SPONSORS organisations admit it; each counts once. Raise PermissionDenied unless
    ``person`` holds a confirmed seat elsewhere, and has not sponsored it for another one.
    """
    organisation = _lock_organisation(organisation)
    viewer = viewer_of_person(person)
    if viewer.seat_id is None:
        raise PermissionDenied(NO_SEAT_MESSAGE)
    sponsor_organisation = Seat.objects.get(pk=viewer.seat_id).organisation_id
    if sponsor_organisation == organisation.pk:
        raise PermissionDenied(_("Une organisation ne se parraine pas elle-même."))
    if organisation.struck_at or not has_signed(organisation):
        raise PermissionDenied(_("Cette organisation n’a pas signé la charte."))
    other = organisation.sponsorships.filter(sponsor=person).exclude(
        sponsor_organisation=sponsor_organisation
    )
    if other.exists():
        raise PermissionDenied(_("Vous avez déjà parrainé cette organisation."))
    if organisation.admitted_at is None:
        Sponsorship.objects.get_or_create(
            organisation=organisation,
            sponsor_organisation_id=sponsor_organisation,
            defaults={"sponsor": person},
        )
        if organisation.sponsorships.count() >= REQUIRED_SPONSORS:
            _mark_admitted(organisation, None)
    return organisation


@transaction.atomic(durable=True)
def admit_organisation(organisation: Organisation, animator: User) -> Organisation:
    """Admit an organisation without sponsors; return it. Only animators may."""
    organisation = _lock_organisation(organisation)
    require_animator(animator)
    if organisation.struck_at:
        raise PermissionDenied(_("Cette organisation a été radiée : levez d’abord la mesure."))
    if organisation.admitted_at is None:
        _mark_admitted(organisation, animator)
        record_action(
            LoggedAction.ADMIT_ORGANISATION, animator.pk, organisation_id=organisation.pk
        )
    return organisation


def has_signed(organisation: Organisation) -> bool:
    """Whether ``organisation`` has a current signature."""
    return Signature.objects.current().filter(organisation=organisation).exists()


def _record_for(
    action: LoggedAction,
    role: ConfirmationMethod | None,
    by: User,
    organisation: Organisation,
    reason: str = "",
) -> None:
    """Note in the log what an animator did in the stead of an organisation's contact."""
    if role == ConfirmationMethod.ANIMATOR:
        record_action(action, by.pk, organisation_id=organisation.pk, reason=reason)


def _record(action: LoggedAction, animator: User, declared: EmailDomain, reason: str) -> None:
    about = {"person_id": declared.declared_by_id, "organisation_id": declared.organisation_id}
    record_action(action, animator.pk, reason=reason, **about)


def _mark_admitted(organisation: Organisation, animator: User | None) -> None:
    organisation.admitted_at, organisation.admitted_by = timezone.now(), animator
    organisation.save(update_fields=["admitted_at", "admitted_by"])


def _lock_organisation(organisation: Organisation) -> Organisation:
    return lock_organisation(organisation.pk)
