"""The SQL of triggers that tell whose notifications may have changed."""

from accounts.base.triggers import Trigger

TABLE, _MAX_CONTACTS = "forum_notificationchange", 20


def tell(people: str) -> str:
    """The SQL that tells the ``people`` of a SELECT with one column, ``person_id``."""
    return (
        f"INSERT INTO {TABLE} (person_id, token)"  # noqa: S608
        f" SELECT person_id, RANDOM() FROM ({people}) AS people WHERE person_id IS NOT NULL;"
    )


def tell_person(column: str) -> str:
    """The SQL that tells the person of this column, if it names one."""
    return tell(f"SELECT {column} AS person_id")


_BY_CONTACT = "ended_at IS NOT NULL, is_contact DESC, confirmed_at IS NULL, confirmed_at, id"


def tell_contacts(column: str) -> str:
    """Tell who may be a contact: those named, then the first confirmed; so many at most that
    a change costs the same however many seats there are."""
    return tell(
        f"SELECT person_id FROM accounts_seat WHERE organisation_id = {column}"  # noqa: S608
        f" ORDER BY {_BY_CONTACT} LIMIT {_MAX_CONTACTS}"
    )


def on_each(
    table: str, body: str, name: str, condition: str = "TRUE", changed: str = ""
) -> list[Trigger]:
    """Triggers for each row of ``table`` that comes, changes or goes; ``body`` says ``NEW``.

    ``changed``: the condition for a row that changes, where it is another.
    """
    old = body.replace("NEW.", "OLD."), condition.replace("NEW.", "OLD.")
    return [
        Trigger(f"{name}_added", f"INSERT ON {table}", condition, body),
        Trigger(f"{name}_changed", f"UPDATE ON {table}", changed or condition, body),
        Trigger(f"{name}_gone", f"DELETE ON {table}", old[1], old[0]),
    ]
