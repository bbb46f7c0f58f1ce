"""The form of a summary."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.threads.edits.forms import edit_reason_field
from forum.conversation.threads.forms import TypedTextField, shown_readers_field

#: Characters: it stands at the head of each page of its thread.
MAX_LENGTH = 3000


class SummaryForm(forms.Form):
    """The text of a summary, and the version that its editor read."""

    text = TypedTextField(
        label=_("Le résumé"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Ce qui est acquis, ce qui reste ouvert, les messages à lire. "
            "Vide, il n’y en a pas."
        ),
        error_messages={
            "max_length": _(
                "Ce résumé est trop long : %(show_value)d caractères, pour %(limit_value)d au "
                "plus."
            )
        },
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = edit_reason_field()
    shown_readers = shown_readers_field()
