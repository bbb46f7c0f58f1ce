"""Whose words a row shows: the one place that says who is asked before others read it.

``visibility.py`` says who reads a row; this says who wrote what it shows today, whether they
still may write it or not. Whatever brings words to more readers (a move, a publication, a
public version) asks these people, or leaves out what is theirs.

A row that quotes a post shows the words of that post's writers too: see
``forum/conversation/mentions/quotations.py``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer

#: A path to a person from rows of a model, and the rows of which it counts.
Source = tuple[str, Q]


def _of_sheet(prefix: str = "") -> tuple[Source, ...]:
    """Who began a sheet, who joined as an author, and who left words that stand in it."""
    return (
        (f"{prefix}author", Q()),
        (f"{prefix}coauthors__person", Q((f"{prefix}coauthors__state", "accepted"))),
        (f"{prefix}writers__person", Q((f"{prefix}writers__is_shown", True))),
    )


def _of_post(prefix: str = "") -> tuple[Source, ...]:
    """The sources of a post: its author, editors of a wiki post, who wrote its sheet.

    And who sent a file of it that is its author's since. Nothing tells whose a sentence of a
    wiki post is: all who edited it count.
    """
    shown = Q((f"{prefix}deleted_at", None))
    of_sheet = Q((f"{prefix}number", 1), (f"{prefix}thread__has_sheet", True))
    first = shown & Q((f"{prefix}number", 1))
    edited = shown & ~of_sheet
    return (
        (f"{prefix}author", shown),
        (f"{prefix}edited_by", shown),
        (f"{prefix}revisions__author", edited),
        (f"{prefix}revisions__edited_by", edited),
        (f"{prefix}stored_files__sender", shown),
        *((path, first & rows) for path, rows in _of_sheet(f"{prefix}thread__sheet__")),
    )


#: Who sent the files of a draft of a sheet, or of the post that a published one has.
_OF_SHEET_FILES: tuple[Source, ...] = (
    ("stored_files__owner", Q()),
    ("thread__posts__stored_files__sender", Q(("thread__posts__number", 1))),
)
#: By the name of the model.
WRITERS: dict[str, tuple[Source, ...]] = {
    "ExperienceSheet": _of_sheet() + _OF_SHEET_FILES,
    "Post": _of_post(),
    "PublicVersion": (("consents__person", Q()), ("proposed_by", Q())),
    "Summary": (("author", Q()),),
    "ToolVersion": _of_post("file__post__"),
    "ArchivedMail": _of_post("post__"),
}


def writers_by_row(rows: QuerySet[Any, Any]) -> dict[int, set[int]]:
    """``{id of a row: ids of the people whose words it shows}`` of ``rows``, of WRITERS."""
    model = rows.model
    pks = rows.order_by().values("pk")
    queries = [
        model._base_manager.filter(condition, pk__in=pks, **{f"{path}__isnull": False})
        .order_by()
        .values_list("pk", path)
        for path, condition in WRITERS[model.__name__]
    ]
    people: dict[int, set[int]] = defaultdict(set)
    for pk, person in queries[0].union(*queries[1:]).order_by():
        people[pk].add(person)
    return people


def writer_ids(rows: QuerySet[Any, Any]) -> set[int]:
    """The ids of all whose words one of ``rows`` shows."""
    return set().union(*writers_by_row(rows).values())


def has_words_of_others(rows: QuerySet[Any, Any], person_id: int | None) -> bool:
    """Whether one of ``rows`` shows words of a member who is not ``person_id``."""
    others = User.objects.filter(pk__in=writer_ids(rows) - {person_id})
    return others.filter(closed_at=None, is_unclaimed=False).exists()


def has_words_of(viewer: Viewer, model: str, prefix: str = "") -> Q:
    """The rows of ``model`` that show words of the viewer, whatever their rights are."""
    rows = apps.get_model("forum", model)._base_manager.filter(pk=OuterRef(f"{prefix}pk"))
    is_shown = Q()
    for path, condition in WRITERS[model]:
        is_shown |= Q(Exists(rows.filter(condition, (path, viewer.person_id or 0))))
    return is_shown
