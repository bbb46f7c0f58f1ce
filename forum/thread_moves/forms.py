"""The form that moves a thread, or asks its authors."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum import visibility
from forum.models import Space


class MoveThreadForm(forms.Form):
    """The space that a thread is moved to, and why, for its authors."""

    space = forms.ModelChoiceField(
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

    def __init__(self, *args, viewer, thread, **kwargs):
        super().__init__(*args, **kwargs)
        self._thread = thread
        spaces = Space.objects.visible_to(viewer, visibility.writable_spaces)
        self.fields["space"].queryset = spaces.select_related("college", "group")

    def clean(self):
        """Ask for a reason where more people would read: authors are asked with it."""
        cleaned = super().clean()
        space = cleaned.get("space")
        if space and not space.is_within(self._thread.space) and not cleaned.get("reason"):
            self.add_error("reason", _("Dites aux auteurs pourquoi d’autres devraient lire."))
        return cleaned
