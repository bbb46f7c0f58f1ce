"""The forms of the charter: signing it, and taking a signature back."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.charter.models import Authority, Signature
from accounts.organisations.forms import OrganisationForm
from accounts.text import fold

#: A date as one writes it: 12 juin 2026, 1er juin 2026, 12/06/2026, 2026-06-12.
_DATE = re.compile(
    r"\d{1,2}(?:er)?\s+[^\W\d]+\s+\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2}"
)


class SignForm(OrganisationForm):
    """Everything a signature says: for whom, as what, under what authority, by what name."""

    position = forms.CharField(
        label=_("Votre fonction"),
        max_length=120,
        help_text=_("Maire, chargée de mission…"),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": _("Écrivez votre fonction dans cette organisation.")},
    )
    authority = forms.ChoiceField(
        label=_("Vous signez en vertu de"),
        choices=Authority.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites ce qui vous autorise à signer."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    authority_detail = forms.CharField(
        label=_("Référence de l’acte"),
        max_length=200,
        help_text=_(
            "Numéro et date, par exemple « n° 2026-41 du 12 juin 2026 ». "
            "Inutile pour un représentant légal."
        ),
        error_messages={"required": _("Dites quel acte vous autorise à signer, et sa date.")},
    )
    typed_name = forms.CharField(
        label=_("Signez en écrivant votre nom"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "signature"}),
        error_messages={"required": _("Signez en écrivant votre prénom et votre nom.")},
    )

    def __init__(self, *args, person, **kwargs):
        """A form for ``person``, whose name is the one that signs."""
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["typed_name"].help_text = (
            _("Comme il est écrit dans votre compte : %s.") % person.full_name
        )

    def clean_typed_name(self):
        """The person's own name, accents and capitals aside."""
        typed = " ".join(self.cleaned_data["typed_name"].split())
        if fold(typed) != fold(self.person.full_name):
            raise forms.ValidationError(
                _("Écrivez votre nom comme dans votre compte : %(name)s."),
                params={"name": self.person.full_name},
            )
        return typed

    def clean(self):
        """Check what allows to sign."""
        data = super().clean()
        self._check_authority(data)
        return data

    def signed(self):
        """What ``sign_charter`` takes, once the form is valid."""
        names = ("organisation", "position", "authority", "authority_detail", "typed_name")
        return {name: self.cleaned_data[name] for name in names}

    def _check_authority(self, data):
        """A legal representative need not say more; a resolution has a number and a date."""
        if data.get("authority") == Authority.OFFICE:
            self.errors.pop("authority_detail", None)
            data.setdefault("authority_detail", "")
        detail = data.get("authority_detail")
        is_resolution = data.get("authority") == Authority.RESOLUTION
        if is_resolution and detail and not _number_and_date(detail):
            words = _("Écrivez le numéro et la date : n° 2026-41 du 12 juin 2026.")
            self.add_error("authority_detail", words)


class WithdrawForm(forms.Form):
    """Which signature a person takes back."""

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

    def __init__(self, *args, signatures, **kwargs):
        """Offer ``signatures``, a queryset of one's own."""
        super().__init__(*args, **kwargs)
        self.fields["signature"].queryset = signatures
        self.fields["signature"].label_from_instance = lambda one: one.organisation.name


def _number_and_date(reference):
    """Whether ``reference`` holds a date, and a number beside it."""
    rest, dates = _DATE.subn("", reference, count=1)
    return bool(dates and re.search(r"\d", rest))
