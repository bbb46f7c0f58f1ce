"""The menu that every page shows, and the badge, per viewer.

A page reads how many followed threads have news, and which version of spaces and topics is of
today: in a small query of its own, or along with its first row (``menu_state``). The spaces
and topics of a version are kept in the process.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db.models import Subquery
from django.db.models.functions import Least

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import College
from accounts.review_queue.queries import has_costly_candidates, waiting_count
from accounts.viewers.viewers import Rights, Viewer
from forum.base.rules import is_read_only
from forum.conversation.follows.unread import (
    MAX_UNREAD,
    last_read_numbers,
    unread_counts,
    unread_follows,
)
from forum.conversation.inbox.unread import (
    notification_version,
    unread_notification_counts,
    unread_notifications,
)
from forum.conversation.menu.models import MenuVersion
from forum.models import Space, Topic

if TYPE_CHECKING:
    from django.db.models import QuerySet


_COLLEGE_FIELDS = ("name", "name_en", "colour")
_SPACE_FIELDS = ("pk", "slug", "name", "name_en", "audience", "group_id", "college_id")
_TOPIC_FIELDS = ("pk", "slug", "name", "name_en", "icon")
_TOPIC_COUNTS = ("thread_count", "members_thread_count")
_SLUG_INDEX = _TOPIC_FIELDS.index("slug")
#: Groups whose rooms the menu of each page lists; the page of groups has them all.
MAX_MENU_GROUPS = 12
#: Topics that the menu of each page shows: the others are folded.
_SHOWN_TOPICS = 6


_Rows = tuple[tuple[Any, ...], ...]


class SiteMenu(NamedTuple):
    """The spaces one reads, some groups' rooms among them (``has_more``), and all topics.

    Plain rows, which tell all that a menu shows. ``is_known``: whether the viewer is signed in,
    ``is_suspended`` among them.
    ``unread``: how many followed threads have news; ``unread_notifications``: how many lines
    of the inbox are new; ``decisions``: for animators, how much waits on their dashboard; each
    at most ``MAX_UNREAD``.
    """

    is_known: bool
    is_suspended: bool
    is_signatory: bool
    is_member: bool
    space_rows: _Rows
    topic_rows: _Rows
    opened_college_ids: frozenset[int]
    archived_group_ids: frozenset[int]
    has_more: bool
    unread: int
    unread_notifications: int
    decisions: int

    @property
    def without_counts(self) -> Self:
        """The same for all who read the same."""
        return self._replace(unread=0, unread_notifications=0, decisions=0)

    @property
    def waiting(self) -> int:
        """What the bell counts: all that is new for the viewer."""
        return min(self.unread + self.unread_notifications, MAX_UNREAD)

    @property
    def spaces(self) -> list[Space]:
        """The spaces with their colleges, made of the rows; whether one only reads them."""
        spaces = [_space_from_row(row) for row in self.space_rows]
        for space in spaces:
            space.is_read_only = is_read_only(self, space)
        return spaces

    @property
    def topics(self) -> list[Topic]:
        """The topics with their counts (``Topic.objects.with_counts``), made of the rows.

        ``is_busy``: whether it is one of the ``_SHOWN_TOPICS`` with most threads.
        """
        topics = [_topic_from_row(row) for row in self.topic_rows]
        busiest = sorted(topics, key=lambda it: it.thread_count, reverse=True)[:_SHOWN_TOPICS]
        for topic in topics:
            topic.is_busy = topic in busiest
        return topics

    def members_thread_count(self, slug: str = "") -> int:
        """How many threads of members, on the topic ``slug`` or on all, who is none misses."""
        return sum(row[-1] for row in self.topic_rows if slug in ("", row[_SLUG_INDEX]))

    @property
    def colours(self) -> str:
        """Those of one's colleges."""
        spaces = self.spaces
        own = [it.college.colour for it in spaces if it.college and not it.is_read_only]
        return " ".join(own)


def site_menu(viewer: Viewer, state: Any = None) -> SiteMenu:
    """The menu and the badge of ``viewer``.

    ``state`` is a row that was read with ``menu_state``; without one it is asked for.
    """
    state = state or menu_state_of(viewer)
    version = state and state.menu_version
    read = _kept_rows if version else _read_rows  # None: no space nor topic was ever added.
    return SiteMenu(
        viewer.person_id is not None,
        viewer.person_id is not None and not viewer.is_registered,
        viewer.is_signatory,
        viewer.is_member,
        *read(viewer.rights, version),
        viewer.opened_college_ids,
        viewer.archived_group_ids,
        len(viewer.group_ids) > MAX_MENU_GROUPS,
        *_counts(viewer, state),
    )


def menu_state_of(viewer: Viewer) -> Any:
    """A row of its own with the ``menu_state`` of ``viewer``; None on an empty site."""
    return _STATE_QUERY.first(viewer.rights, person_id=viewer.person_id or 0)


def menu_state(viewer: Viewer, at: datetime | None = None) -> dict[str, Any]:
    """Annotations of any row: the ``menu_version``, and what is counted for the viewer.

    Those are the ``unread_follows`` (``last_read_numbers``), the version of their notifications
    and, for animators, how many ``decisions`` wait, but for those that are costly to count: of
    these it is asked whether there may be any (``has_costly_candidates``).
    """
    state: dict[str, Any] = {"menu_version": Subquery(MenuVersion.objects.values("token"))}
    if viewer.is_registered:
        person_id = viewer.person_id or 0
        state["unread_follows"] = unread_follows(viewer.rights, person_id)
        state |= notification_version(person_id)
    if viewer.is_animator:
        state["decisions"] = _decisions(viewer, at, with_costly=False)
        state["has_costly_candidates"] = has_costly_candidates()
    return state


def waiting_counts(viewers: Collection[Viewer]) -> dict[int, dict[str, int]]:
    """What ``site_menu`` counts, for many ``viewers`` at once: ``{person id: counts}``.

    Counts are by the names that open pages know them by: ``badge`` is ``SiteMenu.waiting``.
    Those people are left out whose notifications are still to be found (``uncounted``).
    """
    follows, notifications = unread_counts(viewers), unread_notification_counts(viewers)
    counts = {}
    for viewer in viewers:
        person = viewer.person_id
        if person in notifications:
            counts[person] = {"badge": min(follows[person] + notifications[person], MAX_UNREAD)}
            if viewer.is_animator:
                counts[person]["decisions"] = _decision_count(viewer)
    return counts


def _counts(viewer: Viewer, state: Any) -> tuple[int, int, int]:
    """What ``SiteMenu`` counts, from a row with the ``menu_state`` of ``viewer``."""
    if state is None or not viewer.is_registered:
        return 0, 0, 0
    version = state.own_changes, state.shared_changes
    decisions = state.decisions if viewer.is_animator else 0
    if viewer.is_animator and state.has_costly_candidates:
        decisions = _decision_count(viewer)
    last_read = last_read_numbers(state.unread_follows)
    return len(last_read), unread_notifications(viewer, version, last_read), decisions


def _decision_count(viewer: Viewer) -> int:
    (decisions,) = _DECISIONS_QUERY.rows(viewer.rights, person_id=viewer.person_id)
    return decisions


def _decisions(viewer: Viewer, at: datetime | None = None, **options: Any) -> Least:
    """How many things wait on the dashboard of the animator ``viewer``."""
    return Least(waiting_count(viewer, MAX_UNREAD, at, **options), MAX_UNREAD)


def _decisions_queryset(
    rights: Rights, person_id: int, at: datetime
) -> QuerySet[MenuVersion, int]:
    viewer = Viewer(*rights, person_id=person_id)
    version = MenuVersion.objects.annotate(decisions=_decisions(viewer, at))
    return version.values_list("decisions", flat=True)


def _state_queryset(rights: Rights, person_id: int, at: datetime) -> QuerySet[MenuVersion, Any]:
    state = menu_state(Viewer(*rights, person_id=person_id), at)
    return MenuVersion.objects.annotate(**state).values_list(*state, named=True)


def _read_rows(rights: Rights, _version: float | None) -> tuple[_Rows, _Rows]:
    """The rows of the spaces and of the topics, in order."""
    return tuple(_SPACES_QUERY.rows(rights)), tuple(_TOPICS_QUERY.rows(rights))


_kept_rows = lru_cache(256)(_read_rows)


def _spaces_queryset(rights: Rights) -> QuerySet[Space, tuple[Any, ...]]:
    """Of many groups' rooms the newest, those that live before those in the archive."""
    newest = sorted(rights.group_ids, key=lambda pk: (pk in rights.archived_group_ids, -pk))
    rights = rights._replace(group_ids=frozenset(newest[:MAX_MENU_GROUPS]))
    paths = (f"college__{name}" for name in _COLLEGE_FIELDS)
    return Space.objects.visible_to(rights).values_list(*_SPACE_FIELDS, *paths)


def _topics_queryset(rights: Rights) -> QuerySet[Topic, tuple[Any, ...]]:
    return Topic.objects.with_counts(rights).values_list(*_TOPIC_FIELDS, *_TOPIC_COUNTS)


_STATE_QUERY: CompiledQuery[Any] = CompiledQuery(_state_queryset, "person_id", "at")
_DECISIONS_QUERY: CompiledQuery[int] = CompiledQuery(_decisions_queryset, "person_id", "at")
_SPACES_QUERY: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_spaces_queryset)
_TOPICS_QUERY: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_topics_queryset)


def _space_from_row(row: tuple[Any, ...]) -> Space:
    space = Space(**dict(zip(_SPACE_FIELDS, row, strict=False)))
    if space.college_id:
        college = dict(zip(_COLLEGE_FIELDS, row[len(_SPACE_FIELDS) :], strict=True))
        space.college = College(pk=space.college_id, **college)
    return space


def _topic_from_row(row: tuple[Any, ...]) -> Topic:
    topic = Topic(**dict(zip(_TOPIC_FIELDS, row, strict=False)))
    topic.thread_count, topic.members_thread_count = row[-2:]
    return topic
