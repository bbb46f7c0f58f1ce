"""TODO."""

from allauth.account.models import EmailAddress


def verified_addresses(person):
    """The e-mail addresses that ``person`` has proved to hold, folded."""
    rows = EmailAddress.objects.filter(user=person, verified=True)
    return {email.casefold() for email in rows.values_list("email", flat=True)}
