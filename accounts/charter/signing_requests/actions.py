"""Asking a legal representative to sign, withdrawing that, and signing by the mailed link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.base.text import fold
from accounts.charter.actions import CannotSign, give_signature
from accounts.charter.queries import joinable_signature
from accounts.charter.signing_requests.models import LIFETIME_DAYS, SigningRequest
from accounts.charter.signing_requests.queries import has_account
from accounts.charter.uploads import UploadedAct
from accounts.organisations.lookup import NewOrganisation
from accounts.users.models import User
from accounts.users.queries import verified_addresses
from accounts.users.suspension import is_suspended

if TYPE_CHECKING:
    from accounts.charter.models import CharterVersion, Signature
    from accounts.organisations.models import Organisation


@transaction.atomic(durable=True)
def request_signature(
    preparer: User, organisation: NewOrganisation | Organisation, email: str, **values: Any
) -> SigningRequest:
    """Ask the holder of ``email`` to sign for ``organisation``; return the request.

    ``organisation`` is an Organisation or a NewOrganisation. ``values``: the representative's
    ``full_name`` and ``position``, and the act as ``sign_charter`` takes it. Asking again for
    the same organisation replaces what was asked, and voids its link. Raise CannotSign where
    someone has signed for it already, the address is the preparer's own, or they are suspended.
    """
    preparer = lock_row(User, preparer.pk)
    _require_may_ask(preparer, organisation, email)
    upload = values.pop("document", None)
    previous = SigningRequest.objects.filter(
        preparer=preparer, folded_name=fold(organisation.name), signed_at=None
    ).first()
    replaced = previous.document.name if previous else ""
    signing_request = previous or SigningRequest(preparer=preparer, number=0)
    values |= {"document": upload.file if upload else ""}
    values |= {"document_sha256": upload.sha256 if upload else "", "email": email.casefold()}
    for name, value in (_organisation_values(organisation) | values).items():
        setattr(signing_request, name, value)
    _renew(signing_request)
    if replaced:
        signing_request.document.storage.delete(replaced)
    return signing_request


@transaction.atomic(durable=True)
def renew_request(pk: int, preparer: User) -> SigningRequest:
    """Make the request valid anew, for a new mail; return it. The link of the last is void.

    Raise DoesNotExist unless it is the preparer's own, and PermissionDenied where it is signed.
    """
    signing_request = _lock_own(pk, preparer)
    _renew(signing_request)
    return signing_request


@transaction.atomic(durable=True)
def withdraw_request(pk: int, preparer: User) -> None:
    """Delete a request and the act in it: its link opens nothing any more.

    Raise DoesNotExist unless it is the preparer's own, and PermissionDenied where it is signed.
    """
    _delete(_lock_own(pk, preparer))


@transaction.atomic(durable=True)
def decline_request(signing_request: SigningRequest) -> None:
    """Delete the request, with the address of the representative, who will not sign."""
    signing_request = lock_row(SigningRequest, signing_request.pk)
    if signing_request.signed_at is None:
        _delete(signing_request)


@transaction.atomic(durable=True)
def sign_request(
    signing_request: SigningRequest,
    *,
    version: CharterVersion,
    person: User | None,
    typed_name: str,
    position: str,
    until: datetime | None = None,
) -> Signature:
    """Sign ``version`` for the organisation of the request; return the signature.

    ``person`` holds the request's address; where it is None, whoever has the link does, and an
    account of that name and address is created, which they enter by a mailed code. They take
    a seat as whoever signs does. Raise what ``sign_charter`` raises, and CannotSign where the
    request was signed, withdrawn or replaced meanwhile, or the address has an account.
    """
    signing_request = _lock_open(signing_request)
    if person is None:
        person = _create_person(signing_request.email, typed_name)
    elif signing_request.email not in verified_addresses(person):
        raise CannotSign(_("Cette demande est pour une autre adresse que la vôtre."))
    signature = give_signature(
        person,
        version=version,
        organisation=signing_request.organisation or _new_organisation(signing_request),
        position=position,
        until=until,
        authority=signing_request.authority,
        authority_detail=signing_request.authority_detail,
        act_date=signing_request.act_date,
        typed_name=typed_name,
        document=_stored_act(signing_request),
    )
    # The act is the signature's from now on, unless they had given the same one before.
    if signing_request.document and signature.document != signing_request.document:
        signing_request.document.storage.delete(signing_request.document.name or "")
    # By these two the request is known as that of the signature.
    signing_request.organisation = signature.organisation
    signing_request.signed_at = signature.signed_at
    signing_request.email = signing_request.document = ""
    signing_request.save()
    return signature


def purge_requests(at: datetime | None = None) -> int:
    """Delete requests and their acts, FORUM_RETENTION days after their end; return how many."""
    days = settings.FORUM_RETENTION["signing_requests"]
    before = (at or timezone.now()) - timedelta(days=days)
    old = list(SigningRequest.objects.filter(expires_at__lt=before))
    for signing_request in old:
        _delete(signing_request)
    return len(old)


def _require_may_ask(
    preparer: User, organisation: NewOrganisation | Organisation, email: str
) -> None:
    if not preparer.is_active or is_suspended(preparer):
        raise CannotSign(_("Votre compte est suspendu : il ne peut rien demander."))
    if email.casefold() in {preparer.email.casefold(), *verified_addresses(preparer)}:
        words = _(
            "C’est votre adresse. Donnez celle de la personne qui signera, ou signez vous-même."
        )
        raise CannotSign(words, "email")
    if not isinstance(organisation, NewOrganisation) and joinable_signature(organisation):
        words = _("« %s » a déjà signé cette version : il vous reste à contresigner.")
        raise CannotSign(words % organisation.name, "organisation")


def _organisation_values(organisation: Organisation | NewOrganisation) -> dict[str, Any]:
    is_new = isinstance(organisation, NewOrganisation)
    return {
        "organisation": None if is_new else organisation,
        "organisation_name": organisation.name,
        "college": organisation.college,
        "department_code": organisation.department_code,
        "country": organisation.country,
        "territory": organisation.territory
        if isinstance(organisation, NewOrganisation)
        else None,
    }


def _new_organisation(request: SigningRequest) -> NewOrganisation:
    return NewOrganisation(
        request.organisation_name, request.college, request.department_code, request.territory,
        request.country,
    )  # fmt: skip


def _stored_act(request: SigningRequest) -> UploadedAct | None:
    """The act as ``sign_charter`` takes it: a file that is stored already, by its name."""
    document = request.document
    return UploadedAct(document.name or "", request.document_sha256) if document else None


def _create_person(email: str, name: str) -> User:
    """The representative's account: the link they came by proves the address."""
    if has_account(email):
        raise CannotSign(_("Cette adresse a déjà un compte : connectez-vous pour signer."))
    person = User.objects.create_user(email, name)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def _lock_open(signing_request: SigningRequest) -> SigningRequest:
    locked = SigningRequest.objects.select_for_update(of=("self",), no_key=True)
    same = locked.open().filter(pk=signing_request.pk, number=signing_request.number).first()
    if same is None:
        raise CannotSign(_("Cette demande vient d’être retirée, remplacée ou signée."))
    return same


def _lock_own(pk: int, preparer: User) -> SigningRequest:
    signing_request = lock_row(SigningRequest, pk)
    if signing_request.preparer_id != preparer.pk:
        raise SigningRequest.DoesNotExist
    if signing_request.signed_at:
        raise PermissionDenied(_("Cette demande est déjà signée."))
    return signing_request


def _renew(signing_request: SigningRequest) -> None:
    signing_request.number += 1
    signing_request.requested_at = timezone.now()
    signing_request.expires_at = signing_request.requested_at + timedelta(days=LIFETIME_DAYS)
    signing_request.save()


def _delete(signing_request: SigningRequest) -> None:
    signing_request.delete()
    if signing_request.document:
        signing_request.document.storage.delete(signing_request.document.name or "")
