"""The form of a photo or a logo."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.files.file_types import image_endings


class AvatarForm(forms.Form):
    """One picture."""

    picture = forms.FileField(
        label=_("Image"),
        help_text=_(
            "JPEG, PNG ou WebP. Elle est réduite à un petit carré ; ni le lieu ni l’appareil "
            "n’en sont gardés."
        ),
        widget=forms.FileInput,
        error_messages={
            "required": _("Choisissez une image."),
            "empty": _("Ce fichier est vide."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the pictures of the device."""
        super().__init__(*args, **kwargs)
        accepted = ",".join(f".{it}" for it in image_endings())
        self.fields["picture"].widget.attrs["accept"] = f"image/*,{accepted}"
