"""What every page shows around its own content: the menu and the badge, per viewer.

One query reads both on every page, so that neither is ever out of date. What the menu makes
of the answer is kept in the process under the answer itself.
"""

import json
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import IntegerField, Subquery, TextField, Value
from django.db.models.functions import JSONArray
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import College
from accounts.viewers import viewers
from accounts.viewers.viewers import Viewer
from forum.follows.unread import MAX_UNREAD, unread_follows
from forum.models import Space, Topic
from forum.rules import is_read_only

_COLLEGE_FIELDS = ("name", "colour")
_SPACE_FIELDS = ("pk", "slug", "name", "audience", "group_id", "college_id")
_TOPIC_FIELDS = ("pk", "slug", "name", "name_en", "icon")
#: Groups whose rooms the menu of each page lists; the page of groups has them all.
MAX_MENU_GROUPS = 12


def layout(request: HttpRequest) -> dict[str, Any]:
    """The viewer, the menu and the site's own name, for the templates of pages."""
    menu = SimpleLazyObject(lambda: site_menu(viewers.get_viewer(request)))
    return {
        "account": SimpleLazyObject(lambda: _account_name(request)),
        "viewer": SimpleLazyObject(lambda: viewers.get_viewer(request)),
        "unread": SimpleLazyObject(lambda: menu.unread),
        "menu": menu,
        "menu_path": _current_menu_path(request),
        "network": settings.FORUM_NETWORK,
        "publisher": settings.FORUM_PUBLISHER,
        "is_demo": settings.FORUM_DEMO,
    }


class AccountName(NamedTuple):
    """What the header says of whoever is signed in."""

    name: str
    initials: str


def _account_name(request):
    user = getattr(request, "user", None)  # None where no middleware has looked for it.
    if user is None or not user.is_authenticated:
        return None
    return AccountName(user.full_name, user.initials)


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


def site_menu(viewer: Viewer) -> SiteMenu:
    """The menu and the badge of ``viewer``, in one query."""
    # A row of spaces carries the answer; one of topics, where there is no space yet.
    found = _read_menu(viewer, Space) or _read_menu(viewer, Topic)
    spaces, topics, unread = found or ("", "", 0)
    return SiteMenu(
        viewer.person_id is not None,
        viewer.is_member,
        _rows_of_json(spaces),
        _rows_of_json(topics),
        viewer.opened_college_ids,
        viewer.archived_group_ids,
        len(viewer.group_ids) > MAX_MENU_GROUPS,
        unread,
    )


def _read_menu(viewer, carrier):
    kind = viewer.rights, viewer.is_registered, carrier
    return _MENU_QUERY.first(*kind, person_id=viewer.person_id or 0)


@lru_cache(maxsize=512)
def _rows_of_json(text):
    """The rows that ``text`` holds, without the (order, pk) that they are sorted by here."""
    rows = sorted(json.loads(text or "[]"), key=lambda row: row[:2])
    return tuple(tuple(row[2:]) for row in rows)


class _RowsAsJson(Subquery):
    """The rows of a query of one JSON column, ``menu_row``, as the text of one JSON array."""

    template = "(SELECT JSON_AGG(menu_row)::text FROM (%(subquery)s) AS menu_rows)"
    output_field = TextField()

    def as_sqlite(self, compiler, connection, **options):
        """The same with the function of SQLite."""
        template = self.template.replace("JSON_AGG(menu_row)::text", _SQLITE_JSON_AGG)
        return self.as_sql(compiler, connection, template=template, **options)


_SQLITE_JSON_AGG = "JSON_GROUP_ARRAY(JSON(menu_row))"


class _RowCount(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _menu_queryset(rights, is_registered, carrier, person_id):
    """A row of ``carrier`` with the spaces and topics as JSON, and the count of news."""
    unread = Value(0)
    if is_registered:
        unread = _RowCount(unread_follows(rights, person_id)[:MAX_UNREAD])
    asked = {
        "space_rows": _RowsAsJson(_spaces_queryset(rights)),
        "topic_rows": _RowsAsJson(_topics_queryset(rights)),
        "unread": unread,
    }
    return carrier.objects.order_by("pk").annotate(**asked).values_list(*asked)[:1]


def _spaces_queryset(rights):
    """Of many groups' rooms the newest, those that live before those in the archive."""
    newest = sorted(rights.group_ids, key=lambda pk: (pk in rights.archived_group_ids, -pk))
    rights = rights._replace(group_ids=frozenset(newest[:MAX_MENU_GROUPS]))
    paths = (f"college__{name}" for name in _COLLEGE_FIELDS)
    return _as_menu_rows(Space.objects.visible_to(rights), *_SPACE_FIELDS, *paths)


def _topics_queryset(rights):
    return _as_menu_rows(Topic.objects.with_counts(rights), *_TOPIC_FIELDS, "thread_count")


def _as_menu_rows(rows, *fields):
    row = JSONArray("order", "pk", *fields)
    return rows.annotate(menu_row=row).order_by().values("menu_row")


_MENU_QUERY = CompiledQuery(_menu_queryset, "person_id")


def _space_from_row(row):
    space = Space(**dict(zip(_SPACE_FIELDS, row, strict=False)))
    if space.college_id:
        college = dict(zip(_COLLEGE_FIELDS, row[len(_SPACE_FIELDS) :], strict=True))
        space.college = College(pk=space.college_id, **college)
    return space


def _topic_from_row(row):
    topic = Topic(**dict(zip(_TOPIC_FIELDS, row, strict=False)))
    topic.thread_count = row[-1]
    return topic


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
