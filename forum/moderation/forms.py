"""The forms of moderation: a restriction always bears its reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum import visibility
from forum.models import Space


class HidePostForm(forms.Form):
    """Why a post is hidden; its author reads it."""

    reason = forms.CharField(
        label=_("Motif, que l’auteur pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites à l’auteur pourquoi son message est masqué.")},
    )


class MoveThreadForm(forms.Form):
    """Where a thread goes, and so who will read it."""

    space = forms.ModelChoiceField(
        None,  # Set with the viewer, who sees only some.
        label=_("Nouvel espace"),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Cet espace n’existe pas.")},
    )

    def __init__(self, *args, viewer, **kwargs):
        """Offer the spaces where ``viewer`` may write."""
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = Space.objects.visible_to(
            viewer, visibility.writable_spaces
        )
