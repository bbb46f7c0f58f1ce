"""What every page shows around its own content: the menu, per viewer."""

from typing import NamedTuple

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import College
from accounts.viewers import viewers
from forum.follows.unread import unread_count
from forum.models import Space, Topic
from forum.rules import is_read_only

_COLLEGE_FIELDS = ("name", "colour")
_SPACE_FIELDS = ("pk", "slug", "name", "audience", "group_id", "college_id")
_TOPIC_FIELDS = ("pk", "slug", "name", "name_en", "icon")
#: Groups whose rooms the menu of each page lists; the page of groups has them all.
MAX_MENU_GROUPS = 12


def layout(request):
    """The viewer, the menu and the site's own name, for the templates of pages."""
    return {
        "viewer": SimpleLazyObject(lambda: viewers.get_viewer(request)),
        "unread": SimpleLazyObject(lambda: unread_count(viewers.get_viewer(request))),
        "menu": SimpleLazyObject(lambda: _build_menu(viewers.get_viewer(request))),
        "menu_path": _current_menu_path(request),
        "network": settings.FORUM_NETWORK,
        "publisher": settings.FORUM_PUBLISHER,
        "is_demo": settings.FORUM_DEMO,
    }


class SiteMenu(NamedTuple):
    """The spaces one reads, some groups' rooms among them (``has_more``), and all topics.

    Plain rows, which tell all that a menu shows.
    """

    space_rows: tuple
    topic_rows: tuple
    opened_colleges: frozenset
    archived_groups: frozenset
    has_more: bool

    @property
    def spaces(self):
        """The spaces with their colleges, made of the rows; whether one only reads them."""
        spaces = [_space_from_row(row) for row in self.space_rows]
        for space in spaces:
            space.is_read_only = is_read_only(self, space)
        return spaces

    @property
    def topics(self):
        """The topics with ``thread_count``, made of the rows."""
        return [_topic_from_row(row) for row in self.topic_rows]

    @property
    def colours(self):
        """Those of one's colleges."""
        spaces = self.spaces
        own = [one.college.colour for one in spaces if one.college_id and not one.is_read_only]
        return " ".join(own)


def _build_menu(viewer):
    rows = tuple(_SPACES_QUERY.rows(viewer.rights)), tuple(_TOPICS_QUERY.rows(viewer.rights))
    return SiteMenu(
        *rows,
        viewer.opened_colleges,
        viewer.archived_groups,
        len(viewer.groups) > MAX_MENU_GROUPS,
    )


def _spaces_queryset(rights):
    """Of many groups' rooms the newest, those that live before those in the archive."""
    newest = sorted(rights.groups, key=lambda pk: (pk in rights.archived_groups, -pk))
    rights = rights._replace(groups=frozenset(newest[:MAX_MENU_GROUPS]))
    paths = (f"college__{name}" for name in _COLLEGE_FIELDS)
    return Space.objects.visible_to(rights).values_list(*_SPACE_FIELDS, *paths)


def _space_from_row(row):
    space = Space(**dict(zip(_SPACE_FIELDS, row, strict=False)))
    if space.college_id:
        college = dict(zip(_COLLEGE_FIELDS, row[len(_SPACE_FIELDS) :], strict=True))
        space.college = College(pk=space.college_id, **college)
    return space


def _topics_queryset(rights):
    return Topic.objects.with_counts(rights).values_list(*_TOPIC_FIELDS, "thread_count")


def _topic_from_row(row):
    topic = Topic(**dict(zip(_TOPIC_FIELDS, row, strict=False)))
    topic.thread_count = row[-1]
    return topic


_SPACES_QUERY, _TOPICS_QUERY = CompiledQuery(_spaces_queryset), CompiledQuery(_topics_queryset)


def _current_menu_path(request):
    """The address of this page where the menu leads to it, else nothing."""
    match = request.resolver_match
    return request.path if match and match.url_name in _MENU_URL_NAMES else ""


_MENU_URL_NAMES = {
    "home",
    "territories",
    "organisations",
    "groups",
    "members",
    "charter",
    "follows",
    "topic",
    "space",
}
