"""The forms that change posts and threads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.files.forms import PostForm
from forum.threads.forms import ThreadForm, TypedTextField, shown_readers_field, text_field
from forum.threads.revisions.models import MAX_REASON_LENGTH


def edit_reason_field():
    """Why something is edited, for who reads what it said before."""
    return TypedTextField(
        label=_("Pourquoi cette modification ?"),
        required=False,
        max_length=MAX_REASON_LENGTH,
        error_messages={
            "max_length": _(
                "C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus."
            )
        },
    )


class EditPostForm(PostForm):
    """The new text of a post, and the version that its editor read."""

    text = text_field(_("Votre message"))
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = edit_reason_field()
    shown_readers = shown_readers_field()


class EditThreadForm(ThreadForm):
    """The same of a thread that is there, and why they change."""

    reason = edit_reason_field()
