"""What was typed when the session had ended, kept until its author has signed in again.

It lives in the session of the guest that the author has become, which sign-in carries over.
"""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils.translation import gettext as _

_SLOT = "kept"
#: Characters kept of one field, and fields: what our largest form may hold.
_LONGEST, _MOST = 50_000, 12


def sign_in_and_return(request, address=None):
    """Keep what ``request`` typed, if anything; go to sign-in and then to ``address``.

    Without ``address``, back to where the request was sent.
    """
    if typed := _typed(request):
        request.session[_SLOT] = {"path": request.path, "typed": typed}
        messages.warning(
            request,
            _("Votre session avait pris fin. Votre texte est gardé : connectez-vous."),
        )
    return redirect_to_login(address or request.path, reverse("account_login"))


def typed_before(request, path=None):
    """What this session typed for ``path`` before it ended; given once, else None."""
    slot = request.session.get(_SLOT)
    if not slot or slot["path"] != (path or request.path):
        return None
    del request.session[_SLOT]
    return slot["typed"]


def _typed(request):
    fields = [name for name in request.POST if name != "csrfmiddlewaretoken"][:_MOST]
    return {name: request.POST[name][:_LONGEST] for name in fields}
