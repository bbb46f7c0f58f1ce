"""Signing the charter and withdrawing a signature. Lock, ask, write."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.charter import chain
from accounts.charter.models import CharterVersion, Signature
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
def sign_charter(
    person, *, version, organisation, position, authority, authority_detail, typed_name
):
    """``person`` signs ``version`` for ``organisation``; return the signature.

    ``organisation`` is one of ours or a NewOrganisation, founded here. A seat is taken in
    it unless one is open; with FORUM_ADMISSION "open" it is confirmed at once, else it
    waits for an animator. Signing the same version for the same organisation again gives
    the first signature. Raise Overtaken unless ``version`` is the newest published one,
    CannotSign where the organisation is another college's or has refused this person.
    """
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if not person.is_active or person.suspended_at:
        raise CannotSign(_("Votre compte est suspendu : il ne peut pas signer la charte."))
    newest = CharterVersion.objects.published().first()
    if newest is None or newest != version:
        raise Overtaken
    if isinstance(organisation, NewOrganisation):
        organisation = _founded(organisation)
    _take_seat(person, organisation, position)
    signature, is_new = Signature.objects.get_or_create(
        version=newest,
        person=person,
        organisation=organisation,
        withdrawn_at=None,
        defaults={
            "college_id": organisation.college_id,
            "position": position,
            "authority": authority,
            "authority_detail": authority_detail,
            "typed_name": typed_name,
            "sha256": newest.sha256,
        },
    )
    if is_new:
        chain.append(signature, chain.SIGNED)
    return signature


@transaction.atomic(durable=True)
def withdraw_signature(signature, person):
    """Take back what ``person`` signed for the organisation of ``signature``; return it.

    All versions at once, or an older one would still bind. The register keeps the trace.
    Raise PermissionDenied for someone else's signature.
    """
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    signature = Signature.objects.get(pk=signature.pk)
    if signature.person_id != person.pk:
        raise PermissionDenied(_("Chacun ne retire que sa propre signature."))
    live = Signature.objects.filter(
        person=person, organisation=signature.organisation_id, withdrawn_at=None
    )
    withdrawn = list(live.order_by("pk"))
    live.update(withdrawn_at=timezone.now())
    for one in withdrawn:
        one.refresh_from_db()
        chain.append(one, chain.WITHDRAWN)
    signature.refresh_from_db()
    return signature


def _founded(new):
    organisation = found(new)
    if organisation.college_id != new.college.pk:
        raise CannotSign(other_college(organisation), "college")
    return organisation


def _take_seat(person, organisation, position):
    theirs = Seat.objects.filter(person=person, organisation=organisation)
    now = timezone.now()
    unended = Q(ended_at=None) | Q(ended_at__gt=now)
    if theirs.filter(unended, refused_at=None).exists():
        return
    if refused := theirs.exclude(refused_at=None).last():
        raise CannotSign(
            _("Votre demande pour « %(name)s » a été refusée : %(why)s")
            % {"name": organisation.name, "why": refused.refusal},
            "organisation",
        )
    Seat.objects.create(
        person=person,
        organisation=organisation,
        position=position,
        confirmed_at=now if settings.FORUM_ADMISSION == "open" else None,
    )
