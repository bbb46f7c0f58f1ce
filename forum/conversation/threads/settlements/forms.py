"""The form that says how a question was settled."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.threads.forms import TypedTextField, shown_readers_field
from forum.conversation.threads.settlements.models import MAX_LENGTH


class SettlementForm(forms.Form):
    """How a question was settled otherwise than by an answer."""

    settlement = TypedTextField(
        label=_("Comment a-t-elle été réglée ?"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Ce que vous avez fait, qui vous a aidé, où trouver la réponse : quelques lignes, "
            "lues de tous ceux qui lisent le fil."
        ),
        error_messages={
            "required": _("Dites en quelques mots comment elle a été réglée."),
            "max_length": _(
                "C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus."
            ),
        },
    )
    shown_readers = shown_readers_field()
