"""What the index needs of the database beside its models, made after each migration."""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers
from forum.base.search_index.engines import get_engine
from forum.base.search_index.models import VERSIONS

#: Of a row of a thread, by what it is called there, what its documents have a copy of.
_COPIES = {name: f"{{row}}.{name}" for name in ("space_id", "topic_id", "kind", "has_sheet")}
_COPIES["is_solved"] = "({row}.accepted_id IS NOT NULL OR {row}.settled_at IS NOT NULL)"
_SETS = ", ".join(f"{name} = {value.format(row='NEW')}" for name, value in _COPIES.items())
_FOLLOW = f"UPDATE {{table}} SET {_SETS} WHERE {{condition}};"  # noqa: S608
_CHANGED = " OR ".join(
    f"{it.format(row='OLD')} <> {it.format(row='NEW')}" for it in _COPIES.values()
)
_COLUMNS = "space_id, topic_id, kind, has_sheet, accepted_id, settled_at"
_OF_THREAD = ", ".join(
    f"{name} = (SELECT {value.format(row='forum_thread')} FROM forum_thread"  # noqa: S608
    " WHERE id = NEW.thread_id)"
    for name, value in _COPIES.items()
)
_OF_DOCUMENT = ", ".join(
    f"{name} = COALESCE((SELECT {name} FROM forum_threaddocument"  # noqa: S608
    f" WHERE id = NEW.thread_id * {VERSIONS} + version % {VERSIONS}), '')"
    for name in ("tags", "title_stems", "title_folded_stems")
)
#: A post that goes to another thread is found by what that one is, its title and its tags.
_FOLLOW_POST = f"""
UPDATE forum_postdocument SET
  thread_id = NEW.thread_id, {_OF_THREAD}, {_OF_DOCUMENT}
WHERE id >= NEW.id * {VERSIONS} AND id < (NEW.id + 1) * {VERSIONS};
"""  # noqa: S608
#: Which documents are a thread's, by an index.
_TABLES = {
    "forum_threaddocument": (f"id >= NEW.id * {VERSIONS} AND id < (NEW.id + 1) * {VERSIONS}"),
    "forum_postdocument": "thread_id = NEW.id",
}


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the engine's own tables, columns and triggers; copy what filters ask for.

    By a trigger, because threads are also changed by loaders; the thread is locked meanwhile.
    """
    get_engine().install(connection)
    for table, condition in _TABLES.items():
        moved = Trigger(
            f"{table}_moved",
            f"UPDATE OF {_COLUMNS} ON forum_thread",
            _CHANGED,
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
