"""Questions to the tables of threads and posts, with what pages show of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, Value, When

from forum.base import visibility
from forum.conversation.addressees.models import addressees_text
from forum.conversation.follows.mail_bounds import followers_by_mail
from forum.conversation.follows.models import (
    first_unread_number,
    follow_level,
    last_read_number,
    was_opened,
)
from forum.conversation.threads.display_fields import display_fields
from forum.conversation.threads.thread_parts import part_fields

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Post, Thread  # noqa: F401  # In strings.


class ThreadQuerySet(visibility.VisibleQuerySet["Thread"]):
    """Threads with what pages show of them."""

    rule = staticmethod(visibility.threads)

    def with_byline(self) -> Self:
        """Threads with author, organisation, space, topic and assignee, in one query."""
        return self.select_related(
            "space", "space__college", "topic", "author", "seat__organisation__college",
            "assignee__person",
        )  # fmt: skip

    def with_addressees(self) -> Self:
        """Threads with ``addressees_text``, which says to whom a question is put."""
        annotations = {"addressees_text": addressees_text()}
        return self.annotate(**annotations)

    def with_reading_of(self, viewer: Viewer) -> Self:
        """Threads with ``last_read_number`` of the viewer's follow, None without one.

        And ``follow_level``: at which level they follow it; ``was_opened``: whether they have
        opened it, while it is new to them;
        ``first_unread_number``: where what is new to who has read some of it begins. And
        ``followers_by_mail``, for those who may reply.
        """
        mailed = {"followers_by_mail": followers_by_mail("pk")} if viewer.is_signatory else {}
        annotations = {
            "last_read_number": last_read_number(viewer),
            "follow_level": follow_level(viewer),
            "first_unread_number": first_unread_number(viewer),
            "was_opened": was_opened(viewer),
        }
        return self.annotate(**mailed, **annotations)

    def with_display_columns(self) -> Self:
        """Threads with the columns that pages show; reading another one is an error."""
        rows = self.with_byline().only(*display_fields(self.model))
        return rows.fetch_mode(models.FETCH_RAISE)

    def with_display_fields(self) -> Self:
        """The same, and to whom a question is put, as lists show it."""
        return self.with_display_columns().with_addressees()

    def with_page_fields(self) -> Self:
        """The same, and what the head shows of the parts of a thread (``thread_parts.py``)."""
        return self.with_display_columns().annotate(**part_fields())

    def for_list(self) -> Self:
        """Threads with all that a row shows, pinned first, then the newest activity."""
        return self.with_display_fields().prefetch_related("taggings").in_list_order()

    def in_list_order(self) -> Self:
        """Threads in the order of lists: pinned first, then the newest activity."""
        return self.order_by("-is_pinned", "-last_posted_at", "-pk")


class PostQuerySet(visibility.VisibleQuerySet["Post"]):
    """Posts with what pages show of them."""

    rule = staticmethod(visibility.posts)

    def with_byline(self) -> Self:
        """Posts with author, organisation and last editor, in one query."""
        return self.select_related("author", "seat__organisation__college", "edited_by")

    def for_display(self, viewer: Viewer) -> Self:
        """Posts in order, tombstones too, with what pages show of each."""
        return self.visible_to(viewer, visibility.posts_with_tombstones).with_display_fields()

    def with_display_fields(self) -> Self:
        """Posts in order, with ``shown_html`` and what pages show; reading more is an error."""
        is_shown = When(visibility.shown_posts(), then=F("html"))
        html = Case(is_shown, default=Value(""), output_field=models.TextField())
        annotations = {"shown_html": html}
        rows = self.annotate(**annotations).with_byline().only(*display_fields(self.model))
        return rows.fetch_mode(models.FETCH_RAISE).order_by("number")
