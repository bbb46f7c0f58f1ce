"""The form of one's profile in the directory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forum.models import Topic

if TYPE_CHECKING:
    from accounts.profiles.models import Profile


_TELEPHONE = re.compile(r"\+?[\d .()/-]{6,30}")
_MAX_PRESENTATION = 600


class _TopicsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Topics by their ids, of which one may be larger than any that a database has."""

    def clean(self, value: list[str]) -> QuerySet[Any, Any]:
        """The topics. Raise ValidationError for what is none."""
        try:
            return super().clean(value)
        except OverflowError as error:
            words = self.error_messages["invalid_choice"]
            raise forms.ValidationError(words, code="invalid_choice") from error


class DirectoryProfileForm(forms.Form):
    """What one shows in the directory; ``profile_fields`` is what ``save_profile`` takes."""

    is_listed = forms.BooleanField(
        label=_("Figurer dans l’annuaire des membres"),
        required=False,
        help_text=_("Sinon, on ne vous trouve que par ce que vous écrivez."),
    )
    takes_questions = forms.BooleanField(
        label=_("Recevoir des questions des membres"),
        required=False,
        help_text=_(
            "Chacun peut alors vous en adresser depuis votre page ; elles se lisent dans un "
            "espace du réseau."
        ),
    )
    shows_presence = forms.BooleanField(
        label=_("Être nommé là où je lis et où j’écris"),
        required=False,
        help_text=_(
            "Les membres qui ont ouvert le même fil voient alors votre nom. Sinon, vous êtes "
            "compté sans être nommé."
        ),
    )
    presentation = forms.CharField(
        label=_("Votre présentation"),
        required=False,
        max_length=_MAX_PRESENTATION,
        help_text=_("Quelques lignes : ce que vous faites, ce que vous cherchez."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": _("C’est trop long : %(limit_value)d caractères au plus.")
        },
    )
    topics = _TopicsField(
        Topic.objects.all(),
        label=_("Vous pouvez témoigner sur"),
        required=False,
        help_text=_("Ce que vous avez vécu, et dont on peut vous parler."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Ce sujet n’est pas connu."),
            "invalid_pk_value": _("Ce sujet n’est pas connu."),
        },
    )
    shows_email = forms.BooleanField(
        label=_("Montrer mon adresse électronique aux membres"), required=False
    )
    telephone = forms.CharField(
        label=_("Votre téléphone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"max_length": _("Ce numéro est trop long.")},
    )
    shows_telephone = forms.BooleanField(
        label=_("Montrer mon téléphone aux membres"), required=False
    )

    def __init__(
        self, *args: Any, profile: Profile, expertise: QuerySet[Any, Any], **kwargs: Any
    ) -> None:
        """Start from ``profile`` and the ids of topics ``expertise``."""
        initial = {
            name: getattr(profile, name) for name in self.base_fields if name != "topics"
        }
        initial["topics"] = list(expertise)
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)

    def clean_telephone(self) -> str:
        """Accept digits and usual separators."""
        number = " ".join(self.cleaned_data["telephone"].split())
        if number and not _TELEPHONE.fullmatch(number):
            raise forms.ValidationError(_("Écrivez un numéro : 02 96 00 00 00."))
        return number

    def clean(self) -> dict[str, Any]:
        """Ask for the telephone that is to be shown."""
        super().clean()
        data = self.cleaned_data
        if data.get("shows_telephone") and data.get("telephone") == "":
            self.add_error("telephone", _("Écrivez le numéro à montrer."))
        return data

    @property
    def profile_fields(self) -> dict[str, bool | str]:
        """The fields of the profile, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "topics"}
