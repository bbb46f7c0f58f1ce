"""Signing the charter and withdrawing a signature. Lock, ask, write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.admission.models import Invitation
from accounts.base.locks import lock_row
from accounts.charter import hash_chain
from accounts.charter.models import Authority, CharterVersion, Signature, VersionRefusal
from accounts.charter.queries import pending_signatures
from accounts.organisations.actions import lock_organisation, mark_confirmed
from accounts.organisations.lookup import (
    NewOrganisation,
    get_or_create_organisation,
    wrong_college_message,
)
from accounts.organisations.models import Seat
from accounts.organisations.queries import last_decided_seat
from accounts.organisations.rules import automatic_confirmation_method, invitation_vouches_for
from accounts.users.models import User
from accounts.users.queries import verified_addresses


@transaction.atomic(durable=True)
def sign_charter(person, *, version, organisation, position, until=None, invitation=None,
                 **values):  # fmt: skip
    """``person`` signs ``version`` for ``organisation``; return the signature.

    ``values`` is the rest of what a signature says: ``authority``, ``authority_detail``,
    ``typed_name``, and where there are any ``act_date``, ``document`` (an UploadedAct) and
    ``countersigns``. ``organisation`` is one of ours or a NewOrganisation, founded here. A
    seat is taken in it, ``until`` the mandate ends, unless one is open; it waits to be
    confirmed, unless ``automatic_confirmation_method`` says how it need not. Saying the same again
    gives the first signature. Raise VersionSuperseded unless ``version`` is the newest published
    one, CannotSign where something else was signed already, the organisation is another
    college's, has refused this person, or the invitation is not for them or not any more.
    """
    person = lock_row(User, person.pk)
    if not person.is_active or person.suspended_at:
        raise CannotSign(_("Votre compte est suspendu : il ne peut pas signer la charte."))
    newest = CharterVersion.objects.published().first()
    if newest is None or newest != version:
        raise VersionSuperseded
    if isinstance(organisation, NewOrganisation):
        organisation = _get_or_create_organisation(organisation)
    # Held before its invitations and seats, as wherever they are decided: so nobody waits in
    # a ring, and two who come first at once do not both become the contact.
    lock_organisation(organisation.pk)
    whose = {"version": newest, "person": person, "organisation": organisation}
    given = Signature.objects.filter(**whose, withdrawn_at=None).first()
    invitation = use_invitation(invitation, person, organisation, given)
    seat, is_new = take_seat(person, organisation, position, until, invitation)
    act = values.pop("document", None)
    values |= {"document": act.file, "document_sha256": act.sha256} if act else {}
    if given:
        # Whose seat is taken here says as what they sit by it.
        own = {} if is_new or invitation else {"position": position}
        _require_same_signature(given, values | own)
        return given
    _require_joinable(values.get("countersigns"), newest, organisation)
    college = {"college_id": organisation.college_id, "sha256": newest.sha256}
    signature = Signature.objects.create(**whose, **college, position=position, **values)
    hash_chain.append(signature, hash_chain.SIGNED)
    return signature


@transaction.atomic(durable=True)
def refuse_version(person, version):
    """``person`` will not sign ``version``: nothing asks them any more.

    Neither it nor what came before it: an editorial version asks for what the one before did.
    Saying so twice is saying so once, and signing later is always possible.
    """
    for one in {one for asked in pending_signatures(person) for one in asked.versions}:
        if one.number <= version.number:
            VersionRefusal.objects.get_or_create(person=person, version=one)


@transaction.atomic(durable=True)
def withdraw_signature(signature, person):
    """Take back what ``person`` signed for the organisation of ``signature``; return it.

    All versions at once, or an older one would still bind. The register keeps the trace.
    Raise PermissionDenied for someone else's signature.
    """
    lock_row(User, person.pk)
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
        hash_chain.append(one, hash_chain.WITHDRAWN)
    signature.refresh_from_db()
    return signature


def _get_or_create_organisation(new):
    organisation = get_or_create_organisation(new)
    if organisation.college_id != new.college.pk:
        raise CannotSign(wrong_college_message(organisation), "college")
    return organisation


def _require_same_signature(given, values):
    """Raise CannotSign where ``values`` is more than ``given`` says: it would be lost."""
    names = ["position", "authority", "authority_detail", "act_date", "document_sha256"]
    if values["authority"] == Authority.COUNTERSIGNATURE:  # No more is asked then.
        names = ["position"]
    if any(values[name] != getattr(given, name) for name in names if name in values):
        words = _(
            "Vous avez déjà signé cette version au nom de « %(name)s », le %(day)s. Pour "
            "signer à un autre titre, retirez d’abord cette signature."
        )
        day = formats.date_format(timezone.localtime(given.signed_at), "j F Y")
        raise CannotSign(words % {"name": given.organisation.name, "day": day}, "organisation")


def _require_joinable(joined, version, organisation):
    """Raise CannotSign where one would join a signature that does not stand, or elsewhere."""
    if joined is None:
        return
    joined = lock_row(Signature, joined.pk)
    of_this = (joined.version_id, joined.organisation_id) == (version.pk, organisation.pk)
    if joined.withdrawn_at or not of_this:
        raise CannotSign(
            _(
                "La signature que vous vouliez rejoindre vient d’être retirée. Relisez ce qui "
                "est déjà signé, puis signez de nouveau."
            )  # fmt: skip
        )


class CannotSign(PermissionDenied):
    """The charter cannot be signed like this. ``field`` is what would have to change."""

    def __init__(self, reason, field=None):
        """Keep where to say ``reason``."""
        super().__init__(reason)
        self.field = field


class VersionSuperseded(CannotSign):
    """Another version has been published since the signatory read theirs."""

    def __init__(self):
        """Say so; nothing is signed."""
        super().__init__(
            _("La charte a changé pendant que vous la lisiez. Voici le nouveau texte.")
        )


def use_invitation(invitation, person, organisation, given=None):
    """The invitation, used from now on; None where there is none.

    It is for one address and one organisation, and vouches for who took it up as long as
    whoever sent it could still decide. Who has ``given`` a signature may have used it by
    this very form, sent twice: then there is none either. Raise CannotSign where it is for
    someone else, or not any more.
    """
    if invitation is None:
        return None
    invitation = lock_row(Invitation, invitation.pk)
    if invitation.organisation_id != organisation.pk:
        raise CannotSign(_("Cette invitation est pour une autre organisation."), "organisation")
    if invitation.email.casefold() not in verified_addresses(person):
        raise CannotSign(_("Cette invitation est pour une autre adresse que la vôtre."))
    if invitation.used_at and given:
        return None
    if not Invitation.objects.usable().filter(pk=invitation.pk).exists():
        raise CannotSign(_("Cette invitation a déjà servi, ou elle a expiré."))
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return invitation


def take_seat(person, organisation, position, until, invitation):
    """The open seat of ``person`` in ``organisation``, and whether it was taken just now.

    Its mandate ends ``until``, where that is said: never later than others have said. Raise
    CannotSign where they were refused the last time, and nobody vouches for them now.
    """
    unended = Q(ended_at=None) | Q(ended_at__gt=timezone.now())
    theirs = Seat.objects.filter(person=person, organisation=organisation, refused_at=None)
    seat = theirs.filter(unended).first()
    is_new = seat is None
    if is_new:
        _require_not_refused(person, organisation, invitation)
        seat = Seat.objects.create(
            person=person, organisation=organisation, position=position, ended_at=until
        )
    elif until:
        is_bound = seat.ended_at and seat.ended_by_id not in (None, person.pk)
        seat.ended_at = min(until, seat.ended_at) if is_bound else until
        seat.save(update_fields=["ended_at"])
    if seat.confirmed_at is None and (
        method := automatic_confirmation_method(person, organisation, invitation)
    ):
        mark_confirmed(seat, method, invitation and invitation.invited_by)
    return seat, is_new


def _require_not_refused(person, organisation, invitation):
    last = last_decided_seat(person, organisation)
    if last and last.refused_at and not invitation_vouches_for(invitation, person):
        raise CannotSign(
            _("Votre demande pour « %(name)s » a été refusée : %(why)s")
            % {"name": organisation.name, "why": last.refusal},
            "organisation",
        )
