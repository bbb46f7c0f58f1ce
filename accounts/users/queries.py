"""Queries of people's e-mail addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

if TYPE_CHECKING:
    from accounts.users.models import User


def verified_addresses(person: User) -> set[str]:
    """The verified e-mail addresses of ``person``, in lower case."""
    rows = EmailAddress.objects.filter(user=person, verified=True)
    return {email.casefold() for email in rows.values_list("email", flat=True)}
