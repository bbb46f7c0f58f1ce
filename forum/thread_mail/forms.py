"""The form of what one wants by mail."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MailSettingForm(forms.Form):
    """Whether followed threads are mailed, and in which language."""

    follows_by_mail = forms.BooleanField(
        label=_("Recevoir par courriel ce que d’autres écrivent dans les fils que je suis"),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Langue des courriels"), choices=settings.LANGUAGES, required=True
    )
