"""Queries of people's e-mail addresses."""

from allauth.account.models import EmailAddress


def verified_addresses(person):
    """The verified e-mail addresses of ``person``, in lower case."""
    rows = EmailAddress.objects.filter(user=person, verified=True)
    return {email.casefold() for email in rows.values_list("email", flat=True)}
