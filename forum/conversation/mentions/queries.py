"""Who may be named in a space: those in the directory who read it, and their organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.base.parsing import parse_natural_number
from accounts.base.text import fold
from accounts.models import DirectorySeat, Organisation, Seat
from accounts.territories.search import search_territories
from accounts.viewers.viewers import Viewer
from forum.base.readership import reading_seats
from forum.conversation.mentions.names import names_in
from forum.models import Post, Space, Thread

if TYPE_CHECKING:
    from accounts.profiles.models import DirectorySeatQuerySet


#: Of a name that is being typed, so many are proposed, from so many characters on.
MAX_SUGGESTIONS, MIN_LENGTH = 6, 2


class Named(NamedTuple):
    """A person or an organisation: ``kind``, id and the address of their page."""

    kind: str
    pk: int
    url: str


class NameSuggestion(NamedTuple):
    """What is written after an ``@``, and whom that person is with."""

    name: str
    organisation: str


def may_name(viewer: Viewer) -> bool:
    """Whether ``viewer`` names others: members, who are in the directory too, and animators."""
    return viewer.is_member or viewer.is_animator


def find_thread_of_form(viewer: Viewer, sent: Mapping[str, str]) -> Thread | None:
    """The thread that a form is of, by its id in ``thread``; or a new one of ``space``, a slug.

    None where ``viewer`` sees none.
    """
    if (pk := parse_natural_number(sent.get("thread", ""))) is not None:
        threads = Thread.objects.visible_to(viewer).select_related("space")
        return threads.filter(pk=pk).first()
    slug = sent.get("space", "").replace("\0", "")
    space = Space.objects.visible_to(viewer).filter(slug=slug).first()
    return Thread(space=space) if space else None


def find_named(
    viewer: Viewer, space: Space, text: str, thread_id: int | None = None
) -> dict[str, Named]:
    """Whom ``text`` may name in ``space``, by their folded names.

    Of two with one name neither is found by it, but by it and an organisation in brackets.
    """
    names = {name for _at, candidates in names_in(text) for _end, name in candidates}
    if not names or not may_name(viewer):
        return {}
    by_name: dict[str, set[Named]] = {}
    seats = _seats_of_people(viewer, space, thread_id).filter(folded_name__in=names)
    for pk, name, organisation in seats.values_list(*_PERSON):
        candidate = Named("person", pk, reverse("member", args=[pk]))
        for key in name, _with_organisation(name, organisation):
            by_name.setdefault(fold(key), set()).add(candidate)
    organisations = _organisations(space).filter(folded_name__in=names)
    for pk, name, slug in organisations.values_list("pk", "name", "slug"):
        candidate = Named("organisation", pk, reverse("organisation", args=[slug]))
        by_name.setdefault(fold(name), set()).add(candidate)
    return {name: named.pop() for name, named in by_name.items() if len(named) == 1}


def suggest_names(
    viewer: Viewer, space: Space, typed: str, thread_id: int | None = None
) -> list[NameSuggestion]:
    """Whom ``typed`` may become in ``space``: those who wrote in the thread first, by name."""
    asked = fold(typed)
    if len(asked) < MIN_LENGTH or not may_name(viewer):
        return []
    begins = _begins(asked)
    seats = _seats_of_people(viewer, space, thread_id).filter(begins)
    seats = seats.exclude(person=viewer.person_id)
    wrote = Exists(_posts(viewer, thread_id).filter(author=OuterRef("person")))
    seats = seats.annotate(wrote=wrote).order_by("-wrote", "folded_name", "person")
    people: dict[int, tuple[str, str]] = {}
    for pk, name, organisation in seats.values_list(*_PERSON)[: 2 * MAX_SUGGESTIONS]:
        people.setdefault(pk, (name, organisation))
    names = [fold(name) for name, _organisation in people.values()]
    suggestions = [
        NameSuggestion(
            name if names.count(fold(name)) == 1 else _with_organisation(name, organisation),
            organisation,
        )
        for name, organisation in people.values()
    ]
    organisations = _organisations(space).filter(begins).order_by("folded_name")
    suggestions += [
        NameSuggestion(name, "")
        for name in organisations.values_list("name", flat=True)[:MAX_SUGGESTIONS]
    ]
    return suggestions[:MAX_SUGGESTIONS]


def suggest_listed_names(viewer: Viewer, typed: str, among: str) -> list[NameSuggestion]:
    """Whom ``typed`` may become in a field of names, of all in the network, by name.

    ``among``: ``people`` of the directory but oneself, ``organisations``, or ``addressees``,
    which territories are too; of anything else nobody.
    """
    asked = fold(typed)
    if len(asked) < MIN_LENGTH or not may_name(viewer):
        return []
    suggestions: list[NameSuggestion] = []
    if among == "people":
        seats = DirectorySeat.objects.listed().filter(_begins(asked))
        seats = seats.exclude(person=viewer.person_id).order_by("folded_name", "person")
        rows = seats.values_list(*_PERSON)[: 2 * MAX_SUGGESTIONS]
        people = {pk: NameSuggestion(name, of) for pk, name, of in reversed(rows)}
        suggestions = [*reversed(people.values())]
    if among in ("organisations", "addressees"):
        named = Organisation.objects.in_network().filter(_begins(asked)).order_by("folded_name")
        names = named.values_list("name", flat=True)[:MAX_SUGGESTIONS]
        suggestions = [NameSuggestion(name, "") for name in names]
    if among == "addressees":
        found = {fold(it.name) for it in suggestions}
        places = search_territories(typed, MAX_SUGGESTIONS, are_acted_on=True)
        suggestions += [
            NameSuggestion(str(it), "") for it in places if it.folded_name not in found
        ]
    return suggestions[:MAX_SUGGESTIONS]


def _begins(folded: str) -> Q:
    return Q(folded_name__startswith=folded) | Q(folded_name__contains=f" {folded}")


_PERSON = "person", "person__full_name", "organisation__name"


def _with_organisation(name: str, organisation: str) -> str:
    return f"{name} ({organisation})"


def _seats_of_people(
    viewer: Viewer, space: Space, thread_id: int | None
) -> DirectorySeatQuerySet:
    """Those of people in the directory who read ``space``.

    Where everyone reads it, of those who wrote in the thread: others' names are for members.
    """
    seats = DirectorySeat.objects.listed()
    if space.audience == "public":
        authors = _posts(viewer, thread_id).filter(author=OuterRef("person"))
        return seats.filter(Exists(authors))
    return reading_seats(seats, *_audience(space))


def _organisations(space: Space) -> QuerySet[Organisation]:
    """Those in the network of which somebody reads ``space``."""
    seats = Seat.objects.representing().with_active_holder()
    readers = reading_seats(seats, *_audience(space)).filter(organisation=OuterRef("pk"))
    return Organisation.objects.in_network().filter(Exists(readers))


def _posts(viewer: Viewer, thread_id: int | None) -> QuerySet[Post]:
    return Post.objects.visible_to(viewer).filter(thread=thread_id or 0)


def _audience(space: Space) -> tuple[str, int, int]:
    return space.audience, space.college_id or 0, space.group_id or 0
