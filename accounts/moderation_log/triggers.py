"""Database triggers that refuse to change or delete what the log of moderation holds."""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_TABLE = "accounts_moderationlogentry"
_WORDS = "the log of moderation is only ever added to"
#: Each database has its own statement to refuse with.
_REFUSE = {
    "postgresql": f"RAISE EXCEPTION '{_WORDS}';",
    "sqlite": f"SELECT RAISE(ABORT, '{_WORDS}');",
}


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    refuse = _REFUSE[connection.vendor]
    triggers = [
        Trigger(f"moderation_log_{event.lower()}", f"{event} ON {_TABLE}", "TRUE", refuse)
        for event in ("UPDATE", "DELETE")
    ]
    replace_triggers(connection, _TABLE, triggers)
