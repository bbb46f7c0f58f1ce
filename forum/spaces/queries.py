"""Questions about spaces."""

from django.db.models import F, Q, QuerySet, Subquery

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.expressions import IsOneOf
from accounts.viewers.viewers import Rights, Viewer
from forum.spaces.models import Space


def visible_space(viewer: Viewer, pk: int) -> Space:
    """The space; raise Space.DoesNotExist where ``viewer`` sees none."""
    if space := _SPACE_QUERY.first(viewer.rights, pk=pk):
        return space
    raise Space.DoesNotExist


def in_visible_spaces(viewer: Viewer | Rights) -> Q:
    """The condition of ``visibility.spaces`` on what has a space, without a join for each."""
    return Q(
        IsOneOf(F("space"), Subquery(Space.objects.visible_to(viewer).order_by().values("pk")))
    )


def _space_queryset(rights: Rights, pk: int) -> QuerySet[Space]:
    return Space.objects.visible_to(rights).filter(pk=pk)


_SPACE_QUERY: CompiledQuery[Space] = CompiledQuery(_space_queryset, "pk")
