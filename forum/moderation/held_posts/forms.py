"""The form that says where first posts wait."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HoldingSpacesForm(forms.Form):
    """The spaces in which first posts wait."""

    spaces = forms.ModelMultipleChoiceField(
        queryset=None,
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Les premiers messages attendent dans"),
    )

    def __init__(self, *args, spaces, **kwargs):
        """``spaces``: the queryset of those that may hold posts."""
        super().__init__(*args, **kwargs)
        self.fields["spaces"].queryset = spaces
