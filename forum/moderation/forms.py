"""The forms of moderation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum import visibility
from forum.models import Space


class HidePostForm(forms.Form):
    """The reason for which a post is hidden, shown to its author."""

    reason = forms.CharField(
        label=_("Motif, que l’auteur pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites à l’auteur pourquoi son message est masqué.")},
    )


class MoveThreadForm(forms.Form):
    """The space that a thread is moved to."""

    space = forms.ModelChoiceField(
        None,  # Set with the viewer, who sees only some.
        label=_("Nouvel espace"),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Cet espace n’existe pas.")},
    )

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = Space.objects.visible_to(
            viewer, visibility.writable_spaces
        )
