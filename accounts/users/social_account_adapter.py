"""allauth, where someone comes through a provider: their name, and what goes wrong."""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A person as the provider presents them, in our words."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": _("Cette identité est déjà celle d’un autre compte."),
        "no_password": _("Choisissez d’abord un mot de passe."),
        "no_verified_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def pre_social_login(self, request, sociallogin):
        """Nobody new comes in by an identity without an address."""
        is_connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        if not (is_connecting or sociallogin.is_existing or sociallogin.email_addresses):
            provider = sociallogin.provider
            raise ImmediateHttpResponse(render_authentication_error(request, provider))

    def populate_user(self, request, sociallogin, data):
        """The new person: the address in small letters, the name as it is written."""
        user = super().populate_user(request, sociallogin, {"email": data.get("email")})
        user.email = user.email.lower()
        name = " ".join(data.get("name", "").split())[:120]
        user.full_name = name or gettext("Nouveau membre")  # Nothing of the address is shown.
        return user

    def get_connect_redirect_url(self, request, socialaccount):
        """Back to one's account."""
        return reverse("account")
