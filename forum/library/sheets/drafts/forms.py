"""The form that publishes a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.spaces.models import Space
from forum.conversation.files.forms import PostForm
from forum.conversation.threads.forms import SeatField, seat_choices, shown_readers_field


class PublishSheetForm(PostForm):
    """Where a draft is published, and for which organisation."""

    space: forms.ModelChoiceField[Space] = forms.ModelChoiceField(
        None,  # Set with the viewer, who sees only some.
        label=_("Qui lira ceci ?"),
        to_field_name="slug",
        empty_label=None,
        error_messages={
            "required": _("Dites qui pourra lire cette fiche."),
            "invalid_choice": _("Cet espace n’existe pas ; choisissez dans la liste."),
        },
    )
    shown_readers = shown_readers_field()
    #: That of the draft which the page showed.
    version = forms.IntegerField(widget=forms.HiddenInput)
    seat = SeatField()

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spaces = Space.objects.visible_to(viewer, visibility.writable_spaces)
        self.fields["space"].queryset = spaces.select_related("college", "group")  # type: ignore[attr-defined]
        self.fields["seat"].choices = seat_choices(viewer)  # type: ignore[attr-defined]
