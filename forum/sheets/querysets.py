"""Which sheets are seen: published ones where their posts are, drafts by their authors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from forum import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer


def shown_sheets(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The published sheets whose first post is shown to the viewer."""
    posts = apps.get_model("forum", "Post").objects.visible_to(viewer)
    return Q(Exists(posts.filter(thread=OuterRef(f"{prefix}thread"), number=1)))


def own_drafts(viewer: Viewer, prefix: str = "") -> Q:
    """The drafts that the viewer writes: what they began, or were invited to and accepted."""
    return Q((f"{prefix}thread", None)) & written_sheets(viewer, prefix)


def written_sheets(viewer: Viewer, prefix: str = "") -> Q:
    """The sheets that the viewer writes, whoever reads them."""
    person = viewer.person_id or 0
    authors = apps.get_model("forum", "SheetAuthor").objects
    joined = authors.filter(sheet=OuterRef(f"{prefix}pk"), person=person, state="accepted")
    return Q((f"{prefix}author", person)) | Q(Exists(joined))


def draft_title(*conditions: Q) -> Case:
    """Of rows about sheets: the title of a draft, where ``conditions`` hold, else "".

    What is published is called as its thread is, by who sees that.
    """
    is_draft = Q(*conditions, sheet__thread=None)
    return Case(When(is_draft, then=F("sheet__title")), default=Value(""))


def drafts_to_review(viewer: Viewer, prefix: str = "") -> Q:
    """The drafts that the viewer is asked to review, or has reviewed."""
    reviews = apps.get_model("forum", "SheetReview").objects
    asked = reviews.filter(sheet=OuterRef(f"{prefix}pk"), reviewer=viewer.person_id or 0)
    return Q((f"{prefix}thread", None)) & Q(Exists(asked))


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
