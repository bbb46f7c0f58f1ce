"""The forms that choose posts of a thread, and make a thread of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.threads.forms import ThreadForm, reason_field, shown_readers_field
from forum.moderation.thread_moves.splits.actions import MAX_POSTS
from forum.moderation.thread_moves.splits.numbers import read_numbers, write_numbers


class NumbersField(forms.CharField):
    """Numbers of posts, with commas and hyphens; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4000, **kwargs)

    def clean(self, value: Any) -> list[int]:
        """Accept ``MAX_POSTS`` numbers at most."""
        numbers = read_numbers(super().clean(value))
        if numbers is None:
            raise forms.ValidationError(_("Écrivez des numéros, par exemple : 4, 7-30."))
        if len(numbers) > MAX_POSTS:
            words = _("On déplace %(most)d messages au plus à la fois.")
            raise forms.ValidationError(words, params={"most": MAX_POSTS})
        return numbers

    def prepare_value(self, value: Any) -> Any:
        """Numbers as text, and what was typed as it was."""
        return write_numbers(value) if isinstance(value, list) else value


class ChoosePostsForm(forms.Form):
    """The posts of a thread that are ticked, or whose numbers are typed."""

    numbers = NumbersField(
        label=_("Ou leurs numéros"),
        help_text=_("Par exemple : 4, 7-30. Ils s’ajoutent à ceux que vous cochez."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Add the ticked ones, and ask for one at least."""
        super().clean()
        cleaned = self.cleaned_data
        ticked = self.data.getlist("n")[:MAX_POSTS] if hasattr(self.data, "getlist") else []
        numbers = set(cleaned.get("numbers") or []) | set(read_numbers(",".join(ticked)) or [])
        if not numbers and "numbers" not in self.errors:
            self.add_error("numbers", _("Choisissez au moins un message."))
        cleaned["numbers"] = sorted(numbers)
        return cleaned


class SplitThreadForm(ThreadForm):
    """The title, kind, topic and tags of the new thread, and why, for the authors."""

    numbers = NumbersField(widget=forms.HiddenInput)
    reason = reason_field(_("Pourquoi, pour ceux qui ont écrit ces messages"), rows=3)
    shown_readers = shown_readers_field()
