"""The form that links a thread to another."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import field_of
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.links.models import LinkKind
from forum.conversation.threads.links.rules import may_say_where_answered
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_field import ThreadField


class LinkForm(forms.Form):
    """Another thread, and what one finds there."""

    address = ThreadField(
        label=_("L’autre fil"),
        help_text=_("Collez l’adresse de sa page, ou écrivez son numéro."),
        error_messages={"required": _("Donnez l’adresse de l’autre fil.")},
    )
    kind = forms.ChoiceField(
        label=_("Ce qu’on y trouve"),
        choices=LinkKind.choices,
        initial=LinkKind.SEE_ALSO,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’une des réponses proposées."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )

    def __init__(
        self, *args: Any, viewer: Viewer, thread: Thread, host: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        address = field_of(self, "address", ThreadField)
        address.viewer, address.host = viewer, host
        if not may_say_where_answered(viewer, thread):
            field_of(self, "kind", forms.ChoiceField).choices = LinkKind.choices[:1]
