"""The form of a subscription, and that of what is suggested."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import field_of
from forum.conversation.follows.models import Channel, Level
from forum.conversation.follows.subscriptions.queries import SubscriptionTarget


class SubscriptionForm(forms.Form):
    """What is signalled, and how."""

    level = forms.ChoiceField(
        label=_("Me prévenir de"),
        choices=[
            (Level.FIRST, Level.FIRST.label),
            (Level.ALL, _("Tout : les nouveaux fils et leurs réponses")),
            (Level.NAMED, Level.NAMED.label),
            (Level.MUTED, _("Rien, même si cela relève d’autre chose que je suis")),
        ],
        widget=forms.RadioSelect,
        initial=Level.FIRST,
    )
    channel = forms.ChoiceField(
        label=_("Comment, outre la cloche du site"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
        initial=Channel.DIGEST,
    )


class SuggestionForm(forms.Form):
    """Which of what is suggested one follows."""

    chosen = forms.MultipleChoiceField(
        label=_("À suivre"), widget=forms.CheckboxSelectMultiple, required=True
    )

    def __init__(
        self, suggestions: Iterable[SubscriptionTarget], *args: Any, **options: Any
    ) -> None:
        """``suggestions`` are what may be chosen."""
        super().__init__(*args, **options)
        self._by_value = {it.value: it for it in suggestions}
        chosen = field_of(self, "chosen", forms.MultipleChoiceField)
        chosen.choices = [(it.value, str(it.target)) for it in self._by_value.values()]
        chosen.initial = [*self._by_value]

    @property
    def suggestions(self) -> list[SubscriptionTarget]:
        """Those that were chosen; of a form that is valid."""
        return [self._by_value[value] for value in self.cleaned_data["chosen"]]
