"""The forms that change posts and threads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.files.forms import PostForm
from forum.conversation.threads.forms import (
    ThreadForm,
    TypedTextField,
    reason_field,
    shown_readers_field,
    text_field,
)
from forum.conversation.threads.revisions.models import MAX_REASON_LENGTH


def edit_reason_field() -> TypedTextField:
    """Why something is edited, for who reads what it said before."""
    return reason_field(_("Pourquoi cette modification ?"), max_length=MAX_REASON_LENGTH)


class EditPostForm(PostForm):
    """The new text of a post, and the version that its editor read."""

    text = text_field(_("Votre message"))
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = edit_reason_field()
    shown_readers = shown_readers_field()


class EditThreadForm(ThreadForm):
    """The same of a thread that is there, and why they change."""

    reason = edit_reason_field()
