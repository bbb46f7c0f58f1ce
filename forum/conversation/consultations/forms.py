"""The fields of the form of a consultation, and the forms that remove and restore one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField
from forum.conversation.threads.forms import reason_field

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_MAX_DAYS_AHEAD = 366
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


class RestoreForm(forms.Form):
    """Why a removed consultation is shown again."""

    reason = reason_field(_("Motif"), required=_("Dites pourquoi : le journal le garde."))


class RemoveForm(RestoreForm):
    """Why a consultation is removed; not asked of who may delete it."""

    def __init__(self, *args: Any, may_delete: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_delete:
            del self.fields["reason"]
