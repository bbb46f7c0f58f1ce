"""Database triggers that count what was written for each seat (``ContributionCount``).

Triggers, because a count that an action kept would cost each reply a statement more, and
because loaders and cascades write posts, too. They are installed after each migration: SQLite
rebuilds tables to change them, which drops triggers.

They lock counts in the order of seat, topic and space, when the thread is locked. So an action
writes a post, or a thread's new topic or space, before it locks tags and thread counts.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

_ADD = """
INSERT INTO forum_contributioncount (seat_id, topic_id, space_id, count)
SELECT NEW.seat_id, topic_id, space_id, 1 FROM forum_thread WHERE id = NEW.thread_id
ON CONFLICT (seat_id, topic_id, space_id)
DO UPDATE SET count = forum_contributioncount.count + 1;
"""
_SUBTRACT = """
UPDATE forum_contributioncount SET count = count - 1 WHERE (seat_id, topic_id, space_id) =
(SELECT OLD.seat_id, topic_id, space_id FROM forum_thread WHERE id = OLD.thread_id);
"""
_MOVE = """
INSERT INTO forum_contributioncount (seat_id, topic_id, space_id, count)
SELECT seat_id, topic_id, space_id, moved FROM (
  SELECT seat_id, OLD.topic_id AS topic_id, OLD.space_id AS space_id, -COUNT(*) AS moved
  FROM forum_post WHERE thread_id = NEW.id
  AND hidden_at IS NULL AND deleted_at IS NULL AND seat_id IS NOT NULL GROUP BY seat_id
  UNION ALL
  SELECT seat_id, NEW.topic_id, NEW.space_id, COUNT(*)
  FROM forum_post WHERE thread_id = NEW.id
  AND hidden_at IS NULL AND deleted_at IS NULL AND seat_id IS NOT NULL GROUP BY seat_id
) AS changes WHERE TRUE ORDER BY seat_id, topic_id, space_id
ON CONFLICT (seat_id, topic_id, space_id)
DO UPDATE SET count = forum_contributioncount.count + excluded.count;
"""
#: Whether a post counts, before and after.
_OLD = "(OLD.hidden_at IS NULL AND OLD.deleted_at IS NULL AND OLD.seat_id IS NOT NULL)"
_NEW = "(NEW.hidden_at IS NULL AND NEW.deleted_at IS NULL AND NEW.seat_id IS NOT NULL)"
_POST_CHANGED = "UPDATE OF hidden_at, deleted_at, seat_id ON forum_post"
#: ``{name: (event, condition, what is done)}``.
_TRIGGERS = {
    "contribution_written": ("INSERT ON forum_post", _NEW, _ADD),
    "contribution_erased": ("DELETE ON forum_post", _OLD, _SUBTRACT),
    "contribution_shown": (
        _POST_CHANGED, f"{_NEW} AND NOT ({_OLD} AND OLD.seat_id = NEW.seat_id)", _ADD,
    ),
    "contribution_hidden": (
        _POST_CHANGED, f"{_OLD} AND NOT ({_NEW} AND OLD.seat_id = NEW.seat_id)", _SUBTRACT,
    ),
    "contribution_moved": (
        "UPDATE OF topic_id, space_id ON forum_thread",
        "OLD.topic_id <> NEW.topic_id OR OLD.space_id <> NEW.space_id",
        _MOVE,
    ),
}  # fmt: skip


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers of this database, or replace them, where its tables are there."""
    definitions = {"postgresql": _postgresql_statements, "sqlite": _sqlite_statements}
    if "forum_contributioncount" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in definitions[connection.vendor]():
            cursor.execute(statement)


def _postgresql_statements() -> Iterator[str]:
    for name, (event, condition, done) in _TRIGGERS.items():
        yield (
            f"CREATE OR REPLACE FUNCTION forum_{name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {done} RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN ({condition})"
            f" EXECUTE FUNCTION forum_{name}()"
        )


def _sqlite_statements() -> Iterator[str]:
    for name, (event, condition, done) in _TRIGGERS.items():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN {condition} BEGIN {done} END"
        )
