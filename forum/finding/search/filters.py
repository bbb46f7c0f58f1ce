"""What the filters of a search mean, as conditions on posts and on threads."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from accounts.base.dates import read_day, start_of_day
from accounts.base.text import fold, slug_of
from accounts.models import Organisation, User
from accounts.organisations.queries import all_colleges
from accounts.viewers.viewers import Rights, Viewer
from forum.base.search_index import models as index
from forum.conversation.tags.models import tag_slug
from forum.conversation.tags.queries import find_tag
from forum.conversation.threads.kinds import resolved, unresolved
from forum.finding.search.scope import SearchScope
from forum.finding.search.search_query import SHEET
from forum.models import Tagging, ThreadKind

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
_KINDS = {fold(str(label)): value for value, label in ThreadKind.choices} | {
    "experience": "experience", "retour": "experience", "annonce": "announcement",
    **{value: value for value in ThreadKind.values},
}  # fmt: skip
_KINDS |= dict.fromkeys((SHEET, "fiches", "sheet", fold("fiche d’expérience")), SHEET)
#: The filters that are about posts rather than about their threads.
OF_POSTS = frozenset(("college", "territoire", "auteur", "depuis", "avant"))
#: Those that name people or organisations, whose posts are seldom many.
OF_PEOPLE = frozenset(("auteur", "territoire"))
#: Those that the index answers by its words (``facets``), and by the spaces it is asked for.
OF_INDEX = frozenset(("sujet", "espace", "type", "mot", "resolu"))


class Meaning(NamedTuple):
    """What a filter was found to ask for: rows of these ids, a word of the model, or a day."""

    name: str
    pks: tuple[int, ...] = ()
    word: str = ""
    day: datetime | None = None


def conditions(viewer: Viewer, filters: dict[str, str], *, thread: str, post: str) -> Q:
    """The condition of ``filters``, ``{parameter: value}``; ``Q(pk__in=[])`` for nothing.

    ``thread`` and ``post`` are the paths to the thread and the post, such as ``thread__``.
    A value that names nothing that ``viewer`` sees finds nothing, and says no more.
    """
    meanings = read_filters(SearchScope(viewer), filters)
    return condition_of(viewer.rights, meanings, thread=thread, post=post)


def read_filters(scope: SearchScope, filters: dict[str, str]) -> tuple[Meaning, ...] | None:
    """What each of ``filters`` means in ``scope``; None where one names nothing."""
    meanings = []
    for name, value in filters.items():
        if (meaning := _READERS[name](scope, value)) is None:
            return None
        meanings.append(meaning._replace(name=name))
    return tuple(meanings)


def condition_of(
    rights: Rights, meanings: tuple[Meaning, ...] | None, *, thread: str, post: str
) -> Q:
    """The condition of ``meanings`` on the paths ``thread`` and ``post``."""
    if meanings is None:
        return _NOTHING
    condition = Q()
    for meaning in meanings:
        path = post if meaning.name in OF_POSTS else thread
        condition &= _CONDITIONS[meaning.name](rights, meaning, path)
    return condition


def facets(meanings: tuple[Meaning, ...]) -> list[list[str]]:
    """The words of which a document has one of each, where ``meanings`` keep its thread."""
    words = {it.name: _FACETS[it.name](it) for it in meanings if it.name in _FACETS}
    return list(words.values())


def _topic(scope: SearchScope, value: str) -> Meaning | None:
    return _named(_called(value, scope.topics))


def _space(scope: SearchScope, value: str) -> Meaning | None:
    return _named(_called(value, scope.spaces))


def _named(pks: Iterable[int]) -> Meaning | None:
    return Meaning("", tuple(pks)) if pks else None


def _called(value: str, rows: Iterable[Any]) -> list[int]:
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


def _kind(scope: SearchScope, value: str) -> Meaning | None:
    kind = type_named(value)
    return Meaning("", word=kind) if kind else None


def _tag(scope: SearchScope, value: str) -> Meaning | None:
    tag = find_tag(scope.viewer, tag_slug(value))
    return _named([tag.pk] if tag else [])


def _resolved(scope: SearchScope, value: str) -> Meaning | None:
    answer = fold(value)
    if answer not in _YES | _NO:
        return None
    return Meaning("", word="oui" if answer in _YES else "non")


def _college(scope: SearchScope, value: str) -> Meaning | None:
    return _named(_called(value, all_colleges()))


def _territory(scope: SearchScope, value: str) -> Meaning | None:
    acting = Organisation.objects.order_by("pk")
    for word in fold(value).split()[:_MAX_WORDS]:
        organisations = Organisation.objects.filter(territories__folded_name__contains=word)
        named = Q(folded_name__contains=word)
        acting = acting.filter(named | Q(pk__in=organisations.order_by().values("pk")))
    return _named(acting.values_list("pk", flat=True)[:_MAX_NAMESAKES])


def _author(scope: SearchScope, value: str) -> Meaning | None:
    people = User.objects.filter(closed_at=None).order_by("pk")
    for word in fold(value).split()[:_MAX_WORDS]:
        people = people.filter(folded_name__contains=word)
    return _named(people.values_list("pk", flat=True)[:_MAX_NAMESAKES])


def _day_of(scope: SearchScope, value: str) -> Meaning | None:
    day = _day(value)
    return Meaning("", day=day) if day else None


def _day(value: str) -> datetime | None:
    """The beginning of a year, a month or a day, as one writes it or as *2025-03*; or None."""
    words = fold(value)
    if match := _DATE.fullmatch(words):
        parts = match.groups()
    elif match := _WRITTEN_DATE.fullmatch(words):
        day, month, name, year = match.groups()
        parts = (year, _MONTHS.get(name, 0) if name else month, day)
    else:
        return None
    read = read_day(*(1 if part is None else int(part) for part in parts))
    return start_of_day(read) if read else None


_READERS = {
    "sujet": _topic,
    "espace": _space,
    "college": _college,
    "territoire": _territory,
    "auteur": _author,
    "type": _kind,
    "mot": _tag,
    "resolu": _resolved,
    "depuis": _day_of,
    "avant": _day_of,
}


def _among(field: str) -> Callable[..., Any]:
    """The condition that ``field`` is one of the ids of a filter."""
    return lambda _rights, it, path: Q((f"{path}{field}__in", it.pks))


def _is_of_kind(_rights: Rights, it: Meaning, path: str) -> Q:
    return Q((f"{path}has_sheet", True)) if it.word == SHEET else Q((f"{path}kind", it.word))


def _bears_tag(rights: Rights, it: Meaning, path: str) -> Q:
    taggings = Tagging.objects.visible_to(rights).filter(content_object=OuterRef(f"{path}pk"))
    return Q(Exists(taggings.filter(tag__in=it.pks)))


def _is_resolved(_rights: Rights, it: Meaning, path: str) -> Q:
    return resolved(path) if it.word == "oui" else unresolved(path)


_FACETS = {
    "sujet": lambda it: [f"{index.OF_TOPIC}{pk}" for pk in it.pks],
    "mot": lambda it: [f"{index.OF_TAG}{pk}" for pk in it.pks],
    "type": lambda it: [index.WITH_SHEET if it.word == SHEET else f"{index.OF_KIND}{it.word}"],
    "resolu": lambda it: [index.SOLVED if it.word == "oui" else index.UNSOLVED],
}
_CONDITIONS = {
    "sujet": _among("topic"),
    "espace": _among("space"),
    "college": _among("seat__organisation__college"),
    "territoire": _among("seat__organisation"),
    "auteur": _among("author"),
    "type": _is_of_kind,
    "mot": _bears_tag,
    "resolu": _is_resolved,
    "depuis": lambda _rights, it, path: Q((f"{path}created_at__gte", it.day)),
    "avant": lambda _rights, it, path: Q((f"{path}created_at__lt", it.day)),
}
