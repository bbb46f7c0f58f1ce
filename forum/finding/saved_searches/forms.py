"""The form of how what a followed search finds is signalled."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.follows.models import Channel


class SavedSearchForm(forms.Form):
    """How what it finds is signalled."""

    channel = forms.ChoiceField(
        label=_("Comment ce qu’elle trouve m’est signalé, outre la cloche du site"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
    )
