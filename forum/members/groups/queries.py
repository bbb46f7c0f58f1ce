"""A working group as its pages find it, and those that a viewer may see listed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import PAGE_SIZE, AskedPage
from accounts.groups.queries import has_active_members
from accounts.models import GroupEntry, WorkingGroup
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.models import Space

if TYPE_CHECKING:
    from accounts.groups.models import GroupEntryQuerySet
    from accounts.viewers.viewers import Rights
    from forum.base.spaces.models import SpaceQuerySet


#: How many decided and pending entries the list of groups shows.
_MAX_DECIDED, _MAX_PENDING = 10, 50


def listed_groups(viewer: Viewer, number: int) -> AskedPage[WorkingGroup]:
    """A page of the viewer's groups, then of those that take requests and can answer them."""
    person_id = viewer.person_id or 0

    def pks_from(start: int, limit: int) -> list[int]:
        rows = _LISTED_IDS.rows(viewer.rights, start, limit, person_id=person_id)
        return [pk for pk, _is_mine in rows]

    return AskedPage(
        pks_from, lambda pks: _LISTED_GROUPS.rows(**id_values(pks, PAGE_SIZE)), number
    )


def open_entries(viewer: Viewer) -> list[GroupEntry]:
    """The viewer's pending requests and invitations, the newest first, with their groups."""
    return _OPEN_ENTRIES.rows(viewer.rights, person_id=viewer.person_id or 0)


def decided_entries(viewer: Viewer) -> list[GroupEntry]:
    """The latest of the viewer's entries that came to nothing, with their groups."""
    return _DECIDED_ENTRIES.rows(person_id=viewer.person_id or 0)


def pending_entries(viewer: Viewer, group: WorkingGroup, may_admit: bool) -> list[GroupEntry]:
    """The entries of the group that wait: all for who ``may_admit``, one's own for others."""
    own = viewer.person_id or 0
    return _PENDING_ENTRIES.rows(may_admit, pk=group.pk, person_id=own)


def space_of_group(viewer: Viewer, group: WorkingGroup) -> Space | None:
    """The group's space, where ``viewer`` sees it."""
    return _SPACE.first(viewer.rights, pk=group.pk)


def known_group(viewer: Viewer, slug: str) -> WorkingGroup | None:
    """The group of this slug with its college and contact; None where it is not known."""
    return _GROUP_QUERY.first(viewer.rights, slug=slug, person_id=viewer.person_id or 0)


def can_answer(group: WorkingGroup) -> bool:
    """Whether the group has a member with access now, who could answer a request."""
    return _ANSWERING_QUERY.first(pk=group.pk) is not None


def _group_queryset(
    rights: Rights, slug: str, person_id: int, at: datetime
) -> QuerySet[WorkingGroup]:
    known = visibility.groups(Viewer(*rights, person_id=person_id), at=at)
    rows = WorkingGroup.objects.filter(known, slug=slug)
    return rows.select_related("college", "contact")


def _answering_queryset(pk: int, at: datetime) -> QuerySet[WorkingGroup]:
    return WorkingGroup.objects.filter(has_active_members(at), pk=pk)


def _listed_ids(
    rights: Rights, start: int, limit: int, person_id: int, at: datetime
) -> QuerySet[Any, Any]:
    viewer = Viewer(*rights, person_id=person_id)
    own_groups = Q(pk__in=sorted(viewer.group_ids))
    takes_requests = (
        Q(join_policy="request") & visibility.active_groups(at=at) & has_active_members(at)
    )
    own_entries = GroupEntry.objects.filter(visibility.own_group_entries(viewer)).pending(at)
    takes_requests &= ~Q(pk__in=own_entries.values("group"))
    known = visibility.groups(viewer, at=at)
    is_mine = Case(When(own_groups, Value(True)), default=False, output_field=BooleanField())
    rows = WorkingGroup.objects.filter(known, own_groups | takes_requests)
    rows = rows.annotate(is_mine=is_mine).order_by("-is_mine", "name", "pk")
    return rows.values_list("pk", "is_mine")[start : start + limit]


def _listed_groups(**pks: Any) -> QuerySet[WorkingGroup]:
    rows = WorkingGroup.objects.filter(pk__in=pks.values())
    return rows.order_by().select_related("college")


def _open_entries(rights: Rights, person_id: int, at: datetime) -> GroupEntryQuerySet:
    viewer = Viewer(*rights, person_id=person_id)
    rows = GroupEntry.objects.filter(visibility.pending_entries(viewer, at=at)).pending(at)
    return rows.select_related("group", "created_by")[:_MAX_PENDING]


def _decided_entries(person_id: int, at: datetime) -> GroupEntryQuerySet:
    own = GroupEntry.objects.filter(person=person_id)
    decided = own.exclude(outcome="accepted").exclude(pk__in=own.pending(at))
    return decided.select_related("group", "created_by")[:_MAX_DECIDED]


def _pending_entries(
    may_admit: bool, pk: int, person_id: int, at: datetime
) -> GroupEntryQuerySet:
    rows = GroupEntry.objects.filter(group=pk).pending(at)
    rows = rows if may_admit else rows.filter(person=person_id)
    return rows.select_related("person", "created_by")


def _space(rights: Rights, pk: int) -> SpaceQuerySet:
    return Space.objects.visible_to(rights).filter(group=pk)[:1]


_GROUP_QUERY = CompiledQuery(_group_queryset, "slug", "person_id", "at")
_ANSWERING_QUERY = CompiledQuery(_answering_queryset, "pk", "at")
_LISTED_IDS = CompiledQuery(_listed_ids, "person_id", "at")
_LISTED_GROUPS = CompiledQuery(_listed_groups, *id_names(PAGE_SIZE))
_OPEN_ENTRIES = CompiledQuery(_open_entries, "person_id", "at")
_DECIDED_ENTRIES = CompiledQuery(_decided_entries, "person_id", "at")
_PENDING_ENTRIES = CompiledQuery(_pending_entries, "pk", "person_id", "at")
_SPACE = CompiledQuery(_space, "pk")
