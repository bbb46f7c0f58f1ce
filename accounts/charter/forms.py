"""The forms that sign the charter, and withdraw a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField, end_of_day
from accounts.base.forms import field_of, hidden_field
from accounts.base.text import fold
from accounts.charter.models import Authority, Signature
from accounts.charter.queries import signature_to_join
from accounts.charter.uploads import ActField
from accounts.organisations.forms import OrganisationForm
from accounts.organisations.models import MAX_MANDATE_DAYS, Organisation

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


#: Countersigning has a form of its own.
_AUTHORITY_CHOICES = [it for it in Authority.choices if it[0] != Authority.COUNTERSIGNATURE]
#: Messages of the fields that every authority but an office requires.
_ACT_REQUIRED_MESSAGES = {
    "authority_detail": _("Dites quel acte vous autorise à signer."),
    "act_date": _("Donnez la date de l’acte."),
}


class SignatoryForm(forms.Form):
    """What every signatory states: position, end of the mandate, and their name.

    ``person`` is the one who signs.
    """

    position = forms.CharField(
        label=_("Votre fonction"),
        max_length=120,
        help_text=_("Maire, chargée de mission…"),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": _("Écrivez votre fonction dans cette organisation.")},
    )
    until = DayField(
        label=_("Fin de votre mandat"),
        required=False,
        min_days_ahead=0,
        max_days_ahead=MAX_MANDATE_DAYS,
        out_of_range=_(
            "Cette date est passée, ou trop lointaine : donnez la fin de votre mandat."
        ),
        help_text=_(
            "Si vous la connaissez. Ce jour passé, les espaces que ce siège vous ouvre se "
            "ferment d’eux-mêmes."
        ),
    )
    typed_name = forms.CharField(
        label=_("Signez en écrivant votre nom"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "signature"}),
        error_messages={"required": _("Signez en écrivant votre prénom et votre nom.")},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["typed_name"].help_text = (
            _("Comme il est écrit dans votre compte : %s.") % person.full_name
        )

    def clean_typed_name(self) -> str:
        """The typed name. Raise ValidationError unless it is the person's (folded)."""
        typed = " ".join(self.cleaned_data["typed_name"].split())
        if fold(typed) != fold(self.person.full_name):
            raise forms.ValidationError(
                _("Écrivez votre nom comme dans votre compte : %(name)s."),
                params={"name": self.person.full_name},
            )
        return typed

    def signature_values(self) -> dict[str, Any]:
        """The values that ``sign_charter`` takes, once the form is valid."""
        data = self.cleaned_data
        values = {name: data[name] for name in ("position", "typed_name")}
        return values | {"until": end_of_day(data["until"])}


class ActForm(forms.Form):
    """By what authority someone signs, and what act gives it."""

    authority = forms.ChoiceField(
        label=_("Vous signez en vertu de"),
        choices=_AUTHORITY_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites ce qui vous autorise à signer."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    authority_detail = forms.CharField(
        label=_("Numéro ou référence de l’acte"),
        max_length=200,
        required=False,
        help_text=_("Par exemple « nº 2026-41 »."),
    )
    act_date = DayField(
        label=_("Date de l’acte"),
        required=False,
        max_days_ahead=0,
        out_of_range=_("Cette date est à venir : donnez celle à laquelle l’acte a été pris."),
    )
    document = ActField(
        label=_("L’acte, en PDF"),
        help_text=_(
            "5 Mo au plus. Lu par vous, le contact de votre organisation et l’équipe "
            "d’animation, par personne d’autre."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Check the authority together with the fields about the act."""
        super().clean()
        data = self.cleaned_data
        self._check_authority(data)
        return data

    def act_values(self) -> dict[str, Any]:
        """The authority and its act, once the form is valid; an office has no act."""
        names = ("authority", "authority_detail", "act_date", "document")
        values = {name: self.cleaned_data[name] for name in names}
        if values["authority"] == Authority.OFFICE:  # Typed before that was chosen: not shown.
            values |= {"authority_detail": "", "act_date": None, "document": None}
        return values

    def _check_authority(self, data: dict[str, Any]) -> None:
        """Require the act's details, unless a legal representative signs."""
        if data.get("authority") not in (None, "", Authority.OFFICE):
            for name, words in _ACT_REQUIRED_MESSAGES.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        detail = data.get("authority_detail")
        is_resolution = data.get("authority") == Authority.RESOLUTION
        if is_resolution and detail and not any(it.isdecimal() for it in detail):
            words = _("Écrivez le numéro de la délibération : nº 2026-41.")
            self.add_error("authority_detail", words)


class SignatoryOrganisationForm(OrganisationForm):
    """The organisation that someone signs for; where it has, ``joinable`` is that signature."""

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.joinable: Signature | None = None

    def clean(self) -> dict[str, Any]:
        """Find what may be countersigned."""
        data = super().clean()
        if isinstance(named := data.get("organisation"), Organisation):
            self.joinable = signature_to_join(self.viewer, named)
        return data


class SignForm(SignatoryForm, ActForm, SignatoryOrganisationForm):
    """The first signature of an organisation: which organisation, what authority, what act.

    For one that has signed, the form is invalid once, and the person is shown how to
    countersign; ``apart`` says that they have seen it, and sign apart.
    """

    unsaved_fields = OrganisationForm.unsaved_fields | {"apart"}
    apart = hidden_field()

    def clean(self) -> dict[str, Any]:
        """Ask once whoever signs for an organisation that has."""
        data = super().clean()
        if self.joinable and data.get("apart") != self.joinable.organisation.slug:
            words = _("Cette organisation a déjà signé : contresignez, ou signez à part.")
            self.add_error("organisation", words)
        return data

    def signature_values(self) -> dict[str, Any]:
        """The values that ``sign_charter`` takes, once the form is valid."""
        own = {"organisation": self.cleaned_data["organisation"]}
        return super().signature_values() | own | self.act_values()


class CountersignForm(SignatoryForm):
    """A further signature of an organisation that has signed."""


class WithdrawForm(forms.Form):
    """Which of ``signatures``, a queryset of the person's own, is withdrawn."""

    unsaved_fields = frozenset({"signature"})

    signature = forms.ModelChoiceField(
        Signature.objects.none(),
        label=_("Votre signature pour"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez la signature à retirer."),
            "invalid_choice": _("Cette signature n’est plus à retirer."),
        },
    )

    def __init__(self, *args: Any, signatures: QuerySet[Signature], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = field_of(self, "signature", forms.ModelChoiceField)
        field.queryset = signatures
        field.label_from_instance = lambda it: it.organisation.name  # type: ignore[method-assign, assignment]
