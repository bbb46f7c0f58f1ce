"""The form of an attendance sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.meetings.models import Registration


class AttendanceForm(forms.Form):
    """Which of ``registrations`` are ``present``."""

    def __init__(
        self, *args: Any, registrations: Sequence[Registration], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        wrong = _("Choisissez parmi ce qui est proposé.")
        self.fields["present"] = forms.TypedMultipleChoiceField(
            label=_("Présence"),
            choices=[(it.pk, str(it.person)) for it in registrations],
            coerce=int,
            required=False,
            error_messages={"invalid_choice": wrong, "invalid_list": wrong},
        )
