"""Where one is sent who may not write yet, with nothing lost on the way."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base import resume_form
from forum.rules import Refused


def redirect_to_sign_in(request, address=None):
    """Keep what a guest typed, and go to sign-in and back to this address, or to ``address``.

    Raise Refused for someone who is signed in and may not write all the same.
    """
    if request.user.is_authenticated:
        raise Refused(_("Votre compte est suspendu : vous lisez les pages publiques."))
    return resume_form.redirect_to_login_keeping_form(request, address)


def redirect_to_charter(request, why):
    """Send someone who has not signed to the charter, saying ``why``, and back here after."""
    messages.info(request, why)
    return redirect(f"{reverse('charter')}?{urlencode({'next': request.path})}")
