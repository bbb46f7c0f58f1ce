"""Questions to the table of posts, with what pages show of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, Value, When

from forum import visibility
from forum.threads.display_fields import display_fields

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


class PostQuerySet(visibility.VisibleQuerySet["Post"]):
    """Posts with what pages show of them."""

    rule = staticmethod(visibility.posts)

    def with_byline(self) -> Self:
        """With author and organisation, in one query."""
        return self.select_related("author", "seat__organisation__college")

    def for_display(self, viewer: Viewer) -> Self:
        """In order, tombstones too, with what pages show of each."""
        return self.visible_to(viewer, visibility.posts_with_tombstones).with_display_fields()

    def with_display_fields(self) -> Self:
        """In order, with ``shown_html`` and what pages show; reading more is an error."""
        is_shown = When(hidden_at=None, deleted_at=None, then=F("html"))
        html = Case(is_shown, default=Value(""), output_field=models.TextField())
        rows = self.annotate(shown_html=html).with_byline().only(*display_fields(self.model))
        return rows.fetch_mode(models.FETCH_RAISE).order_by("number")
