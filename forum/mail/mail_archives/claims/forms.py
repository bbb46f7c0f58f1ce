"""What one types to claim what one wrote to a list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import AddressField


class ClaimAddressForm(forms.Form):
    """From which address one wrote."""

    address = AddressField(
        label=_("L’adresse d’où vous écriviez à la liste"),
        help_text=_("Nous y envoyons un code. Elle n’est montrée à personne."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_address(self) -> str:
        """The address, as archives have it."""
        address: str = self.cleaned_data["address"]
        return address.lower()


class ClaimCodeForm(forms.Form):
    """The code that was mailed there."""

    unsaved_fields = frozenset({"code"})
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
