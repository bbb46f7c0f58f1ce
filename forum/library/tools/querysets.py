"""Which versions of tools are seen, and which of them is the tool as a viewer is shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer
    from forum.library.tools.models import ToolVersion  # noqa: F401 (bases of querysets)


def shown_versions(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The versions whose posts are shown to the viewer, and whose files can be served."""
    ready = Q((f"{prefix}file__state", "ready"))
    return visibility.posts(viewer, f"{prefix}file__post__") & ready


def own_or_shown(viewer: Viewer, prefix: str = "") -> Q:
    """Those, and the viewer's own whose posts are hidden."""
    ready = Q((f"{prefix}file__state", "ready"))
    return visibility.deletable_posts(viewer, f"{prefix}file__post__") & ready


class ToolVersionQuerySet(visibility.VisibleQuerySet["ToolVersion"]):
    """Versions of tools, seen where their posts are."""

    rule = staticmethod(shown_versions)

    def latest_seen(self, viewer: Viewer | Rights) -> Self:
        """Of each tool the latest version that ``viewer`` sees: the tool, to them."""
        later = self.model.objects.visible_to(viewer)
        later = later.filter(file__tool=OuterRef("file__tool"), pk__gt=OuterRef("pk"))
        return self.visible_to(viewer).exclude(Exists(later))

    def with_use_counts(self, viewer: Viewer | Rights) -> Self:
        """With ``use_count``: how many organisations use the tool, of what ``viewer`` sees."""
        uses = apps.get_model("forum", "ToolUse").objects.visible_to(viewer)
        of_tool = uses.filter(tool=OuterRef("file__tool")).order_by().values("tool")
        counts = Subquery(of_tool.annotate(n=Count("pk")).values("n"))
        return self.annotate(use_count=Coalesce(counts, Value(0), output_field=IntegerField()))

    def with_display_fields(self) -> Self:
        """With what a line about them shows: file, thread, author and organisation."""
        return self.select_related(
            "topic", "territory", "file__post__thread__space", "file__post__author",
            "file__post__seat__organisation__college",
        ).defer("file__post__text", "file__post__html", "stems")  # fmt: skip

    def newest_first(self) -> Self:
        """The version that was published last first."""
        return self.order_by(F("pk").desc())
