"""The forms that ask a person's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import NameField
from accounts.base.text import fold
from accounts.users.models import FORMER_NAME, User

if TYPE_CHECKING:
    from accounts.viewers.middleware import ViewerRequest


class FullNameForm(forms.Form):
    """A person's full name, which other members read and which signs the charter."""

    full_name = NameField(
        label=_("Prénom et nom"),
        max_length=120,
        help_text=_("Sous ce nom, les autres membres vous verront et vous signerez la charte."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Écrivez votre prénom et votre nom."),
            "max_length": _("Ce nom est trop long : %(limit_value)d caractères au plus."),
        },
    )

    def clean_full_name(self) -> str:
        """The name, single-spaced. Raise ValidationError where it has no letter.

        And where it is that of those whose account is closed.
        """
        name = " ".join(self.cleaned_data["full_name"].split())
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError(_("Écrivez votre nom avec des lettres."))
        if fold(name) in {fold(FORMER_NAME), fold(str(User(full_name=FORMER_NAME)))}:
            raise forms.ValidationError(
                _("Ce nom est celui des comptes fermés : écrivez le vôtre.")
            )
        return name


class SignupFullNameForm(FullNameForm):
    """The field that sign-up adds to allauth's, whose form inherits from this class."""

    field_order = ["full_name", "email", "password1"]

    def signup(self, request: ViewerRequest, user: User) -> None:
        """Save the name of ``user``, just created; allauth calls this."""
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])


class AccountNameForm(FullNameForm):
    """The change of one's name on the account page."""
