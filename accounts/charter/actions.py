"""Signing the charter and withdrawing a signature. Lock, ask, write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.charter import chain
from accounts.charter.asking import asked_of
from accounts.charter.cannot import CannotSign, Overtaken
from accounts.charter.models import Authority, CharterVersion, Refusal, Signature
from accounts.charter.seating import take_seat, taken_up
from accounts.locks import locked
from accounts.organisations.confirming import hold
from accounts.organisations.founding import NewOrganisation, found, other_college
from accounts.people.models import User


@transaction.atomic(durable=True)
def sign_charter(person, *, version, organisation, position, until=None, invitation=None,
                 **said):  # fmt: skip
    """``person`` signs ``version`` for ``organisation``; return the signature.

    ``said`` is the rest of what a signature says: ``authority``, ``authority_detail``,
    ``typed_name``, and where there are any ``act_date``, ``document`` (an Act) and
    ``countersigns``. ``organisation`` is one of ours or a NewOrganisation, founded here. A
    seat is taken in it, ``until`` the mandate ends, unless one is open; it waits to be
    confirmed, unless ``confirmed_by_itself`` says how it need not. Saying the same again
    gives the first signature. Raise Overtaken unless ``version`` is the newest published
    one, CannotSign where something else was signed already, the organisation is another
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
    # Held before its invitations and seats, as wherever they are decided: so nobody waits in
    # a ring, and two who come first at once do not both become the contact.
    hold(organisation.pk)
    whose = {"version": newest, "person": person, "organisation": organisation}
    given = Signature.objects.filter(**whose, withdrawn_at=None).first()
    invitation = taken_up(invitation, person, organisation, given)
    seat, is_new = take_seat(person, organisation, position, until, invitation)
    act = said.pop("document", None)
    said |= {"document": act.file, "document_sha256": act.sha256} if act else {}
    if given:
        # Whose seat is taken here says as what they sit by it.
        own = {} if is_new or invitation else {"position": position}
        _demand_same(given, said | own)
        return given
    _demand_joinable(said.get("countersigns"), newest, organisation)
    college = {"college_id": organisation.college_id, "sha256": newest.sha256}
    signature = Signature.objects.create(**whose, **college, position=position, **said)
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


def _demand_same(given, said):
    """Raise CannotSign where ``said`` is more than ``given`` says: it would be lost."""
    names = ["position", "authority", "authority_detail", "act_date", "document_sha256"]
    if said["authority"] == Authority.COUNTERSIGNATURE:  # No more is asked then.
        names = ["position"]
    if any(said[name] != getattr(given, name) for name in names if name in said):
        words = _(
            "Vous avez déjà signé cette version au nom de « %(name)s », le %(day)s. Pour "
            "signer à un autre titre, retirez d’abord cette signature."
        )
        day = formats.date_format(timezone.localtime(given.signed_at), "j F Y")
        raise CannotSign(words % {"name": given.organisation.name, "day": day}, "organisation")


def _demand_joinable(joined, version, organisation):
    """Raise CannotSign where one would join a signature that does not stand, or elsewhere."""
    if joined is None:
        return
    joined = locked(Signature, joined.pk)
    of_this = (joined.version_id, joined.organisation_id) == (version.pk, organisation.pk)
    if joined.withdrawn_at or not of_this:
        raise CannotSign(
            _(
                "La signature que vous vouliez rejoindre vient d’être retirée. Relisez ce qui "
                "est déjà signé, puis signez de nouveau."
            )  # fmt: skip
        )
