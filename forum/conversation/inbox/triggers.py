"""Database triggers that tell whose notifications may have changed (``NotificationChange``).

They tell rather too many people than too few: what is told in vain is counted again, and the
count is the same. Models declare what counts as ``inbox_watches``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from accounts.base.inbox_watch import InboxWatch, inbox_watches
from accounts.base.triggers import Trigger, replace_triggers
from forum.conversation.inbox.models import EVERYBODY

if TYPE_CHECKING:
    from django.db.models import Model


_TABLE, _MAX_CONTACTS = "forum_notificationchange", 20
#: Of models that cannot declare theirs: of another package, or made by Django.
_FOREIGN_WATCHES = {
    "account.EmailAddress": InboxWatch("user"),
    "accounts.Organisation_territories": InboxWatch("organisation__seats__person"),
}
#: Who may be one: those named, then the first confirmed; so many at most that a change costs
#: the same however many seats there are.
_CONTACTS = (
    "SELECT * FROM (SELECT person_id AS recipient_id FROM accounts_seat"  # noqa: S608
    " WHERE organisation_id = {row}.organisation_id ORDER BY ended_at IS NOT NULL,"
    f" is_contact DESC, confirmed_at IS NULL, confirmed_at, id LIMIT {_MAX_CONTACTS}) AS most"
)
_WORDS = {
    "animators": "SELECT id AS recipient_id FROM accounts_user WHERE is_animator",
    "contacts": _CONTACTS,
    "everybody": f"SELECT {EVERYBODY} AS recipient_id",
}
#: Of a trigger, its condition, and the SELECTs of whom it concerns.
_Event = tuple[str, str, list[str]]


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, _TABLE, triggers(connection))


def triggers(connection: BaseDatabaseWrapper) -> Iterator[Trigger]:
    """What models declare: one for each event and condition, whoever is told."""
    recipients: dict[tuple[str, str, bool], dict[str, None]] = defaultdict(dict)
    select = _Select(connection)
    for model, watch in _watches():
        for event, condition, people in select.events(model, watch):
            recipients[event, condition, watch.is_of_follow] |= dict.fromkeys(people)
    numbers: Counter[str] = Counter()
    for (event, condition, is_of_follow), selects in recipients.items():
        name = f"notify_of_{event.rpartition(' ')[2]}_{event.partition(' ')[0].lower()}"
        numbers[name] += 1
        body = (
            f"INSERT INTO {_TABLE} (person_id, token, is_of_follow)"  # noqa: S608
            f" SELECT recipient_id, RANDOM(), {str(is_of_follow).upper()} FROM"
            f" ({' UNION '.join(selects)}) AS people WHERE recipient_id IS NOT NULL;"
        )
        yield Trigger(f"{name}_{numbers[name]}", event, condition, body)


def _watches() -> list[tuple[type[Model], InboxWatch]]:
    foreign = ((apps.get_model(label), it) for label, it in _FOREIGN_WATCHES.items())
    return [*inbox_watches(), *foreign]


class _Select:
    """SELECTs of whom a change concerns, for one database."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._post, self._thread = (apps.get_model("forum", it) for it in ("Post", "Thread"))

    def events(self, model: type[Model], watch: InboxWatch) -> Iterator[_Event]:
        """The events of ``watch``, a declaration of ``model``."""
        other = model
        for name in filter(None, watch.of.split("__")):
            field = other._meta.pk if name == "pk" else other._meta.get_field(name)
            other = field.related_model or other
        if watch.columns:
            of = watch.of
            people = self._rows(model, watch, of, "NEW.id") if of else self._own(model, watch)
            yield f"UPDATE OF {watch.columns} ON {other._meta.db_table}", watch.when, people
            return
        before = watch.when.replace("NEW.", "OLD.")
        changed = f"{watch.when} OR {before}" if before != watch.when else before
        conditions = {"UPDATE": watch.changed or changed, "DELETE": before}
        for event in watch.on.split():
            people = self._own(model, watch, "OLD" if event == "DELETE" else "NEW")
            on = f"{event} ON {model._meta.db_table}"
            yield on, conditions.get(event, watch.when), people
        if watch.of:
            yield from self._events_of(model, watch, is_of_post=other is self._post)

    def _events_of(
        self, model: type[Model], watch: InboxWatch, *, is_of_post: bool
    ) -> Iterator[_Event]:
        post, thread = self._post._meta.db_table, self._thread._meta.db_table
        of_thread, rows = watch.of, partial(self._rows, model, watch)
        if is_of_post:
            of_thread, people = f"{watch.of}__thread", rows(watch.of, "NEW.id")
        else:
            yield f"INSERT ON {post}", "NEW.number > 1", rows(watch.of, "NEW.thread_id")
            people = rows(watch.of, "NEW.thread_id") + rows(watch.of, "OLD.thread_id")
        yield f"UPDATE OF {self._post.inbox_columns} ON {post}", "TRUE", people
        people = rows(of_thread, "NEW.id")
        yield f"UPDATE OF {self._thread.inbox_columns} ON {thread}", "TRUE", people

    def _own(self, model: type[Model], watch: InboxWatch, row: str = "NEW") -> list[str]:
        selects = [watch.select.replace("NEW.", f"{row}.")] if watch.select else []
        for path in watch.people.split():
            selects += self._of_path(model, path, row)
        return selects

    def _of_path(self, model: type[Model], path: str, row: str) -> list[str]:
        if path in _WORDS:
            return [_WORDS[path].format(row=row)]
        first, _, rest = path.partition("__")
        field: Any = model._meta.get_field(first)
        if not field.concrete:
            key = f"{row}.{model._meta.pk.column}"
            return [self._sql(field.related_model, field.field.name, key, rest)]
        key = f"{row}.{field.column}"
        if rest:
            return [self._sql(field.related_model, "pk", key, rest)]
        if field.related_model is not self._thread:
            return [f"SELECT {key} AS recipient_id"]
        return [
            people
            for other, watch in inbox_watches()
            if watch.of and not watch.columns
            and other._meta.get_field(watch.of).related_model is self._thread
            for people in self._rows(other, watch, watch.of, key)
        ]  # fmt: skip

    def _rows(self, model: type[Model], watch: InboxWatch, of: str, key: str) -> list[str]:
        return [self._sql(model, of, key, it, watch.rows) for it in watch.people.split()]

    def _sql(
        self,
        model: type[Model],
        of: str,
        key: str,
        path: str,
        condition: Q = Q(),  # noqa: B008
    ) -> str:
        """Whom ``path`` leads to from the rows of ``model`` that name ``key``, in SQL."""
        rows = model._base_manager.filter(**{of: RawSQL(key, ())})  # noqa: S611
        if "__" in of:  # What it joins would leave out other people of these rows.
            rows = model._base_manager.filter(pk__in=rows.values("pk"))
        people = rows.filter(condition).order_by().distinct().values(recipient_id=F(path))
        sql, params = people.query.get_compiler(connection=self._connection).as_sql()
        quote = self._connection.schema_editor().quote_value
        return str(sql) % tuple(map(quote, params))
