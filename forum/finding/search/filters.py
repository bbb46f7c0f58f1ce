"""What the filters of a search mean, as conditions on posts and on threads."""

import re

from django.db.models import Exists, OuterRef, Q

from accounts.base.dates import read_day, start_of_day
from accounts.base.text import fold, slug_of
from accounts.models import Organisation, User
from accounts.organisations.queries import all_colleges
from accounts.viewers.viewers import Viewer
from forum.conversation.tags.models import tag_slug
from forum.conversation.tags.queries import find_tag
from forum.conversation.threads.kinds import resolved, unresolved
from forum.finding.search.search_query import SHEET
from forum.models import Space, Tagging, ThreadKind, Topic

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
#: *14/03/2025*, *mars 2025*, *14 March 2025*.
_WRITTEN_DATE = re.compile(r"(?:(\d{1,2})(?:er)?[ /.])?(?:(\d{1,2})[/.]|([a-z]+) )(\d{4})")
_MONTHS = {
    name: number
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
#: People and organisations of a name who are looked for, and words of one.
_MAX_NAMESAKES, _MAX_WORDS = 200, 8
_NOTHING = Q(pk__in=[])
_YES, _NO = frozenset(("oui", "yes", "1")), frozenset(("non", "no", "0"))
_KINDS = {fold(label): value for value, label in ThreadKind.choices} | {
    "experience": "experience", "retour": "experience", "annonce": "announcement",
    **{value: value for value in ThreadKind.values},
}  # fmt: skip
_KINDS |= dict.fromkeys((SHEET, "fiches", "sheet", fold("fiche d’expérience")), SHEET)
#: The filters that are about posts rather than about their threads.
OF_POSTS = frozenset(("college", "territoire", "auteur", "depuis", "avant"))
#: Those that leave a good part of all posts, so that the newest of these are worth having.
OF_MANY = frozenset(("sujet", "espace", "college", "type", "resolu"))


def conditions(viewer: Viewer, filters: dict[str, str], *, thread: str, post: str) -> Q:
    """The condition of ``filters``, ``{parameter: value}``; ``Q(pk__in=[])`` for nothing.

    ``thread`` and ``post`` are the paths to the thread and the post, such as ``thread__``.
    A value that names nothing that ``viewer`` sees finds nothing, and says no more.
    """
    found = Q()
    for name, value in filters.items():
        path = post if name in OF_POSTS else thread
        found &= _CONDITIONS[name](viewer, value, path)
    return found


def _topic(viewer, value, path):
    pks = _called(value, Topic.objects.all())
    return Q((f"{path}topic__in", pks)) if pks else _NOTHING


def _space(viewer, value, path):
    pks = _called(value, Space.objects.visible_to(viewer))
    return Q((f"{path}space__in", pks)) if pks else _NOTHING


def _called(value, rows):
    """The keys of those that are called ``value``, else of those that have all its words."""
    typed = slug_of(value)
    slugs = {
        row.pk: (row.slug, slug_of(row.name), slug_of(row.name_en)) for row in rows if typed
    }
    words = set(typed.split("-"))
    return [pk for pk, names in slugs.items() if typed in names] or [
        pk for pk, names in slugs.items() if any(words <= set(it.split("-")) for it in names)
    ]


def type_named(value: str) -> str:
    """The kind of threads, or SHEET, that ``value`` of the filter *type* names; "" for none."""
    return _KINDS.get(fold(value), "")


def _kind(viewer, value, path):
    kind = type_named(value)
    if kind == SHEET:
        return Q((f"{path}has_sheet", True))
    return Q((f"{path}kind", kind)) if kind else _NOTHING


def _tag(viewer, value, path):
    tag = find_tag(viewer, tag_slug(value))
    if tag is None:
        return _NOTHING
    borne = Tagging.objects.visible_to(viewer).filter(content_object=OuterRef(f"{path}pk"))
    return Q(Exists(borne.filter(tag=tag)))


def _resolved(viewer, value, path):
    answer = fold(value)
    if answer not in _YES | _NO:
        return _NOTHING
    return resolved(path) if answer in _YES else unresolved(path)


def _college(viewer, value, path):
    pks = _called(value, all_colleges())
    return Q((f"{path}seat__organisation__college__in", pks)) if pks else _NOTHING


def _territory(viewer, value, path):
    acting = Organisation.objects.order_by("pk")
    for word in fold(value).split()[:_MAX_WORDS]:
        there = Organisation.objects.filter(territories__folded_name__contains=word)
        named = Q(folded_name__contains=word)
        acting = acting.filter(named | Q(pk__in=there.order_by().values("pk")))
    pks = list(acting.values_list("pk", flat=True)[:_MAX_NAMESAKES])
    return Q((f"{path}seat__organisation__in", pks)) if pks else _NOTHING


def _author(viewer, value, path):
    people = User.objects.filter(closed_at=None).order_by("pk")
    for word in fold(value).split()[:_MAX_WORDS]:
        people = people.filter(folded_name__contains=word)
    pks = list(people.values_list("pk", flat=True)[:_MAX_NAMESAKES])
    return Q((f"{path}author__in", pks)) if pks else _NOTHING


def _since(viewer, value, path):
    day = _day(value)
    return Q((f"{path}created_at__gte", day)) if day else _NOTHING


def _before(viewer, value, path):
    day = _day(value)
    return Q((f"{path}created_at__lt", day)) if day else _NOTHING


def _day(value):
    """The beginning of a year, a month or a day, as one writes it or as *2025-03*; or None."""
    words = fold(value)
    if found := _DATE.fullmatch(words):
        parts = found.groups()
    elif found := _WRITTEN_DATE.fullmatch(words):
        day, month, name, year = found.groups()
        parts = (year, _MONTHS.get(name, 0) if name else month, day)
    else:
        return None
    read = read_day(*(1 if part is None else int(part) for part in parts))
    return start_of_day(read) if read else None


_CONDITIONS = {
    "sujet": _topic,
    "espace": _space,
    "college": _college,
    "territoire": _territory,
    "auteur": _author,
    "type": _kind,
    "mot": _tag,
    "resolu": _resolved,
    "depuis": _since,
    "avant": _before,
}
