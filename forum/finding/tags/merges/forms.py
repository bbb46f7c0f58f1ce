"""The forms that merge a tag into another, and undo that."""

from typing import Any

from django import forms
from django.forms.fields import CharField
from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.conversation.tags.models import Tag, tag_slug
from forum.finding.tags.merges.queries import target_tag


def _reason_field() -> CharField:
    return forms.CharField(
        label=_("Pourquoi"),
        help_text=_("Pour le journal, que lit toute l’équipe d’animation."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Dites pourquoi.")},
    )


class MergeTagForm(forms.Form):
    """The tag that stands for another from now on, and why.

    ``preview``: the slug of the tag whose preview was shown; without it nothing is merged.
    """

    target = forms.CharField(
        label=_("Mot-clé qui demeure"),
        max_length=100,
        error_messages={"required": _("Écrivez le mot-clé qui demeure.")},
    )
    reason = _reason_field()
    preview = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer

    def clean_target(self) -> Tag:
        """The tag of this name or synonym, of those that the viewer knows."""
        slug = tag_slug(self.cleaned_data["target"])
        if tag := slug and target_tag(self._viewer, slug):
            return tag
        raise forms.ValidationError(_("Aucun mot-clé ne s’écrit ainsi là où vous lisez."))


class SeparateTagForm(forms.Form):
    """Why a merge is undone."""

    reason = _reason_field()
