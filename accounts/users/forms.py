"""What is asked of a person beside the e-mail address and the password: their name."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FullNameForm(forms.Form):
    """The name that others read, and that signs the charter."""

    full_name = forms.CharField(
        label=_("Prénom et nom"),
        max_length=120,
        help_text=_("Les autres membres vous verront sous ce nom. Il signera la charte."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Écrivez votre prénom et votre nom."),
            "max_length": _("Ce nom est trop long : %(limit_value)d caractères au plus."),
        },
    )

    def clean_full_name(self):
        """Single spaces, and at least one letter."""
        name = " ".join(self.cleaned_data["full_name"].split())
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError(_("Écrivez votre nom avec des lettres."))
        return name


class SignupFullNameForm(FullNameForm):
    """What sign-up asks beside allauth's own fields; allauth inherits from this."""

    field_order = ["full_name", "email", "password1"]

    def signup(self, request, user):
        """Give ``user``, just created, the name they wrote."""
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])


class AccountNameForm(FullNameForm):
    """What a person may change about themselves here."""
