"""allauth's adapters: the site's messages, mail headers, redirects and encryption."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail.message import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.base.mail import sent_now
from accounts.users.devices import device_name
from accounts.users.email_change import is_current_address_verified
from accounts.users.known_browsers import attempts_key
from accounts.viewers.middleware import PersonRequest

if TYPE_CHECKING:
    from accounts.users.account_forms import SignupForm
    from accounts.users.models import User
    from accounts.viewers.middleware import ViewerRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: messages of errors, and mail marked as automatic."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "address_not_proved": _("Donnez d’abord le code envoyé à votre adresse actuelle."),
        "account_inactive": _("Ce compte est fermé."),
        "duplicate_email": _("C’est déjà l’adresse de votre compte."),
        "email_password_mismatch": _(
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, ou "
            "recevez un code par courriel."
        ),
        "email_taken": _("Un compte existe déjà pour cette adresse."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_code": _(
            "Ce code n’est pas le bon. Recopiez celui du dernier courriel reçu."
        ),
        "incorrect_password": _("Ce n’est pas votre mot de passe."),
        "invalid_password_reset": _("Ce lien a déjà servi, ou il est trop ancien."),
        "mail_not_sent": _(
            "Le serveur de courriel ne répond pas : ce qui devait vous être envoyé n’est pas "
            "parti. Réessayez dans quelques minutes."
        ),
        "rate_limited": _(
            "Trop de demandes en peu de temps. Attendez quelques minutes, puis réessayez."
        ),
        "same_as_current": _("C’est déjà l’adresse de votre compte."),
        "too_many_login_attempts": _(
            "Trop d’essais en peu de temps. Attendez quelques minutes, puis réessayez."
        ),
        "unverified_primary_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail it, and say so on the page where the mail server does not take it."""
        request = allauth_context.request
        about = {"request": request, "email": email, "current_site": get_current_site(request)}
        if not sent_now(self.render_mail(template_prefix, email, about | context)):
            messages.error(request, self.error_messages["mail_not_sent"])

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """The account page for a signed-in person who verified a new address."""
        if self.request.user.is_authenticated:
            return reverse("account")
        text: str = super().get_email_verification_redirect_url(email_address)
        return text

    def save_user(
        self, request: ViewerRequest, user: User, form: SignupForm, commit: bool = True
    ) -> User:
        """Create the person; where the same form was sent twice, redirect the second."""
        try:
            with transaction.atomic():
                value: User = super().save_user(request, user, form, commit)
                return value
        except IntegrityError:
            messages.info(request, _("Votre inscription est en cours : voyez vos courriels."))
            raise ImmediateHttpResponse(redirect("account_login")) from None

    def pre_authenticate(self, request: ViewerRequest, **credentials: Any) -> None:
        """Count the attempt; in a browser that the owner has used before, there alone."""
        credentials["email"] = attempts_key(request, credentials["email"])
        super().pre_authenticate(request, **credentials)

    def _delete_login_attempts_cached_email(
        self, request: ViewerRequest, **credentials: Any
    ) -> None:
        address = credentials["email"]
        for key in {address, attempts_key(request, address)}:
            super()._delete_login_attempts_cached_email(request, email=key)

    def get_http_user_agent(self, request: ViewerRequest) -> str:
        """The browser as mails about an account name it, such as *Firefox sur Windows*."""
        return device_name(super().get_http_user_agent(request) or "")

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The mail, marked as automatic so that no vacation reply answers it (RFC 3834)."""
        headers = {"Auto-Submitted": "auto-generated"} | (headers or {})
        value: EmailMultiAlternatives = super().render_mail(
            template_prefix, email, context, headers
        )
        return value


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """People who sign in through the provider: messages, name and address."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": _("Cette identité est déjà celle d’un autre compte."),
        "no_password": _("Choisissez d’abord un mot de passe."),
        "no_verified_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def pre_social_login(self, request: PersonRequest, sociallogin: SocialLogin) -> None:
        """Refuse a new person whom the provider gives no e-mail address of.

        And an identity that is connected to an account whose address is not verified first.
        """
        is_connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        if is_connecting and request.user.is_authenticated:
            self._require_verified_address(request, sociallogin)
        if not (is_connecting or sociallogin.is_existing or sociallogin.email_addresses):
            provider = sociallogin.provider
            raise ImmediateHttpResponse(render_authentication_error(request, provider))

    def _require_verified_address(
        self, request: PersonRequest, sociallogin: SocialLogin
    ) -> None:
        is_own = sociallogin.is_existing and sociallogin.user == request.user
        if not (is_own or is_current_address_verified(request)):
            messages.error(request, AccountAdapter.error_messages["address_not_proved"])
            raise ImmediateHttpResponse(redirect("socialaccount_connections"))

    def populate_user(
        self, request: ViewerRequest, sociallogin: SocialLogin, data: Mapping[str, Any]
    ) -> User:
        """The new person, with the address in lower case and the name on one line."""
        user: User = super().populate_user(request, sociallogin, {"email": data.get("email")})
        user.email = user.email.lower()
        name = " ".join(data.get("name", "").split())[:120]
        user.full_name = name or gettext("Nouveau membre")  # Nothing of the address is shown.
        return user

    def get_connect_redirect_url(
        self, request: ViewerRequest, socialaccount: SocialAccount
    ) -> str:
        """The account page."""
        return reverse("account")


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: messages, and secrets encrypted with the site's key."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Cette protection ne peut pas être retirée."),
        "cannot_generate_recovery_codes": _(
            "Les codes de secours viennent avec une application ou une clé d’accès : "
            "ajoutez-en une d’abord."
        ),
        "incorrect_code": _(
            "Ce code n’est pas le bon. Recopiez celui que l’application montre maintenant, "
            "ou un code de secours qui n’a pas servi."
        ),
        "unverified_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt ``text`` with the site's secret key."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what ``encrypt`` gave; give random bytes where the site's key has changed."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:  # Not an empty secret: anyone could compute its codes.
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def reencrypt(self, encrypted_text: str) -> str:
        """``encrypted_text`` with today's key; as it is where no key of the site reads it."""
        try:
            return _cipher().rotate(encrypted_text.encode()).decode()
        except InvalidToken:
            return encrypted_text

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """The name of a passkey whose owner gives none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Clé d’accès %(number)d") % {"number": number}


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"second factors:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
