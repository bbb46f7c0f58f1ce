"""Questions about spaces."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet, Subquery

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.expressions import IsOneOf
from accounts.viewers.viewers import Rights, Viewer
from forum.base.spaces.models import Audience, ContributionCount, Space


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


def spaces_around(space: Space, prefix: str = "") -> Q:
    """The spaces that all who read ``space`` read; in Python: ``space.is_within``."""
    around = Q((f"{prefix}pk", space.pk)) | Q((f"{prefix}audience", Audience.PUBLIC))
    if space.audience != Audience.PUBLIC:
        around |= Q((f"{prefix}audience", Audience.NETWORK))
    if space.group is not None and space.group.college_id is not None:
        around |= Q((f"{prefix}college", space.group.college_id))
    return around


def spaces_within(others: Iterable[Space], prefix: str = "") -> Q:
    """The spaces all of whose readers read one of ``others``."""
    within = Q((f"{prefix}pk__in", []))
    for other in others:
        if other.audience == Audience.PUBLIC:
            return ~Q((f"{prefix}pk__in", []))
        within |= Q((f"{prefix}pk", other.pk))
        if other.audience == Audience.NETWORK:
            within |= ~Q((f"{prefix}audience", Audience.PUBLIC))
        elif other.college_id is not None:
            within |= Q((f"{prefix}group__college", other.college_id))
    return within


def lock_contribution_counts(
    topics_and_spaces: Iterable[tuple[int, int]], organisation_ids: Iterable[int]
) -> None:
    """Lock the counts of these organisations by (topic id, space id), in order.

    For a transaction whose posts change several of them, one after the other.
    """
    where = Q(("pk__in", []))
    for topic_id, space_id in topics_and_spaces:
        where |= Q(("topic", topic_id), ("space", space_id))
    counts = ContributionCount.objects.filter(where, organisation__in=organisation_ids)
    counts = counts.order_by("topic", "organisation", "space")
    list(counts.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _space_queryset(rights: Rights, pk: int) -> QuerySet[Space]:
    return Space.objects.visible_to(rights).filter(pk=pk)


_SPACE_QUERY: CompiledQuery[Space] = CompiledQuery(_space_queryset, "pk")
