"""A working group as its pages find it."""

from accounts.base.compiled_queries import CompiledQuery
from accounts.groups.queries import has_active_members
from accounts.models import WorkingGroup
from accounts.viewers.viewers import Viewer
from forum import visibility


def known_group(viewer: Viewer, slug: str) -> WorkingGroup | None:
    """The group of this slug with its college and contact; None where it is not known."""
    return _GROUP_QUERY.first(viewer.rights, slug=slug, person_id=viewer.person_id or 0)


def can_answer(group: WorkingGroup) -> bool:
    """Whether the group has a member with access now, who could answer a request."""
    return _ANSWERING_QUERY.first(pk=group.pk) is not None


def _group_queryset(rights, slug, person_id, at):
    known = visibility.groups(Viewer(*rights, person_id=person_id), at=at)
    rows = WorkingGroup.objects.filter(known, slug=slug)
    return rows.select_related("college", "contact")


def _answering_queryset(pk, at):
    return WorkingGroup.objects.filter(has_active_members(at), pk=pk)


_GROUP_QUERY = CompiledQuery(_group_queryset, "slug", "person_id", "at")
_ANSWERING_QUERY = CompiledQuery(_answering_queryset, "pk", "at")
