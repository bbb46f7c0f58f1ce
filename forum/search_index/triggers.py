"""What the index needs of the database beside its models, made after each migration."""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers
from forum.search_index.engines import get_engine
from forum.search_index.models import VERSIONS

_FOLLOW = "UPDATE {table} SET space_id = NEW.space_id WHERE {condition};"
#: Which documents are a thread's, by an index.
_TABLES = {
    "forum_threaddocument": (f"id >= NEW.id * {VERSIONS} AND id < (NEW.id + 1) * {VERSIONS}"),
    "forum_postdocument": "thread_id = NEW.id",
}


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the engine's own tables, columns and triggers, and copy a thread's space.

    By a trigger, because threads are also moved by loaders; the thread is locked meanwhile.
    """
    get_engine().install(connection)
    for table, condition in _TABLES.items():
        moved = Trigger(
            f"{table}_moved",
            "UPDATE OF space_id ON forum_thread",
            "OLD.space_id <> NEW.space_id",
            _FOLLOW.format(table=table, condition=condition),
        )
        replace_triggers(connection, table, [moved])
