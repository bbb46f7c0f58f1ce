"""What one says when one asks that one's account be closed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClosingForm(forms.Form):
    """What becomes of one's messages."""

    posts = forms.ChoiceField(
        label=_("Vos messages"),
        widget=forms.RadioSelect,
        choices=[
            ("keep", _("Les laisser, sans votre nom, sauf ceux que vous cochez un par un")),
            ("delete", _("Les supprimer tous : leur texte est effacé")),
        ],
        initial="keep",
        error_messages={"required": _("Dites ce que deviennent vos messages.")},
    )
