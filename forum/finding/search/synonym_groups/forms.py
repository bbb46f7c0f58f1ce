"""The form of terms that mean the same."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.base.search_index.models import SynonymGroup
from forum.finding.search.synonym_groups.rules import (
    MAX_TERMS,
    reason_against,
    rivals,
    split_terms,
)


class SynonymsForm(forms.Form):
    """Terms, separated by commas."""

    terms = forms.CharField(
        label=_("Termes qui disent la même chose"),
        help_text=_("Séparés par des virgules : EnR, énergies renouvelables. Huit au plus."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Écrivez au moins deux termes.")},
    )

    def __init__(self, *args: Any, group: SynonymGroup | None = None, **kwargs: Any) -> None:
        """``group``: the one that is changed, if any."""
        super().__init__(*args, **kwargs)
        self._group = group

    def clean_terms(self) -> str:
        """The terms as they are saved: separated by a comma and a space."""
        terms = ", ".join(split_terms(self.cleaned_data["terms"]))
        others = rivals(SynonymGroup.objects.all(), self._group)
        if reason := reason_against(terms, others):
            raise forms.ValidationError(reason)
        return terms

    @property
    def typed_terms(self) -> list[str]:
        """Those that were typed, or that are changed, whether or not they may be kept."""
        return split_terms(str(self["terms"].value() or ""))[:MAX_TERMS]
