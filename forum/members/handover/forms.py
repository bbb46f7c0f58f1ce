"""The form that names a successor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import field_of
from accounts.models import Seat
from forum.members.handover.queries import possible_successors


class SuccessorForm(forms.Form):
    """The seat that carries on what ``seat`` began, among those of its organisation."""

    unsaved_fields = frozenset({"successor"})

    successor = forms.ModelChoiceField(
        Seat.objects.none(),
        label=_("Qui prend la suite ?"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez qui prend la suite."),
            "invalid_choice": _("Cette personne ne siège plus ici."),
        },
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = possible_successors(seat).exclude(pk=seat.successor_id or 0)
        field = field_of(self, "successor", forms.ModelChoiceField)
        field.queryset = others.select_related("person")
        field.label_from_instance = lambda other: f"{other.person.full_name}, {other.position}"  # type: ignore[method-assign, assignment]
