"""allauth's forms of second factors, with the site's labels and messages."""

import struct
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import field_of
from accounts.users import email_change
from accounts.users.account_forms import LabelledFormMixin

_NAME_LABEL = _("Nom de cette clé")
_NAME_HELP_TEXT = _("Pour la reconnaître : l’appareil où elle se trouve, par exemple.")


class _CodeForm(LabelledFormMixin):
    """A code of the authenticator app."""

    labels = {"code": _("Code de vérification")}
    help_texts = {"code": _("Les six chiffres que montre l’application.")}


class SecondFactorForm(_CodeForm, codes.AuthenticateForm):
    """The second step of signing in."""

    help_texts = {"code": _("Les six chiffres de votre application, ou un code de secours.")}


class SecondFactorReauthenticateForm(_CodeForm, codes.ReauthenticateForm):
    """Confirm who one is before a sensitive change."""

    help_texts = SecondFactorForm.help_texts


class _FirstFactorForm(forms.Form):
    """Refuses a first second factor until the current address is verified."""

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError where an animator's or administrator's address is not."""
        if email_change.asks_address_first(context.request):
            raise get_adapter().validation_error("address_not_proved")
        super().clean()
        return self.cleaned_data


class ActivateTotpForm(_FirstFactorForm, _CodeForm, totp.ActivateTOTPForm):
    """The first code of an authenticator app, which shows that it has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    @property
    def secret_groups(self) -> list[str]:
        """The secret in groups of four characters, to be copied by hand."""
        return [self.secret[at : at + 4] for at in range(0, len(self.secret), 4)]

    def clean_code(self) -> str:
        """The code; the error of a wrong one does not mention recovery codes: none exist."""
        try:
            text: str = super().clean_code()
            return text
        except forms.ValidationError as wrong:
            if wrong.code != "incorrect_code":
                raise
            words = _(
                "Ce code n’est pas le bon. Recopiez celui que l’application montre maintenant, "
                "et voyez si votre téléphone est à l’heure."
            )
            raise forms.ValidationError(words, code=wrong.code) from None


#: Characters of what a browser says of a passkey, certificates of its maker included.
_MAX_CREDENTIAL_LENGTH = 50_000
#: What the parser of passkeys raises of bytes that are cut off, or nested without end.
_BROKEN = (RecursionError, LookupError, struct.error)


class CredentialField(forms.JSONField):
    """What a browser says of a passkey; a number or a nesting that no parser takes is none."""

    def to_python(self, value: Any) -> Any:
        """The credential; raise ValidationError for none."""
        if isinstance(value, str) and len(value) > _MAX_CREDENTIAL_LENGTH:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid")
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from None


class _PasskeyForm(forms.Form):
    credential = CredentialField(widget=forms.HiddenInput)


class _KnownPasskeyForm(_PasskeyForm, passkeys.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        """The passkey; raise ValidationError where it is not one of the person's."""
        try:
            return super().clean_credential()
        except _BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None


class AuthenticateWebauthnForm(_KnownPasskeyForm, passkeys.AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""


class LoginWebauthnForm(_KnownPasskeyForm, passkeys.LoginWebAuthnForm):
    """A passkey alone."""


class ReauthenticateWebauthnForm(_KnownPasskeyForm, passkeys.ReauthenticateWebAuthnForm):
    """A passkey that confirms who one is."""


class AddWebauthnForm(_PasskeyForm, _FirstFactorForm, passkeys.AddWebAuthnForm):
    """A new passkey."""

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError where the browser sent none."""
        try:
            return super().clean()
        except _BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _NAME_LABEL
        self.fields["name"].help_text = _NAME_HELP_TEXT
        field_of(self, "name", forms.CharField).max_length = 100
        self.fields["passwordless"].label = _("Entrer avec cette clé seule")
        self.fields["passwordless"].help_text = _(
            "Sans adresse ni mot de passe. L’appareil demande alors un code, une empreinte "
            "ou un visage."
        )
        self.fields["passwordless"].initial = True


class EditWebauthnForm(passkeys.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _NAME_LABEL
        self.fields["name"].help_text = _NAME_HELP_TEXT
