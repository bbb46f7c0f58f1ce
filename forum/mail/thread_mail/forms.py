"""The form of what one wants by mail."""

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from forum.conversation.follows.models import Channel
from forum.mail.thread_mail.models import DigestFrequency

_HOURS = [(hour, f"{hour} h") for hour in range(24)]


class MailSettingForm(forms.Form):
    """What one follows, how it reaches one, when the digest is sent, in which language."""

    follows_replies = forms.BooleanField(
        label=_("Suivre les fils où je réponds"),
        help_text=_("Ceux que vous ouvrez, vous les suivez toujours."),
        required=False,
    )
    channel = forms.ChoiceField(
        label=_("Ce que d’autres écrivent dans les fils que je suis"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
    )
    notifications = forms.BooleanField(
        label=_("M’envoyer aussitôt ce qui me concerne"),
        help_text=_(
            "Votre siège, la charte, les questions qu’on vous pose, vos messages, et les "
            "recherches que vous suivez par courriel."
        ),
        required=False,
    )
    welcomes = forms.BooleanField(
        label=_("M’écrire deux fois après mon arrivée"),
        help_text=_(
            "Une question sur un de mes sujets, une fiche d’un territoire comme le mien ; rien "
            "s’il n’y en a pas."
        ),
        required=False,
    )
    digest = forms.ChoiceField(
        label=_("Mon résumé par courriel"),
        help_text=_("Il n’est envoyé que s’il y a du nouveau, et ne répète rien."),
        choices=DigestFrequency.choices,
        widget=forms.RadioSelect,
    )
    digest_day = forms.TypedChoiceField(
        label=_("Jour du résumé de la semaine"), choices=WEEKDAYS.items(), coerce=int
    )
    digest_hour = forms.TypedChoiceField(label=_("Heure du résumé"), choices=_HOURS, coerce=int)
    language = forms.ChoiceField(label=_("Langue des courriels"), choices=settings.LANGUAGES)
