"""The fields of the form of a consultation, and the forms that remove and restore one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField
from forum.conversation.consultations.models import Quorum, Voter
from forum.conversation.threads.forms import reason_field

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_MAX_DAYS_AHEAD = 366
CHOOSE = _("Choisissez l’une des réponses proposées.")
CHOSEN = {"required": CHOOSE, "invalid_choice": CHOOSE}
TOO_LONG = _("C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus.")


def last_day_field(
    help_text: _StrPromise, *, days_ahead: int = 0, required: str | _StrPromise = ""
) -> DayField:
    """The last day to answer; asked for where there are words for who leaves it empty."""
    return DayField(
        label=_("Dernier jour pour voter"),
        help_text=help_text,
        required=bool(required),
        min_days_ahead=days_ahead,
        max_days_ahead=_MAX_DAYS_AHEAD,
        out_of_range=_("Choisissez un jour à venir, d’ici un an."),
        error_messages={"required": required},
    )


def voter_kind_field(choices: Sequence[Any], *, required: bool = True) -> forms.ChoiceField:
    """Who has a voice, among ``choices``."""
    return forms.ChoiceField(
        label=_("Qui a une voix"),
        choices=choices,
        widget=forms.RadioSelect,
        help_text=_("La liste est fixée à l’ouverture : qui lit le fil à ce moment-là."),
        required=required,
        error_messages=CHOSEN,
    )


def quorum_field() -> forms.ChoiceField:
    """How many voters must answer, if so many must."""
    return forms.ChoiceField(
        label=_("Réponses qu’il faut pour adopter"),
        choices=[("", _("Pas de minimum")), *Quorum.choices],
        required=False,
        error_messages=CHOSEN,
    )


def voter_field(voters: Sequence[Voter]) -> forms.TypedChoiceField:
    """For which of the ``voters`` of somebody they answer; hidden where there is one."""
    return forms.TypedChoiceField(
        label=_("Vous répondez pour"),
        coerce=int,
        choices=[(it.pk, it.organisation.name) for it in voters],
        widget=forms.HiddenInput if len(voters) == 1 else forms.Select,
        error_messages=CHOSEN,
    )


class RestoreForm(forms.Form):
    """Why a removed consultation is shown again."""

    reason = reason_field(_("Motif"), required=_("Dites pourquoi : le journal le garde."))


class RemoveForm(RestoreForm):
    """Why a consultation is removed; not asked of who may delete it."""

    def __init__(self, *args: Any, may_delete: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_delete:
            del self.fields["reason"]
