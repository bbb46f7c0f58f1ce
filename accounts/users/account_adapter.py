"""allauth, speaking as the rest of the site does."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Our words for what can go wrong, and mail that asks for no automatic answer."""

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
        "rate_limited": _(
            "Trop de demandes en peu de temps. Attendez quelques minutes, puis réessayez."
        ),
        "same_as_current": _("C’est déjà l’adresse de votre compte."),
        "too_many_login_attempts": _(
            "Trop d’essais en peu de temps. Attendez quelques minutes, puis réessayez."
        ),
        "unverified_primary_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def get_email_verification_redirect_url(self, email_address):
        """The account, once one has proved a new address: there one came from."""
        if self.request.user.is_authenticated:
            return reverse("account")
        return super().get_email_verification_redirect_url(email_address)

    def save_user(self, request, user, form, commit=True):
        """The new person; where the same form came twice at once, the first one stands."""
        try:
            with transaction.atomic():
                return super().save_user(request, user, form, commit)
        except IntegrityError:
            messages.info(request, _("Votre inscription est en cours : voyez vos courriels."))
            raise ImmediateHttpResponse(redirect("account_login")) from None

    def render_mail(self, template_prefix, email, context, headers=None):
        """The mail, marked as automatic so that no absence notice answers it (RFC 3834)."""
        headers = {"Auto-Submitted": "auto-generated"} | (headers or {})
        return super().render_mail(template_prefix, email, context, headers)
