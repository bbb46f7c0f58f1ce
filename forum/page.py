"""What every page shows around its own content: the menu, per viewer."""

from typing import NamedTuple

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts import viewers
from accounts.models import College
from accounts.prepared import Prepared
from forum.follows.unread import unread
from forum.models import Space, Topic
from forum.rules import only_reads

_COLLEGE = ("name", "colour")
_SPACE = ("pk", "slug", "name", "audience", "group_id", "college_id")
_TOPIC = ("pk", "slug", "name", "name_en", "icon")
#: Groups whose rooms the menu of each page lists; the page of groups has them all.
MOST_ROOMS = 12


def page(request):
    """The viewer, the menu and the site's own name, for the templates of pages."""
    return {
        "viewer": SimpleLazyObject(lambda: viewers.of_request(request)),
        "unread": SimpleLazyObject(lambda: unread(viewers.of_request(request))),
        "menu": SimpleLazyObject(lambda: _menu(viewers.of_request(request))),
        "here": _here(request),
        "network": settings.FORUM_NETWORK,
        "publisher": settings.FORUM_PUBLISHER,
        "is_demo": settings.FORUM_DEMO,
    }


class Menu(NamedTuple):
    """The spaces one reads, some groups' rooms among them (``has_more``), and all topics.

    Plain rows, which tell all that a menu shows.
    """

    space_rows: tuple
    topic_rows: tuple
    opened: frozenset
    shut: frozenset
    has_more: bool

    @property
    def spaces(self):
        """The spaces with their colleges, made of the rows; whether one only reads them."""
        spaces = [_space(row) for row in self.space_rows]
        for space in spaces:
            space.is_only_read = only_reads(self, space)
        return spaces

    @property
    def topics(self):
        """The topics with ``thread_count``, made of the rows."""
        return [_topic(row) for row in self.topic_rows]

    @property
    def colours(self):
        """Those of one's colleges."""
        spaces = self.spaces
        own = [one.college.colour for one in spaces if one.college_id and not one.is_only_read]
        return " ".join(own)


def _menu(viewer):
    rows = tuple(_SPACES.rows(viewer.kind)), tuple(_TOPICS.rows(viewer.kind))
    return Menu(*rows, viewer.opened, viewer.shut, len(viewer.groups) > MOST_ROOMS)


def _spaces(kind):
    """Of many groups' rooms the newest, those that live before those in the archive."""
    newest = sorted(kind.groups, key=lambda pk: (pk in kind.shut, -pk))
    kind = kind._replace(groups=frozenset(newest[:MOST_ROOMS]))
    paths = (f"college__{name}" for name in _COLLEGE)
    return Space.objects.visible_to(kind).values_list(*_SPACE, *paths)


def _space(row):
    space = Space(**dict(zip(_SPACE, row, strict=False)))
    if space.college_id:
        college = dict(zip(_COLLEGE, row[len(_SPACE) :], strict=True))
        space.college = College(pk=space.college_id, **college)
    return space


def _topics(kind):
    return Topic.objects.with_counts(kind).values_list(*_TOPIC, "thread_count")


def _topic(row):
    topic = Topic(**dict(zip(_TOPIC, row, strict=False)))
    topic.thread_count = row[-1]
    return topic


_SPACES, _TOPICS = Prepared(_spaces), Prepared(_topics)


def _here(request):
    """The address of this page where the menu leads to it, else nothing."""
    match = request.resolver_match
    return request.path if match and match.url_name in _IN_MENU else ""


_IN_MENU = {
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
