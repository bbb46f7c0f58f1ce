"""What was typed when the session had ended, kept until its author has signed in again."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.threads.acting import Refused

_SLOT = "kept"
_FIELDS = ("text", "title", "topic", "space", "kind", "tags", "key", "version")


def sign_in_and_return(request):
    """Keep what ``request`` typed, if anything, and go to sign-in and back to its address.

    Raise Refused for someone who is signed in and may not write all the same.
    """
    if request.user.is_authenticated:
        raise Refused(_("Votre compte est suspendu : vous lisez les pages publiques."))
    typed = {name: request.POST[name] for name in _FIELDS if name in request.POST}
    if typed:
        request.session[_SLOT] = {"path": request.path, "typed": typed}
        messages.warning(
            request,
            _("Votre session avait pris fin. Votre texte est gardé : connectez-vous."),
        )
    return redirect_to_login(request.path, reverse("account_login"))


def typed_before(request):
    """What this session typed for this address before it ended; given once, else None."""
    slot = request.session.get(_SLOT)
    if not slot or slot["path"] != request.path:
        return None
    del request.session[_SLOT]
    return slot["typed"]


def to_charter(request, why):
    """Send someone who has not signed to the charter, saying ``why``, and back here after."""
    messages.info(request, why)
    return redirect(f"{reverse('charter')}?{urlencode({'next': request.path})}")
