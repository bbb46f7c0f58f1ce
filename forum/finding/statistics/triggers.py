"""Database triggers that keep what statistics are read from.

``WeeklyPostCount`` and ``AskedQuestion`` have rows of single threads, since whoever changes a
thread or its posts has locked it: nobody waits for another thread's row, in whatever order a
transaction changes several.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

#: The number of the week of a moment (``week_of``).
_WEEKS = {
    "postgresql": "FLOOR((EXTRACT(EPOCH FROM {row}.created_at) + 259200) / 604800)::integer",
    "sqlite": "(CAST(STRFTIME('%s', {row}.created_at) AS INTEGER) + 259200) / 604800",
}
_SHOWN = (
    "({row}.hidden_at IS NULL AND {row}.deleted_at IS NULL AND {row}.withheld_move_id IS NULL"
    " AND {row}.held_at IS NULL)"
)
_WAS_SHOWN, _IS_SHOWN = _SHOWN.format(row="OLD"), _SHOWN.format(row="NEW")
_OF_SEAT = "(SELECT organisation_id FROM accounts_seat WHERE id = {row}.seat_id)"

_ADD = f"""
INSERT INTO forum_weeklypostcount (thread_id, organisation_id, week, topic_id, space_id, count)
SELECT id, {_OF_SEAT.format(row="NEW")}, {{new_week}}, topic_id, space_id, 1
FROM forum_thread WHERE id = NEW.thread_id AND removed_at IS NULL AND {_IS_SHOWN}
ON CONFLICT (thread_id, week, COALESCE(organisation_id, 0))
DO UPDATE SET count = forum_weeklypostcount.count + 1;
"""  # noqa: S608
_OLD_ROW = f"""
thread_id = OLD.thread_id AND week = {{old_week}}
AND COALESCE(organisation_id, 0) = COALESCE({_OF_SEAT.format(row="OLD")}, 0)
"""  # noqa: S608
_SUBTRACT = f"""
UPDATE forum_weeklypostcount SET count = count - 1 WHERE {_OLD_ROW} AND {_WAS_SHOWN};
DELETE FROM forum_weeklypostcount WHERE {_OLD_ROW} AND count = 0;
"""  # noqa: S608
#: Of a thread's posts anew, where it has come back.
_COUNT = f"""
INSERT INTO forum_weeklypostcount (thread_id, organisation_id, week, topic_id, space_id, count)
SELECT NEW.id, organisation_id, {{post_week}} AS week, NEW.topic_id, NEW.space_id, COUNT(*)
FROM forum_post AS post LEFT JOIN accounts_seat ON accounts_seat.id = post.seat_id
WHERE thread_id = NEW.id AND {_SHOWN.format(row="post")} GROUP BY 2, 3;
"""  # noqa: S608
_FORGET = "DELETE FROM forum_weeklypostcount WHERE thread_id = NEW.id;"
_FOLLOW = """
UPDATE forum_weeklypostcount SET topic_id = NEW.topic_id, space_id = NEW.space_id
WHERE thread_id = NEW.id;
"""

_FIRST_ANSWER = f"""(
  SELECT MIN(post.created_at) FROM forum_post AS post
  JOIN forum_thread ON forum_thread.id = post.thread_id
  WHERE post.thread_id = {{thread}} AND post.number > 1
  AND post.author_id <> forum_thread.author_id AND {_SHOWN.format(row="post")}
)"""  # noqa: S608
#: Where the post that was the first answer is none any more.
_ANSWER_GONE = f"""
UPDATE forum_askedquestion SET answered_at = {_FIRST_ANSWER.format(thread="OLD.thread_id")}
WHERE thread_id = OLD.thread_id AND answered_at = OLD.created_at;
"""  # noqa: S608
_ANSWER_COME = f"""
UPDATE forum_askedquestion SET answered_at = NEW.created_at
WHERE thread_id = NEW.thread_id AND NEW.number > 1 AND {_IS_SHOWN}
AND (answered_at IS NULL OR answered_at > NEW.created_at)
AND NEW.author_id <> (SELECT author_id FROM forum_thread WHERE id = NEW.thread_id);
"""  # noqa: S608
_ASK_ANEW = f"""
DELETE FROM forum_askedquestion WHERE thread_id = NEW.id;
INSERT INTO forum_askedquestion
(thread_id, topic_id, space_id, organisation_id, asked_at, answered_at)
SELECT NEW.id, NEW.topic_id, NEW.space_id, {_OF_SEAT.format(row="NEW")}, NEW.created_at,
{_FIRST_ANSWER.format(thread="NEW.id")}
WHERE NEW.kind = 'question' AND NEW.removed_at IS NULL;
"""  # noqa: S608


def _any_differs(*columns: Any, nullable: tuple[Any, ...] | list[str] = ()) -> str:
    """The condition that one of ``columns`` changes."""
    plain = [f"OLD.{column} <> NEW.{column}" for column in columns]
    ids = [f"COALESCE(OLD.{column}, 0) <> COALESCE(NEW.{column}, 0)" for column in nullable]
    return " OR ".join([*plain, *ids])


_REMOVED = "OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL"
_RESTORED = "OLD.removed_at IS NOT NULL AND NEW.removed_at IS NULL"
_POST_COLUMNS = "hidden_at, deleted_at, withheld_move_id, held_at, thread_id, created_at"
_POST_CHANGED = f"{_IS_SHOWN} <> {_WAS_SHOWN} OR " + _any_differs("thread_id", "created_at")
_PLACE_CHANGED = _any_differs("topic_id", "space_id")
_QUESTION_CHANGED = f"({_REMOVED}) OR ({_RESTORED}) OR " + _any_differs(
    "topic_id", "space_id", "kind", "created_at", "author_id", nullable=["seat_id"]
)
_QUESTION_COLUMNS = "topic_id, space_id, kind, seat_id, author_id, created_at, removed_at"
_COUNTING = (
    Trigger("weekly_post_written", "INSERT ON forum_post", _IS_SHOWN, _ADD),
    Trigger("weekly_post_erased", "DELETE ON forum_post", _WAS_SHOWN, _SUBTRACT),
    Trigger(
        "weekly_post_changed",
        f"UPDATE OF {_POST_COLUMNS}, seat_id ON forum_post",
        f"{_POST_CHANGED} OR {_any_differs(nullable=['seat_id'])}",
        _SUBTRACT + _ADD,
    ),
    Trigger(
        "weekly_posts_moved",
        "UPDATE OF topic_id, space_id ON forum_thread",
        _PLACE_CHANGED,
        _FOLLOW,
    ),
    Trigger("weekly_posts_removed", "UPDATE OF removed_at ON forum_thread", _REMOVED, _FORGET),
    Trigger(
        "weekly_posts_restored",
        "UPDATE OF removed_at ON forum_thread",
        _RESTORED,
        _FORGET + _COUNT,
    ),
)
_ANSWERING = (
    Trigger("question_asked", "INSERT ON forum_thread", "NEW.kind = 'question'", _ASK_ANEW),
    Trigger(
        "question_changed",
        f"UPDATE OF {_QUESTION_COLUMNS} ON forum_thread",
        _QUESTION_CHANGED,
        _ASK_ANEW,
    ),
    Trigger(
        "question_answered",
        "INSERT ON forum_post",
        _IS_SHOWN,
        _ANSWER_COME,
    ),
    Trigger(
        "question_answer_erased",
        "DELETE ON forum_post",
        _WAS_SHOWN,
        _ANSWER_GONE,
    ),
    Trigger(
        "question_answer_changed",
        f"UPDATE OF {_POST_COLUMNS}, author_id, number ON forum_post",
        f"{_POST_CHANGED} OR {_any_differs('author_id', 'number')}",
        _ANSWER_GONE + _ANSWER_COME,
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    week = _WEEKS[connection.vendor]
    weeks = {f"{row.lower()}_week": week.format(row=row) for row in ("NEW", "OLD")}
    weeks["post_week"] = week.format(row="post")
    counting = [trigger._replace(body=trigger.body.format(**weeks)) for trigger in _COUNTING]
    replace_triggers(connection, "forum_weeklypostcount", counting)
    replace_triggers(connection, "forum_askedquestion", _ANSWERING)
