"""What the index needs of the database beside its models, made after each migration."""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers
from forum.base.search_index.engines import get_engine
from forum.base.search_index.models import VERSIONS

_FOLLOW = "UPDATE {table} SET space_id = NEW.space_id WHERE {condition};"
#: A post that goes to another thread is found by the title and tags of that one.
_FOLLOW_POST = f"""
UPDATE forum_postdocument SET
  thread_id = NEW.thread_id,
  space_id = (SELECT space_id FROM forum_thread WHERE id = NEW.thread_id),
  title_stems = COALESCE((SELECT title_stems FROM forum_threaddocument
    WHERE id = NEW.thread_id * {VERSIONS} + version % {VERSIONS}), ''),
  title_folded_stems = COALESCE((SELECT title_folded_stems FROM forum_threaddocument
    WHERE id = NEW.thread_id * {VERSIONS} + version % {VERSIONS}), '')
WHERE id >= NEW.id * {VERSIONS} AND id < (NEW.id + 1) * {VERSIONS};
"""  # noqa: S608
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
    to_other_thread = Trigger(
        "forum_postdocument_to_other_thread",
        "UPDATE OF thread_id ON forum_post",
        "OLD.thread_id <> NEW.thread_id",
        _FOLLOW_POST,
    )
    replace_triggers(connection, "forum_postdocument", [to_other_thread])
