"""The menu that every page shows, and the badge, per viewer.

A page reads how many followed threads have news, and which version of spaces and topics is of
today: in a small query of its own, or along with its first row (``menu_state``). The spaces
and topics of a version are kept in the process.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import IntegerField, Subquery, Value

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import College
from accounts.viewers.viewers import Rights, Viewer
from forum.follows.unread import MAX_UNREAD, unread_follows
from forum.menu.models import MenuVersion
from forum.models import Space, Topic
from forum.rules import is_read_only

_COLLEGE_FIELDS = ("name", "name_en", "colour")
_SPACE_FIELDS = ("pk", "slug", "name", "name_en", "audience", "group_id", "college_id")
_TOPIC_FIELDS = ("pk", "slug", "name", "name_en", "icon")
_TOPIC_COUNTS = ("thread_count", "members_thread_count")
_SLUG_INDEX = _TOPIC_FIELDS.index("slug")
#: Groups whose rooms the menu of each page lists; the page of groups has them all.
MAX_MENU_GROUPS = 12


class SiteMenu(NamedTuple):
    """The spaces one reads, some groups' rooms among them (``has_more``), and all topics.

    Plain rows, which tell all that a menu shows. ``unread``: how many followed threads have
    news, at most ``MAX_UNREAD``. ``is_known``: whether the viewer is signed in.
    """

    is_known: bool
    is_member: bool
    space_rows: tuple
    topic_rows: tuple
    opened_college_ids: frozenset
    archived_group_ids: frozenset
    has_more: bool
    unread: int

    @property
    def without_unread(self):
        """The same for all who read the same."""
        return self._replace(unread=0)

    @property
    def spaces(self):
        """The spaces with their colleges, made of the rows; whether one only reads them."""
        spaces = [_space_from_row(row) for row in self.space_rows]
        for space in spaces:
            space.is_read_only = is_read_only(self, space)
        return spaces

    @property
    def topics(self):
        """The topics with their counts (``Topic.objects.with_counts``), made of the rows."""
        return [_topic_from_row(row) for row in self.topic_rows]

    def members_thread_count(self, slug=""):
        """How many threads of members, on the topic ``slug`` or on all, who is none misses."""
        return sum(row[-1] for row in self.topic_rows if slug in ("", row[_SLUG_INDEX]))

    @property
    def colours(self):
        """Those of one's colleges."""
        spaces = self.spaces
        own = [one.college.colour for one in spaces if one.college_id and not one.is_read_only]
        return " ".join(own)


def site_menu(viewer: Viewer, state: Any = None) -> SiteMenu:
    """The menu and the badge of ``viewer``.

    ``state`` is a row that was read with ``menu_state``; without one it is asked for.
    """
    state = state or _STATE_QUERY.first(viewer.rights, person_id=viewer.person_id or 0)
    version = state and state.menu_version
    read = _kept_rows if version else _read_rows  # None: no space nor topic was ever added.
    return SiteMenu(
        viewer.person_id is not None,
        viewer.is_member,
        *read(viewer.rights, version),
        viewer.opened_college_ids,
        viewer.archived_group_ids,
        len(viewer.group_ids) > MAX_MENU_GROUPS,
        state.unread if state else 0,
    )


def menu_state(viewer: Viewer) -> dict[str, Any]:
    """Annotations of any row: the ``menu_version``, and how many follows are ``unread``."""
    unread: Any = Value(0)
    if viewer.is_registered:
        unread = _RowCount(unread_follows(viewer.rights, viewer.person_id)[:MAX_UNREAD])
    return {"menu_version": Subquery(MenuVersion.objects.values("token")), "unread": unread}


class _RowCount(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _state_queryset(rights, person_id):
    state = menu_state(Viewer(*rights, person_id=person_id))
    return MenuVersion.objects.annotate(**state).values_list(*state, named=True)


def _read_rows(rights: Rights, _version: float | None) -> tuple[tuple, tuple]:
    """The rows of the spaces and of the topics, in order."""
    return tuple(_SPACES_QUERY.rows(rights)), tuple(_TOPICS_QUERY.rows(rights))


_kept_rows = lru_cache(256)(_read_rows)


def _spaces_queryset(rights):
    """Of many groups' rooms the newest, those that live before those in the archive."""
    newest = sorted(rights.group_ids, key=lambda pk: (pk in rights.archived_group_ids, -pk))
    rights = rights._replace(group_ids=frozenset(newest[:MAX_MENU_GROUPS]))
    paths = (f"college__{name}" for name in _COLLEGE_FIELDS)
    return Space.objects.visible_to(rights).values_list(*_SPACE_FIELDS, *paths)


def _topics_queryset(rights):
    return Topic.objects.with_counts(rights).values_list(*_TOPIC_FIELDS, *_TOPIC_COUNTS)


_STATE_QUERY: CompiledQuery[Any] = CompiledQuery(_state_queryset, "person_id")
_SPACES_QUERY: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_spaces_queryset)
_TOPICS_QUERY: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_topics_queryset)


def _space_from_row(row):
    space = Space(**dict(zip(_SPACE_FIELDS, row, strict=False)))
    if space.college_id:
        college = dict(zip(_COLLEGE_FIELDS, row[len(_SPACE_FIELDS) :], strict=True))
        space.college = College(pk=space.college_id, **college)
    return space


def _topic_from_row(row):
    topic = Topic(**dict(zip(_TOPIC_FIELDS, row, strict=False)))
    topic.thread_count, topic.members_thread_count = row[-2:]
    return topic
