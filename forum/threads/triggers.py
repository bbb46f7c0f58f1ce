"""Database triggers that mark the posts that are the accepted answer of their thread.

Triggers, because accepted answers are also written by loaders. Who changes a thread has
locked it.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_MARK = """
UPDATE forum_post SET is_accepted = FALSE WHERE id = OLD.accepted_id;
UPDATE forum_post SET is_accepted = TRUE WHERE id = NEW.accepted_id;
"""
_TRIGGERS = (
    Trigger(
        "answer_accepted",
        "UPDATE OF accepted_id ON forum_thread",
        "COALESCE(OLD.accepted_id, 0) <> COALESCE(NEW.accepted_id, 0)",
        _MARK,
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "forum_post", _TRIGGERS)
