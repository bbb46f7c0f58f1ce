"""allauth's forms in our words: one label and one hint a field, nothing said twice."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms as django_forms
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from accounts.admission.queries import invited_address
from accounts.users import email_change

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


class LabelledFormMixin:
    """Fields labelled in our words, without placeholders that repeat the label."""

    labels, help_texts = {}, {}

    def __init__(self, *args, **kwargs):
        """Say it in our words."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in _LABELS:
                field.label = self.labels.get(name, _LABELS[name])
                field.help_text = self.help_texts.get(name, _HELP_TEXTS.get(name, ""))
                required = _REQUIRED_MESSAGES.get(name, _("Écrivez votre mot de passe."))
                field.error_messages["required"] = required


class LoginForm(LabelledFormMixin, forms.LoginForm):
    """Sign in with a password."""


class SignupForm(LabelledFormMixin, forms.SignupForm):
    """Open an account; whoever comes from an invitation, at the address that it invites.

    How long it takes does not tell whether there was one already.
    """

    def __init__(self, *args, **kwargs):
        """Fill in that address."""
        super().__init__(*args, **kwargs)
        next_url = context.request.GET.get(REDIRECT_FIELD_NAME, "") if context.request else ""
        if email := invited_address(next_url):
            self.initial.setdefault("email", email)

    def try_save(self, request):
        """As allauth does; a password that opens no account is hashed all the same.

        Hashing is most of what a sign-up costs.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmailForm(LabelledFormMixin, forms.AddEmailForm):
    """Change one's address, the present one being proved."""

    labels = {"email": _("Nouvelle adresse électronique")}

    def clean_email(self):
        """The new address; refused, whatever leads here, before the old one is proved."""
        if not email_change.is_current_address_verified(context.request):
            raise get_adapter().validation_error("address_not_proved")
        return super().clean_email()


class ChangePasswordForm(LabelledFormMixin, forms.ChangePasswordForm):
    """Change one's password, knowing the old one."""

    labels = {"password1": _("Nouveau mot de passe")}


class SetPasswordForm(LabelledFormMixin, forms.SetPasswordForm):
    """Choose a first password."""


class ResetPasswordForm(LabelledFormMixin, forms.ResetPasswordForm):
    """Ask for a link to choose another password."""


class ResetPasswordFromKeyForm(LabelledFormMixin, forms.ResetPasswordKeyForm):
    """Choose another password from such a link."""

    labels = {"password1": _("Nouveau mot de passe")}


class ReauthenticateForm(LabelledFormMixin, forms.ReauthenticateForm):
    """Say one's password again before a change that matters."""


class RequestLoginCodeForm(LabelledFormMixin, forms.RequestLoginCodeForm):
    """Ask for a code to sign in without a password."""


class ConfirmLoginCodeForm(LabelledFormMixin, forms.ConfirmLoginCodeForm):
    """Sign in with a code."""


class ConfirmEmailVerificationCodeForm(
    LabelledFormMixin, forms.ConfirmEmailVerificationCodeForm
):
    """Prove with a code that an address is one's own."""


class CurrentAddressCodeForm(LabelledFormMixin, django_forms.Form):
    """Prove with a code that one still reads the letters to one's present address."""

    code = django_forms.CharField(
        max_length=20, widget=django_forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )

    def add_incorrect_code_error(self):
        """Say that the code does not do, or no longer."""
        self.add_error("code", get_adapter().error_messages["incorrect_code"])
