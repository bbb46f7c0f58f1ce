"""The form of what is signalled of one thread, and how."""

from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.follows.models import Channel, Follow, Level

#: What stands for no channel of its own: a choice must have a value.
_AS_OTHERS = "settings"


class FollowForm(forms.Form):
    """What of a thread is signalled, and how."""

    level = forms.ChoiceField(
        label=_("Me prévenir de"),
        choices=[
            (Level.ALL, Level.ALL.label),
            (Level.NAMED, Level.NAMED.label),
            (Level.MUTED, _("Rien, même si cela relève d’autre chose que je suis")),
        ],
        widget=forms.RadioSelect,
        initial=Level.ALL,
    )
    channel = forms.TypedChoiceField(
        label=_("Comment, outre la cloche du site"),
        choices=[
            (_AS_OTHERS, _("Comme mes autres fils, selon « Mes courriels »")),
            *Channel.choices,
        ],
        coerce=lambda chosen: "" if chosen == _AS_OTHERS else chosen,
        widget=forms.RadioSelect,
        initial=_AS_OTHERS,
    )

    @classmethod
    def of(cls, follow: Follow) -> Self:
        """The form as ``follow`` says; of what a subscription told once, all may be chosen."""
        level = Level.ALL if follow.level == Level.FIRST else follow.level
        return cls(initial={"level": level, "channel": follow.channel or _AS_OTHERS})
