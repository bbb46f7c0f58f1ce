"""What was typed to sign when the session had ended, kept until its author is back."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils.translation import gettext as _

_SLOT = "kept-signature"
_LONGEST = 300
_FIELDS = (
    "college", "organisation", "department_code", "position", "authority",
    "authority_detail", "typed_name",
)  # fmt: skip


def sign_in_and_return(request, address):
    """Keep what ``request`` typed, if anything, and go to sign-in and then to ``address``."""
    typed = {name: request.POST[name][:_LONGEST] for name in _FIELDS if name in request.POST}
    if typed:
        request.session[_SLOT] = typed
        messages.warning(
            request,
            _("Votre session avait pris fin. Vos réponses sont gardées : connectez-vous."),
        )
    return redirect_to_login(address, reverse("account_login"))


def typed_before(request):
    """What this session typed before it ended; given once, else nothing."""
    return request.session.pop(_SLOT, {}) if _SLOT in request.session else {}
