"""The forms of moderation."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HidePostForm(forms.Form):
    """The reason for which a post is hidden, shown to its author."""

    reason = forms.CharField(
        label=_("Motif, que l’auteur pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites à l’auteur pourquoi son message est masqué.")},
    )
