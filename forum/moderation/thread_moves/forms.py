"""The form that moves a thread, or asks its authors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.licences import PUBLIC_LICENCES, Licence
from forum.models import Space
from forum.moderation.thread_moves.rules import becomes_public

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


class MoveThreadForm(forms.Form):
    """The space that a thread is moved to, its licence there if all read it, and why."""

    space: forms.ModelChoiceField[Space] = forms.ModelChoiceField(
        None,  # Set with the viewer, who sees only some.
        label=_("Nouvel espace"),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’espace où va ce fil."),
            "invalid_choice": _("Cet espace n’existe pas."),
        },
    )
    licence = forms.ChoiceField(
        label=_("Licence"),
        choices=[(choice.value, choice.label) for choice in PUBLIC_LICENCES],
        widget=forms.RadioSelect,
        initial=Licence.ETALAB,
        required=False,
        help_text=_(
            "Chaque auteur la lit avant de répondre, et le fil la dit à tous. Toutes deux "
            "permettent de reprendre ses messages en citant la source ; CC BY-SA demande que "
            "ce qu’on en fait soit partagé de même."
        ),
        error_messages={"invalid_choice": _("Choisissez l’une des réponses proposées.")},
    )
    reason = forms.CharField(
        label=_("Pourquoi, pour ceux qui ont écrit ici"),
        help_text=_(
            "Si d’autres doivent lire ce fil, chacun lit ces mots avant de répondre. Sinon, "
            "ils sont dans l’avis à ceux qui ont écrit ici, et à ceux qui ne le liront plus."
        ),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    #: Who loses the thread, as the page named them (``stamp_of_losing``).
    shown_losing = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, thread: Thread, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._thread = thread
        spaces = Space.objects.visible_to(viewer, visibility.writable_spaces)
        self.fields["space"].queryset = spaces.select_related("college", "group")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where more people would read, and a licence where everybody would.

        Authors are asked with them.
        """
        super().clean()
        cleaned = self.cleaned_data
        space = cleaned.get("space")
        if space and not space.is_within(self._thread.space) and not cleaned.get("reason"):
            self.add_error("reason", _("Dites aux auteurs pourquoi d’autres devraient lire."))
        if space and becomes_public(self._thread, space):
            if not cleaned.get("licence") and "licence" not in self.errors:
                self.add_error("licence", _("Choisissez une licence."))
        else:
            cleaned["licence"] = ""
            self.errors.pop("licence", None)
        return cleaned
