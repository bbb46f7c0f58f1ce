"""Database triggers that count the posts of organisations (``ContributionCount``).

Triggers, because a count that an action kept would cost each reply a statement more, and
because loaders and cascades write posts, too.

They lock counts in the order of topic, organisation and space, when the thread is locked. So
an action writes a post, or a thread's new topic or space, before it locks tags and thread
counts. Who moves posts to another thread locks the counts of both first
(``lock_contribution_counts``).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_ADD = """
INSERT INTO forum_contributioncount (topic_id, organisation_id, space_id, count)
SELECT topic_id, organisation_id, space_id, 1 FROM forum_thread, accounts_seat
WHERE forum_thread.id = NEW.thread_id AND accounts_seat.id = NEW.seat_id
ON CONFLICT (topic_id, organisation_id, space_id)
DO UPDATE SET count = forum_contributioncount.count + 1;
"""
_SUBTRACT = """
UPDATE forum_contributioncount SET count = count - 1
WHERE (topic_id, organisation_id, space_id) = (
  SELECT topic_id, organisation_id, space_id FROM forum_thread, accounts_seat
  WHERE forum_thread.id = OLD.thread_id AND accounts_seat.id = OLD.seat_id
);
DELETE FROM forum_contributioncount WHERE count = 0
AND (topic_id, organisation_id, space_id) = (
  SELECT topic_id, organisation_id, space_id FROM forum_thread, accounts_seat
  WHERE forum_thread.id = OLD.thread_id AND accounts_seat.id = OLD.seat_id
);
"""
_MOVE = """
INSERT INTO forum_contributioncount (topic_id, organisation_id, space_id, count)
SELECT topic_id, organisation_id, space_id, moved FROM (
  SELECT OLD.topic_id AS topic_id, organisation_id, OLD.space_id AS space_id,
  -COUNT(*) AS moved FROM forum_post JOIN accounts_seat ON accounts_seat.id = seat_id
  WHERE thread_id = NEW.id AND hidden_at IS NULL AND deleted_at IS NULL
  AND withheld_move_id IS NULL AND held_at IS NULL
  GROUP BY organisation_id
  UNION ALL
  SELECT NEW.topic_id, organisation_id, NEW.space_id, COUNT(*)
  FROM forum_post JOIN accounts_seat ON accounts_seat.id = seat_id
  WHERE thread_id = NEW.id AND hidden_at IS NULL AND deleted_at IS NULL
  AND withheld_move_id IS NULL AND held_at IS NULL
  GROUP BY organisation_id
) AS changes WHERE TRUE ORDER BY topic_id, organisation_id, space_id
ON CONFLICT (topic_id, organisation_id, space_id)
DO UPDATE SET count = forum_contributioncount.count + excluded.count;
DELETE FROM forum_contributioncount
WHERE topic_id = OLD.topic_id AND space_id = OLD.space_id AND count = 0;
"""
#: Whether a post counts, before and after.
_COUNTS = (
    "({row}.hidden_at IS NULL AND {row}.deleted_at IS NULL AND {row}.withheld_move_id IS NULL"
    " AND {row}.held_at IS NULL"
    " AND {row}.seat_id IS NOT NULL)"
)
_OLD, _NEW = _COUNTS.format(row="OLD"), _COUNTS.format(row="NEW")
_POST_CHANGED = (
    "UPDATE OF hidden_at, deleted_at, withheld_move_id, held_at, seat_id ON forum_post"
)
_TRIGGERS = (
    Trigger("contribution_written", "INSERT ON forum_post", _NEW, _ADD),
    Trigger("contribution_erased", "DELETE ON forum_post", _OLD, _SUBTRACT),
    Trigger(
        "contribution_shown",
        _POST_CHANGED,
        f"{_NEW} AND NOT ({_OLD} AND OLD.seat_id = NEW.seat_id)",
        _ADD,
    ),
    Trigger(
        "contribution_hidden",
        _POST_CHANGED,
        f"{_OLD} AND NOT ({_NEW} AND OLD.seat_id = NEW.seat_id)",
        _SUBTRACT,
    ),
    Trigger(
        "contribution_to_other_thread",
        "UPDATE OF thread_id ON forum_post",
        f"OLD.thread_id <> NEW.thread_id AND {_OLD}",
        _SUBTRACT + _ADD,
    ),
    Trigger(
        "contribution_moved",
        "UPDATE OF topic_id, space_id ON forum_thread",
        "OLD.topic_id <> NEW.topic_id OR OLD.space_id <> NEW.space_id",
        _MOVE,
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "forum_contributioncount", _TRIGGERS)
