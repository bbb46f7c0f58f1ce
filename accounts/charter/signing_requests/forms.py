"""The forms that ask a legal representative to sign, and by which they sign."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.charter.forms import ActForm, SignatoryForm
from accounts.organisations.forms import OrganisationForm
from accounts.users.forms import FullNameForm
from accounts.users.models import User


class SigningRequestForm(FullNameForm, ActForm, OrganisationForm):
    """Who is asked to sign, for which organisation, by what authority and act."""

    position = forms.CharField(
        label=_("Sa fonction"),
        max_length=120,
        help_text=_("Maire, présidente, directeur…"),
        error_messages={"required": _("Écrivez la fonction de la personne qui signera.")},
    )
    email = forms.EmailField(
        label=_("Son adresse électronique"),
        max_length=200,
        help_text=_("Le lien qui signe y sera envoyé, et ne sert qu’une fois."),
        error_messages={
            "required": _("Écrivez l’adresse de la personne qui signera."),
            "invalid": _("Écrivez une adresse, comme nom@exemple.fr."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["college"].label = _("Au titre de quel collège ?")
        self.fields["authority"].label = _("Cette personne signera en vertu de")
        self.fields["full_name"].help_text = _("De la personne qui signera.")
        self.fields["full_name"].widget.attrs["autocomplete"] = "off"

    def request_values(self):
        """The values that ``request_signature`` takes, once the form is valid."""
        names = ("organisation", "full_name", "position", "email")
        return {name: self.cleaned_data[name] for name in names} | self.act_values()


class RepresentativeForm(SignatoryForm):
    """The signature of who came by the mailed link.

    ``person`` is None where the address has no account: the name typed becomes that of the
    account which the signature opens. ``known_as`` is how the preparer spelled it.
    """

    def __init__(self, *args, person, known_as, **kwargs):
        super().__init__(*args, person=person or User(full_name=known_as), **kwargs)
        self.opens_account = person is None
        if self.opens_account:
            words = _("Prénom et nom. La demande a été préparée pour %s.")
            self.fields["typed_name"].help_text = words % known_as

    def clean_typed_name(self):
        """The name. Raise ValidationError unless it has letters, or is the account's."""
        if not self.opens_account:
            return super().clean_typed_name()
        typed = " ".join(self.cleaned_data["typed_name"].split())
        if not any(character.isalpha() for character in typed):
            raise forms.ValidationError(_("Écrivez votre nom avec des lettres."))
        return typed
