"""Signing the charter and withdrawing a signature. Lock, ask, write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admission.models import Invitation
from accounts.charter import chain
from accounts.charter.asking import asked_of
from accounts.charter.models import CharterVersion, Refusal, Signature
from accounts.locks import locked
from accounts.organisations.confirming import (
    confirm,
    confirmed_by_itself,
    hold,
    verified_addresses,
    vouches,
)
from accounts.organisations.founding import NewOrganisation, found, other_college
from accounts.organisations.models import Seat
from accounts.people.models import User


class CannotSign(PermissionDenied):
    """The charter cannot be signed like this. ``field`` is what would have to change."""

    def __init__(self, why, field=None):
        """Keep where to say ``why``."""
        super().__init__(why)
        self.field = field


class Overtaken(CannotSign):
    """Another version has been published since the signatory read theirs."""

    def __init__(self):
        """Say so; nothing is signed."""
        super().__init__(
            _("La charte a changé pendant que vous la lisiez. Voici le nouveau texte.")
        )


@transaction.atomic(durable=True)
def sign_charter(person, *, version, organisation, position, until=None, invitation=None,
                 **said):  # fmt: skip
    """``person`` signs ``version`` for ``organisation``; return the signature.

    ``said`` is the rest of what a signature says: ``authority``, ``authority_detail``,
    ``typed_name``, and where there are any ``act_date``, ``document`` (an Act) and
    ``countersigns``. ``organisation`` is one of ours or a NewOrganisation, founded here. A
    seat is taken in it, ``until`` the mandate ends, unless one is open; it waits to be
    confirmed, unless ``confirmed_by_itself`` says how it need not. Signing the same version
    for the same organisation again gives the first signature. Raise Overtaken unless
    ``version`` is the newest published one, CannotSign where the organisation is another
    college's, has refused this person, or the invitation is not for them or not any more.
    """
    person = locked(User, person.pk)
    if not person.is_active or person.suspended_at:
        raise CannotSign(_("Votre compte est suspendu : il ne peut pas signer la charte."))
    newest = CharterVersion.objects.published().first()
    if newest is None or newest != version:
        raise Overtaken
    if isinstance(organisation, NewOrganisation):
        organisation = _founded(organisation)
    _take_seat(
        person, organisation, position, until, _taken_up(invitation, person, organisation)
    )
    act = said.pop("document", None)
    said |= {"document": act.file, "document_sha256": act.sha256} if act else {}
    college = {"college_id": organisation.college_id, "sha256": newest.sha256}
    signature, is_new = Signature.objects.get_or_create(
        version=newest,
        person=person,
        organisation=organisation,
        withdrawn_at=None,
        defaults={"position": position, **college, **said},
    )
    if is_new:
        chain.append(signature, chain.SIGNED)
    return signature


@transaction.atomic(durable=True)
def refuse_version(person, version):
    """``person`` will not sign ``version``: nothing asks them any more.

    Neither it nor what came before it: an editorial version asks for what the one before did.
    Saying so twice is saying so once, and signing later is always possible.
    """
    for one in {one for asked in asked_of(person) for one in asked.versions}:
        if one.number <= version.number:
            Refusal.objects.get_or_create(person=person, version=one)


@transaction.atomic(durable=True)
def withdraw_signature(signature, person):
    """Take back what ``person`` signed for the organisation of ``signature``; return it.

    All versions at once, or an older one would still bind. The register keeps the trace.
    Raise PermissionDenied for someone else's signature.
    """
    locked(User, person.pk)
    signature = Signature.objects.get(pk=signature.pk)
    if signature.person_id != person.pk:
        raise PermissionDenied(_("Chacun ne retire que sa propre signature."))
    live = Signature.objects.filter(
        person=person, organisation=signature.organisation_id, withdrawn_at=None
    )
    withdrawn = list(live.order_by("pk"))
    now = timezone.now()
    live.update(withdrawn_at=now)
    for one in withdrawn:
        one.withdrawn_at = now
        chain.append(one, chain.WITHDRAWN)
    signature.refresh_from_db()
    return signature


def _founded(new):
    organisation = found(new)
    if organisation.college_id != new.college.pk:
        raise CannotSign(other_college(organisation), "college")
    return organisation


def _taken_up(invitation, person, organisation):
    """The invitation, used from now on; None where there is none.

    It is for one address and one organisation, and vouches for who took it up as long as
    whoever sent it could still decide.
    """
    if invitation is None:
        return None
    invitation = locked(Invitation, invitation.pk)
    if invitation.organisation_id != organisation.pk:
        raise CannotSign(_("Cette invitation est pour une autre organisation."), "organisation")
    if invitation.email.casefold() not in verified_addresses(person):
        raise CannotSign(_("Cette invitation est pour une autre adresse que la vôtre."))
    if not Invitation.objects.usable().filter(pk=invitation.pk).exists():
        raise CannotSign(_("Cette invitation a déjà servi, ou elle a expiré."))
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return invitation


def _take_seat(person, organisation, position, until, invitation):
    # Held still: two who come first at once do not both become the contact.
    hold(organisation.pk)
    theirs = Seat.objects.filter(person=person, organisation=organisation)
    unended = Q(ended_at=None) | Q(ended_at__gt=timezone.now())
    seat = theirs.filter(unended, refused_at=None).first()
    refused = theirs.exclude(refused_at=None).last()
    if seat is None and refused and not vouches(invitation, person):
        raise CannotSign(
            _("Votre demande pour « %(name)s » a été refusée : %(why)s")
            % {"name": organisation.name, "why": refused.refusal},
            "organisation",
        )
    if seat is None:
        seat = Seat.objects.create(
            person=person, organisation=organisation, position=position, ended_at=until
        )
    if seat.confirmed_at is None and (
        way := confirmed_by_itself(person, organisation, invitation)
    ):
        confirm(seat, way, invitation and invitation.invited_by)
