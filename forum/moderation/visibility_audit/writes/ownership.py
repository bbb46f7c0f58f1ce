"""Whose a row is, by the keys of its table, as they were before a request changed anything."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from accounts.models import Organisation, Seat, User
from forum.library.sheets.authors.models import AuthorState, SheetAuthor
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.consents.models import AuthorConsent
from forum.models import Post, Space, Thread
from forum.moderation.visibility_audit.writes.recorded_changes import RowChange

#: How many tables away the row that says it may be: a figure, its sheet, the thread, its space.
_STEPS = 4
Row = dict[str, Any]


@dataclass(frozen=True)
class Owners:
    """Ids of the people and organisations whose a row is, and of the spaces it is read in."""

    people: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    spaces: frozenset[int] = frozenset()

    def __or__(self, other: "Owners") -> "Owners":
        return Owners(
            self.people | other.people,
            self.organisations | other.organisations,
            self.spaces | other.spaces,
        )


class RowsBefore:
    """Rows as they were before ``changes``; what these added, as it is.

    So nobody owns a row by what the same request wrote.
    """

    def __init__(self, changes: Iterable[RowChange] = ()) -> None:
        self._changed: dict[tuple[type[Model], str], RowChange] = {}
        self._all = list(changes)
        for it in self._all:
            self._changed.setdefault(_key(it.model, it.row), it)
        self._read: dict[tuple[type[Model], str], Row | None] = {}

    def get(self, model: type[Model], pk: Any) -> Row | None:
        """The row of this id, by column."""
        key = model, _text_of(pk)
        if change := self._changed.get(key):
            return change.row
        if key not in self._read:
            self._read[key] = next(_rows(model, pk=pk), None)
        return self._read[key]

    def referred(self, model: type[Model], row: Row, name: str) -> Row:
        """The row that ``row`` of ``model`` refers to by its key ``name``; {} for none."""
        key: Any = model._meta.get_field(name)
        pk = row[key.column]
        return (self.get(key.related_model, pk) or {}) if pk else {}

    def change_of(self, model: type[Model], pk: Any) -> RowChange | None:
        """What was first changed of the row of this id, if anything."""
        return self._changed.get((model, _text_of(pk)))

    def was_there(self, change: RowChange) -> bool:
        """Whether the row of ``change`` was there before all of them."""
        first = self._changed[_key(change.model, change.row)]
        return first.before is not None

    def written(self, model: type[Model]) -> list[Row]:
        """The rows that were added or changed, as they are."""
        last = {
            _key(model, it.after): it.after
            for it in self._all
            if it.model is model and it.after
        }
        return list(last.values())

    def added(self, model: type[Model]) -> list[Row]:
        """The rows that ``changes`` added."""
        changes = [it for it in self._changed.values() if it.model is model]
        return [it.after for it in changes if it.before is None and it.after]

    def of(self, model: type[Model], **columns: Any) -> list[Row]:
        """The rows that were there with these values."""
        rows = [it for it in _rows(model, **columns) if _key(model, it) not in self._changed]
        rows += [it.before for it in self._changed.values() if it.model is model and it.before]
        return [it for it in rows if all(it[name] == to for name, to in columns.items())]


def owners_of(model: type[Model], row: Row, rows: RowsBefore, steps: int = _STEPS) -> Owners:
    """Whose ``row`` of ``model`` is, by the keys that it has to people and organisations.

    Where it has none, as the rows that it refers to. Spaces are looked for through all of them.
    Of some tables fewer keys say whose a row is, or other rows do (``_PEOPLE``).
    """
    own, further = _named(model, row), Owners()
    if model in (User, Organisation):
        return own
    keys: list[Any] = model._meta.local_fields
    for key in keys:
        value = row.get(key.column) if isinstance(key, ForeignKey) else None
        if value is None:
            continue
        if key.related_model in _KINDS:
            own |= _named(key.related_model, {"id": value})
        elif steps and (next_row := rows.get(key.related_model, value)):
            further |= owners_of(key.related_model, next_row, rows, steps - 1)
    if people_of := _PEOPLE.get(model._meta.label):
        own = Owners(frozenset(filter(None, people_of(row, rows))), spaces=own.spaces)
        further = Owners(spaces=further.spaces)
    elif own.people or own.organisations:
        further = Owners(spaces=further.spaces)
    return own | further


def owner_of_thread(pk: int, rows: RowsBefore) -> set[int]:
    """Who decides about the thread: the holder of the seat it was handed to, or its author."""
    thread = rows.get(Thread, pk)
    seat = rows.referred(Thread, thread, "assignee") if thread else {}
    return {seat["person_id"] if seat else thread["author_id"]} if thread else set()


def authors_of_sheet(pk: int, rows: RowsBefore) -> set[int]:
    """Who began the sheet, and those who had accepted to write it with them."""
    sheet = rows.get(ExperienceSheet, pk) or {}
    coauthors = rows.of(SheetAuthor, sheet_id=pk, state=AuthorState.ACCEPTED)
    return {sheet.get("author_id"), *(it["person_id"] for it in coauthors)} - {None}


def authors_of_thread(pk: int, rows: RowsBefore) -> set[int]:
    """The authors of the sheet that heads the thread, if one does."""
    sheets = rows.of(ExperienceSheet, thread_id=pk)
    return {person for sheet in sheets for person in authors_of_sheet(sheet["id"], rows)}


def movers(pk: int | None, rows: RowsBefore) -> set[int]:
    """Authors of posts of the thread who agree to its move, with whom it is moved at last."""
    move, answer = (apps.get_model("forum", name) for name in ("ThreadMove", "MoveAnswer"))
    answers = [it for it in rows.written(answer) if it["agrees"]]
    moved = {it["move_id"]: rows.get(move, it["move_id"]) or {} for it in answers}
    agreeing = {
        it["author_id"] for it in answers if moved[it["move_id"]].get("thread_id") == pk
    }
    return {it for it in agreeing if rows.of(Post, thread_id=pk, author_id=it)}


def members(rows: RowsBefore, pk: int | None) -> set[int]:
    """The person, if they sit somewhere."""
    seats = rows.of(Seat, person_id=pk, ended_at=None) if pk else []
    return {it["person_id"] for it in seats if it["confirmed_at"]}


#: Whose rows of these tables are: not of all people that they have keys to.
_PEOPLE: dict[str, Callable[[Row, RowsBefore], Iterable[int | None]]] = {
    "forum.AcceptedAnswer": lambda row, rows: owner_of_thread(row["thread_id"], rows),
    "forum.ExperienceSheet": lambda row, rows: authors_of_sheet(row["id"], rows),
    "forum.PublicVersion": lambda row, rows: [
        row["proposed_by_id"],
        *(it["person_id"] for it in rows.of(AuthorConsent, version_id=row["id"])),
    ],
    "forum.Report": lambda row, rows: [row["reporter_id"]],
    "forum.Thread": lambda row, rows: owner_of_thread(row["id"], rows),
}
_KINDS: dict[type[Model], str] = {
    User: "people", Organisation: "organisations", Space: "spaces",
}  # fmt: skip


def _key(model: type[Model], row: Row) -> tuple[type[Model], str]:
    """What tells the row from all others; ids are written in two ways."""
    key: Any = model._meta.pk
    return model, _text_of(row[key.column])


def _text_of(pk: object) -> str:
    return str(pk).replace("-", "")


def _named(model: type[Model], row: Row) -> Owners:
    """The row itself, where it is a person, an organisation or a space."""
    return Owners(**{_KINDS[model]: frozenset({row["id"]})}) if model in _KINDS else Owners()


def _rows(model: type[Model], **columns: Any) -> Iterator[Row]:
    fields: list[Any] = model._meta.local_fields
    names: dict[str, str] = {field.attname: field.column for field in fields}
    for row in model._base_manager.filter(**columns).values(*names):
        yield {names[name]: value for name, value in row.items()}
