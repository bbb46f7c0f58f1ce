"""The form of a break-glass access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import field_of
from accounts.break_glass.actions import ALLOWED_HOURS
from accounts.break_glass.rules import is_sufficient_reason
from accounts.models import College

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


class BreakGlassForm(forms.Form):
    """A college that is not one's own, a reason that it will read, and for how long."""

    college: forms.ModelChoiceField[College] = forms.ModelChoiceField(
        None,  # Set with the viewer, who has a college of their own.
        label=_("La pièce de quel collège ?"),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez un collège."),
            "invalid_choice": _("Choisissez l’un des collèges proposés."),
        },
    )
    reason = forms.CharField(
        label=_("Motif, que le collège lira"),
        max_length=500,
        help_text=_("Ce qui s’est passé, et ce que vous cherchez. Il reste au registre."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Dites au collège pourquoi vous ouvrez sa pièce."),
            "max_length": _("Gardez %(limit_value)d caractères ; il y en a %(show_value)d."),
        },
    )
    hours = forms.TypedChoiceField(
        label=_("Pour combien de temps ?"),
        coerce=int,
        initial=ALLOWED_HOURS[0],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites pour combien de temps."),
            "invalid_choice": _("Choisissez l’une des durées proposées."),
        },
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleges = field_of(self, "college", forms.ModelChoiceField)
        colleges.queryset = College.objects.exclude(pk__in=viewer.college_ids)
        hours = field_of(self, "hours", forms.ChoiceField)
        hours.choices = [(n, _("%(n)d h") % {"n": n}) for n in ALLOWED_HOURS]

    def clean_reason(self) -> str:
        """Reject a reason that is too short to say anything."""
        if not is_sufficient_reason(self.cleaned_data["reason"]):
            raise forms.ValidationError(
                _("Ce motif est trop court : écrivez une phrase, que le collège comprenne.")
            )
        text: str = self.cleaned_data["reason"]
        return text
