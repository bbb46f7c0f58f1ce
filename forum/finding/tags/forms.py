"""The form by which animators say what a tag is, and what stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.fields import CharField
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import NameField
from forum.conversation.tags.models import TagSynonym

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


#: Synonyms of one tag.
MAX_SYNONYMS = 20
_NAME_LENGTH = TagSynonym._meta.get_field("name").max_length or 0


class SynonymsField(NameField):
    """Words with commas between them; cleans to a list."""

    def clean(self, value: Any) -> list[str]:
        """Accept ``MAX_SYNONYMS`` words, each as long as a tag."""
        names = [" ".join(name.split()) for name in super().clean(value).split(",")]
        names = [name for name in names if name]
        if len(names) > MAX_SYNONYMS:
            raise forms.ValidationError(
                _("Gardez %(most)d synonymes au plus."), params={"most": MAX_SYNONYMS}
            )
        if long := [name for name in names if len(name) > _NAME_LENGTH]:
            raise forms.ValidationError(
                _("« %(name)s… » est trop long : %(most)d caractères au plus."),
                params={"name": long[0][:_NAME_LENGTH], "most": _NAME_LENGTH},
            )
        return names


def _description(label: StrOrPromise, **kwargs: Any) -> CharField:
    return forms.CharField(
        label=label, required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}), **kwargs,
    )  # fmt: skip


class TagForm(forms.Form):
    """The description of a tag, in both languages, and its synonyms."""

    description = _description(
        _("Description"),
        help_text=_("Ce que ce mot recouvre. Qui lit un fil qui le porte la lira."),
    )
    description_en = _description(_("Description en anglais"))
    synonyms = SynonymsField(
        label=_("Synonymes"),
        required=False,
        max_length=1000,
        help_text=_(
            "D’autres mots pour la même chose, séparés par des virgules. Qui en écrit un donne "
            "ce mot-clé à son fil. Les fils qui en portent un déjà ne changent pas."
        ),
    )
