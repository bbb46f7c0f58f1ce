"""The form that hides what someone posted lately."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.moderation.forms import MeasureForm


class RecentPostsForm(MeasureForm):
    """Whose posts, and why. ``with_others`` of the cleaned data: of who waits with them too."""

    authors = forms.ChoiceField(
        label=_("Quels messages"), widget=forms.RadioSelect, initial="person"
    )
    field_order = ("authors", "reason", "facts", "report_id")

    def __init__(self, *args: Any, number: int, number_with_others: int, **kwargs: Any) -> None:
        """``number``: how many posts are theirs; ``number_with_others``: of all together."""
        super().__init__(*args, **kwargs)
        choices = [("person", _("Les siens : %(n)s") % {"n": number})]
        if number_with_others > number:
            words = _("Ceux de tous ceux qui attendent un siège dans la même organisation : "
                      "%(n)s")  # fmt: skip
            choices.append(("organisation", words % {"n": number_with_others}))
        self.fields["authors"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Set ``with_others`` to what was chosen."""
        super().clean()
        cleaned = self.cleaned_data
        cleaned["with_others"] = cleaned.pop("authors", "") == "organisation"
        return cleaned
