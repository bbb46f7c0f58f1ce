"""The forms that choose the thread into which one is merged, and confirm it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.conversation.threads.forms import reason_field
from forum.conversation.threads.thread_field import ThreadField


class ChooseThreadForm(forms.Form):
    """The other thread, by its address."""

    into = ThreadField(
        label=_("Adresse de l’autre fil"),
        help_text=_("Ouvrez-le, et copiez son adresse ici."),
        error_messages={"required": _("Dites à quel fil réunir celui-ci.")},
    )

    def __init__(self, *args: Any, viewer: Viewer, host: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].viewer, self.fields["into"].host = viewer, host  # type: ignore[attr-defined]


class MergeThreadsForm(ChooseThreadForm):
    """The other thread, why, and who loses this one, as the page named them."""

    into = ThreadField(widget=forms.HiddenInput)
    reason = reason_field(_("Pourquoi, pour ceux qui ont écrit ici"), rows=3)
    shown_losing = forms.CharField(max_length=16, widget=forms.HiddenInput)
