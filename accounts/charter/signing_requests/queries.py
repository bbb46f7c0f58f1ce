"""Queries of signing requests: a person's own, and whose account an address is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.base.compiled_queries import CompiledQuery
from accounts.charter.signing_requests.models import SigningRequest
from accounts.organisations.models import Organisation
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.charter.signing_requests.models import SigningRequestQuerySet


def signing_requests_of(person: User) -> list[SigningRequest]:
    """The requests that ``person`` prepared, signed and expired ones too, the newest first."""
    return _REQUESTS.rows(person_id=person.pk)


def prepared_organisation(person: User, slug: str) -> Organisation | None:
    """The organisation with this slug whose signature ``person`` prepared, or None.

    They know of it, whoever else does, and countersign.
    """
    rows = SigningRequest.objects.filter(preparer=person, signed_at__isnull=False)
    organisations = Organisation.objects.filter(pk__in=rows.values("organisation"), slug=slug)
    return organisations.select_related("college").first()


def has_account(email: str) -> bool:
    """Whether an account has this address, verified or not."""
    claimed = EmailAddress.objects.filter(email__iexact=email).values("user")
    return User.objects.filter(Q(email__iexact=email) | Q(pk__in=claimed)).exists()


def _requests(person_id: int) -> SigningRequestQuerySet:
    rows = SigningRequest.objects.filter(preparer=person_id).order_by("-requested_at")
    return rows.select_related("organisation")


_REQUESTS = CompiledQuery(_requests, "person_id")
