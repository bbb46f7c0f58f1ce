"""allauth's account forms, with the site's labels, help texts and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.account.utils import filter_users_by_email
from allauth.core import context, ratelimit
from django import forms as django_forms
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.hashers import make_password

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
from django.utils.translation import gettext_lazy as _

from accounts.admission.queries import invited_address
from accounts.base.forms import validate_mail_address
from accounts.users import email_change
from accounts.users.known_browsers import attempts_key

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.viewers.middleware import ViewerRequest


_EMAIL_LABEL = _("Adresse électronique")
_LABELS = {
    "login": _EMAIL_LABEL,
    "email": _EMAIL_LABEL,
    "password": _("Mot de passe"),
    "password1": _("Mot de passe"),
    "password2": _("Le même, une seconde fois"),
    "oldpassword": _("Mot de passe actuel"),
    "code": _("Code reçu par courriel"),
}
_HELP_TEXTS = {
    "password1": _(
        "Huit caractères au moins. Une suite de quelques mots est sûre et se retient bien."
    ),
    "code": _("Huit lettres ou chiffres, comme ABCD-EFGH."),
}
_REQUIRED_MESSAGES = {
    "login": _("Écrivez votre adresse électronique."),
    "email": _("Écrivez votre adresse électronique."),
    "code": _("Écrivez le code reçu par courriel."),
}


class LabelledFormMixin(django_forms.Form):
    """Sets labels, help texts and messages of allauth's fields; removes placeholders."""

    unsaved_fields = frozenset({"code"})  # A secret.

    labels: Mapping[str, str | _StrPromise] = {}
    help_texts: Mapping[str, str | _StrPromise] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, django_forms.EmailField):
                field.validators.append(validate_mail_address)
            if name in _LABELS:
                field.label = self.labels.get(name, _LABELS[name])
                field.help_text = self.help_texts.get(name, _HELP_TEXTS.get(name, ""))
                required = _REQUIRED_MESSAGES.get(name, _("Écrivez votre mot de passe."))
                field.error_messages["required"] = required


class LoginForm(LabelledFormMixin, forms.LoginForm):
    """Sign in with a password."""


class SignupForm(LabelledFormMixin, forms.SignupForm):
    """Sign up. Someone who comes from an invitation finds its address filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        next_url = context.request.GET.get(REDIRECT_FIELD_NAME, "") if context.request else ""
        if email := invited_address(next_url):
            self.initial.setdefault("email", email)

    def try_save(self, request: ViewerRequest) -> tuple[User, None]:
        """Hash the password even where the account exists already.

        Otherwise the response time would tell that it does: hashing takes most of it.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        value: tuple[User, None] = super().try_save(request)
        return value


class AddEmailForm(LabelledFormMixin, forms.AddEmailForm):
    """Change one's address, once the current one is verified by a code."""

    labels = {"email": _("Nouvelle adresse électronique")}

    def clean_email(self) -> str:
        """The new address. Raise ValidationError unless the current one is verified."""
        if not email_change.is_current_address_verified(context.request):
            raise get_adapter().validation_error("address_not_proved")
        text: str = super().clean_email()
        return text


class ChangePasswordForm(LabelledFormMixin, forms.ChangePasswordForm):
    """Change one's password, knowing the old one."""

    labels = {"password1": _("Nouveau mot de passe")}


class SetPasswordForm(LabelledFormMixin, forms.SetPasswordForm):
    """Choose a first password."""


class ResetPasswordForm(LabelledFormMixin, forms.ResetPasswordForm):
    """Ask for a link to choose another password."""


class ResetPasswordFromKeyForm(LabelledFormMixin, forms.ResetPasswordKeyForm):
    """Choose another password, from that link."""

    labels = {"password1": _("Nouveau mot de passe")}


class ReauthenticateForm(LabelledFormMixin, forms.ReauthenticateForm):
    """Confirm one's password before a sensitive change."""


class RequestLoginCodeForm(LabelledFormMixin, forms.RequestLoginCodeForm):
    """Ask for a code to sign in without a password."""

    def clean_email(self) -> str:
        """The address. Raise ValidationError where it was asked for too often.

        A browser in which its owner has signed in before is counted apart from others.
        """
        address = self.cleaned_data["email"]
        key = attempts_key(context.request, address)
        if key == address.lower():
            text: str = super().clean_email()
            return text
        if not ratelimit.consume(context.request, action="request_login_code", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")
        users = filter_users_by_email(address, is_active=True, prefer_verified=True)
        self._user = next(iter(users), None)
        return str(address)


class ConfirmLoginCodeForm(LabelledFormMixin, forms.ConfirmLoginCodeForm):
    """Sign in with a code."""


class ConfirmEmailVerificationCodeForm(
    LabelledFormMixin, forms.ConfirmEmailVerificationCodeForm
):
    """Verify an address by a code."""


class CurrentAddressCodeForm(LabelledFormMixin, django_forms.Form):
    """Verify one's current address by a code."""

    code = django_forms.CharField(
        max_length=20, widget=django_forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )

    def add_incorrect_code_error(self) -> None:
        """Add the error of a wrong or expired code."""
        self.add_error("code", get_adapter().error_messages["incorrect_code"])
