"""The forms of moderation."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.moderation.measures.models import ModerationReason

_FACTS_LENGTH = 2000
#: Days for which an account may be silenced or suspended.
_LENGTHS = (
    ("1", _("1 jour")),
    ("3", _("3 jours")),
    ("7", _("1 semaine")),
    ("14", _("2 semaines")),
    ("30", _("1 mois")),
    ("90", _("3 mois")),
)


class MeasureForm(forms.Form):
    """Why a measure is taken: one of the network's reasons, and what happened."""

    reason = forms.ModelChoiceField(
        ModerationReason.objects.all(),
        label=_("Motif"),
        to_field_name="slug",
        empty_label=_("Choisissez un motif"),
        error_messages={
            "required": _("Choisissez le motif qui convient."),
            "invalid_choice": _("Choisissez un motif de la liste."),
        },
    )
    facts = forms.CharField(
        label=_("Les faits, que la personne concernée pourra lire"),
        help_text=_("Ce qui s’est passé, en vos mots, sans dire qui l’a signalé."),
        max_length=_FACTS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Dites ce qui s’est passé.")},
    )
    #: The report that leads to it, if one does.
    report_id = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput
    )


class TimedMeasureForm(MeasureForm):
    """A measure that ends by itself; ``ends_at`` of the cleaned data is when."""

    length = forms.ChoiceField(label=_("Durée"), choices=_LENGTHS, initial="7")

    def clean(self) -> dict[str, Any]:
        """Compute the end from the length, None where it has none."""
        super().clean()
        cleaned = self.cleaned_data
        if (days := cleaned.pop("length", None)) is not None:
            ends_at = timezone.now() + timedelta(int(days))
            cleaned["ends_at"] = ends_at if int(days) else None
        return cleaned


class SuspensionForm(TimedMeasureForm):
    """A suspension, which may have no end."""

    length = forms.ChoiceField(
        label=_("Durée"),
        choices=(*_LENGTHS, ("0", _("Sans fin"))),
        initial="7",
    )


class SlowModeForm(MeasureForm):
    """How much time one person lets pass between two posts of theirs in a thread."""

    minutes = forms.TypedChoiceField(
        label=_("Chacun écrit une fois toutes les…"),
        coerce=int,
        initial=30,
        choices=(
            (5, _("5 minutes")),
            (30, _("30 minutes")),
            (120, _("2 heures")),
            (1440, _("24 heures")),
        ),
    )


class EndMeasureForm(forms.Form):
    """Why a measure is ended, for the person whom it concerned."""

    ending_reason = forms.CharField(
        label=_("Pourquoi, pour la personne concernée"),
        max_length=_FACTS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites pourquoi la mesure prend fin.")},
    )
