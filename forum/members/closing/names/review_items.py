"""The names of people who left, in what others wrote, among what waits for animators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.review_queue.sources import review_source
from forum.members.closing.names.queries import (
    SOURCE,
    phrases_in,
    waiting_passages,
    waiting_removals,
)

if TYPE_CHECKING:
    from forum.members.closing.names.models import NameRemoval


@review_source(SOURCE, gettext_lazy("Noms d’anciens membres"), waiting_removals, "created_at",
               37, is_quoted=True, candidates=waiting_passages)  # fmt: skip
def removal_item(removal: NameRemoval) -> tuple[str, str, str]:
    """A person who left, by the names that are looked for."""
    title = _("Le nom d’un ancien membre, dans ce que d’autres ont écrit")
    names = ", ".join(phrase.words for phrase in phrases_in(removal))
    return title, reverse("name-removal", args=[removal.pk]), names
