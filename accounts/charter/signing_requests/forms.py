"""The forms that ask a legal representative to sign, and by which they sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import AddressField
from accounts.base.text import fold
from accounts.charter.forms import ActForm, SignatoryForm, SignatoryOrganisationForm
from accounts.users.forms import FullNameForm
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.charter.signing_requests.models import SigningRequest


class SigningRequestForm(FullNameForm, ActForm, SignatoryOrganisationForm):
    """Who is asked to sign, for which organisation, by what authority and act."""

    position = forms.CharField(
        label=_("Sa fonction"),
        max_length=120,
        help_text=_(
            "Maire, présidente, directeur… La fin du mandat sera demandée à la signature."
        ),
        error_messages={"required": _("Écrivez la fonction de la personne qui signera.")},
    )
    email = AddressField(
        label=_("Son adresse électronique"),
        max_length=200,
        help_text=_("Le lien qui signe y sera envoyé, et ne sert qu’une fois."),
        error_messages={
            "required": _("Écrivez l’adresse de la personne qui signera."),
            "invalid": _("Écrivez une adresse, comme nom@exemple.fr."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["college"].label = _("Au titre de quel collège ?")
        self.fields["authority"].label = _("Cette personne signera en vertu de")
        self.fields["full_name"].help_text = _("De la personne qui signera.")
        self.fields["full_name"].widget.attrs["autocomplete"] = "off"

    def request_values(self) -> dict[str, Any]:
        """The values that ``request_signature`` takes, once the form is valid."""
        names = ("organisation", "full_name", "position", "email")
        return {name: self.cleaned_data[name] for name in names} | self.act_values()


class RepresentativeForm(SignatoryForm):
    """The signature of who came by the mailed link.

    ``one`` is the request. ``person`` is None where its address has no account: the name typed
    becomes that of the account which the signature opens.
    """

    def __init__(
        self, *args: Any, person: User | None, signing_request: SigningRequest, **kwargs: Any
    ) -> None:
        signatory = person or User(full_name=signing_request.full_name)
        super().__init__(*args, person=signatory, **kwargs)
        self.opens_account, self.signing_request = person is None, signing_request
        if self.opens_account:
            words = _("Comme il est écrit dans la demande : %s.")
            self.fields["typed_name"].help_text = words % signing_request.full_name

    def clean_typed_name(self) -> str:
        """The name. Raise ValidationError unless it is the request's, and the account's."""
        typed = " ".join(self.cleaned_data["typed_name"].split())
        name = self.signing_request.full_name
        is_theirs = fold(self.person.full_name) == fold(name)
        if not is_theirs or (self.opens_account and fold(typed) != fold(name)):
            words = _(
                "Cette demande est pour %(name)s. Ce n’est pas vous ? Demandez à %(who)s de "
                "refaire la demande à votre nom."
            )
            names = {"name": name, "who": self.signing_request.preparer.full_name}
            raise forms.ValidationError(words, params=names)
        return super().clean_typed_name()
