"""The form that says where first posts wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from forum.base.spaces.models import Space


class HoldingSpacesForm(forms.Form):
    """The spaces in which first posts wait."""

    spaces: forms.ModelMultipleChoiceField[Space] = forms.ModelMultipleChoiceField(
        queryset=None,
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Les premiers messages attendent dans"),
    )

    def __init__(self, *args: Any, spaces: QuerySet[Space], **kwargs: Any) -> None:
        """``spaces``: the queryset of those that may hold posts."""
        super().__init__(*args, **kwargs)
        self.fields["spaces"].queryset = spaces  # type: ignore[attr-defined]
