"""Which sheets are seen: published ones where their posts are, drafts by their authors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q

from accounts.base.expressions import Literal
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer
    from forum.library.sheets.models import ExperienceSheet  # noqa: F401 (base of a queryset)


def shown_sheets(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The published sheets whose first post is shown to the viewer."""
    posts = apps.get_model("forum", "Post").objects.visible_to(viewer)
    # Of thousands, PostgreSQL would else expect as few as of any other number.
    return Q(Exists(posts.filter(thread=OuterRef(f"{prefix}thread"), number=Literal(1))))


def own_drafts(viewer: Viewer, prefix: str = "") -> Q:
    """The drafts that the viewer writes: what they began, or were invited to and accepted.

    The latter where they read what the draft is written for and drawn from.
    """
    began = Q((f"{prefix}author", viewer.person_id or 0))
    joined = _joined_sheets(viewer, prefix) & with_visible_sources(viewer, prefix)
    return Q((f"{prefix}thread", None)) & (began | joined)


def written_sheets(viewer: Viewer, prefix: str = "") -> Q:
    """The sheets that the viewer writes, whoever reads them."""
    began = Q((f"{prefix}author", viewer.person_id or 0))
    return began | _joined_sheets(viewer, prefix)


def _joined_sheets(viewer: Viewer, prefix: str) -> Q:
    rows = apps.get_model("forum", "SheetAuthor").objects.filter(state="accepted")
    own = rows.filter(sheet=OuterRef(f"{prefix}pk"), person=viewer.person_id or 0)
    return Q(Exists(own))


def with_visible_sources(viewer: Viewer, prefix: str = "") -> Q:
    """The sheets whose origin, and space as drafts, if they have any, the viewer reads."""
    place = Q((f"{prefix}thread__isnull", False)) | Q((f"{prefix}space", None))
    place |= visibility.spaces(viewer, f"{prefix}space__")
    threads = apps.get_model("forum", "Thread").objects.visible_to(viewer)
    origin = Q(Exists(threads.filter(pk=OuterRef(f"{prefix}origin"))))
    return place & (Q((f"{prefix}origin", None)) | origin)


def drafts_to_review(viewer: Viewer, prefix: str = "") -> Q:
    """The drafts that the viewer is asked to review, or has reviewed.

    Where they read what the draft is written for and drawn from.
    """
    reviews = apps.get_model("forum", "SheetReview").objects
    own_reviews = reviews.filter(sheet=OuterRef(f"{prefix}pk"), reviewer=viewer.person_id or 0)
    is_asked = Q((f"{prefix}thread", None)) & Q(Exists(own_reviews))
    return is_asked & with_visible_sources(viewer, prefix)


def readable_sheets(viewer: Viewer, prefix: str = "") -> Q:
    """All that the viewer reads: published ones, and drafts they write or review."""
    if viewer.person_id is None:
        return shown_sheets(viewer, prefix)
    drafts = own_drafts(viewer, prefix) | drafts_to_review(viewer, prefix)
    return shown_sheets(viewer, prefix) | drafts


class SheetQuerySet(visibility.VisibleQuerySet["ExperienceSheet"]):
    """Sheets: ``visible_to`` gives published ones, and drafts to who writes or reviews them."""

    rule = staticmethod(readable_sheets)

    def published_to(self, viewer: Viewer | Rights) -> Self:
        """The published ones, which lists, counts and exports show."""
        return self.visible_to(viewer, shown_sheets)

    def with_display_fields(self) -> Self:
        """With what a line about them shows: thread, author, organisation, territory."""
        return self.select_related(
            "thread__space__college", "thread__topic", "territory", "author",
            "seat__organisation__college", "topic", "space",
        )  # fmt: skip

    def newest_first(self) -> Self:
        """The one published last first."""
        return self.order_by(F("published_at").desc(nulls_first=True), F("pk").desc())
