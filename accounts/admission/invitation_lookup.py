"""Whom the address of an invitation invites: its key, which was mailed, is the secret."""

from django.urls import Resolver404, resolve

from accounts.admission.models import Invitation


def invited_address(address):
    """The e-mail address that the invitation at ``address``, a path, is for, or "".

    Nothing of one that has served, was taken back or has expired.
    """
    try:
        match = resolve(address)
    except Resolver404:
        return ""
    if match.url_name != "organisation-invitation":
        return ""
    usable = Invitation.objects.usable().filter(key=match.kwargs["key"])
    return usable.values_list("email", flat=True).first() or ""
