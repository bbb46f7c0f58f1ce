"""Database triggers of posts: accepted answers, replies not shown, sources, former versions.

Triggers, because accepted answers are also written by loaders, and replies cease to be shown
in several ways. Who changes a thread or its posts has locked the thread.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers
from forum.conversation.threads import move_triggers

_MARK = """
UPDATE forum_post SET is_accepted = FALSE WHERE id = OLD.accepted_id;
UPDATE forum_post SET is_accepted = TRUE WHERE id = NEW.accepted_id;
"""
_COUNT = """
UPDATE forum_thread SET removed_reply_count = removed_reply_count {change} 1
WHERE id = NEW.thread_id;
"""
_SHOWN = (
    "({row}.hidden_at IS NULL AND {row}.deleted_at IS NULL AND {row}.withheld_move_id IS NULL"
    " AND {row}.held_at IS NULL)"
)
_WAS_SHOWN, _IS_SHOWN = _SHOWN.format(row="OLD"), _SHOWN.format(row="NEW")
_CHANGED = "UPDATE OF hidden_at, deleted_at, withheld_move_id, held_at ON forum_post"
_MOVED = "UPDATE OF thread_id ON forum_post"
_OTHER_THREAD = "OLD.thread_id <> NEW.thread_id"
_COUNTING = (
    Trigger(
        "reply_removed",
        _CHANGED,
        f"NEW.number > 1 AND {_WAS_SHOWN} AND NOT {_IS_SHOWN}",
        _COUNT.format(change="+"),
    ),
    Trigger(
        "reply_restored",
        _CHANGED,
        f"NEW.number > 1 AND {_IS_SHOWN} AND NOT {_WAS_SHOWN}",
        _COUNT.format(change="-"),
    ),
    Trigger(
        "reply_written_removed",
        "INSERT ON forum_post",
        f"NEW.number > 1 AND NOT {_IS_SHOWN}",
        _COUNT.format(change="+"),
    ),
    # Both threads count anew: the first post of the one may be a reply in the other.
    Trigger(
        "removed_reply_left",
        _MOVED,
        f"{_OTHER_THREAD} AND OLD.number > 1 AND NOT {_WAS_SHOWN}",
        _COUNT.format(change="-").replace("NEW.", "OLD."),
    ),
    Trigger(
        "removed_reply_came",
        _MOVED,
        f"{_OTHER_THREAD} AND NEW.number > 1 AND NOT {_IS_SHOWN}",
        _COUNT.format(change="+"),
    ),
)
_HAND_ON = """
INSERT INTO accounts_authorrecord (category, person_id, post_id, operation, at, content)
VALUES ('connection', {person}, NEW.id, {operation}, {at}, NEW.source);
UPDATE forum_post SET source = '' WHERE id = NEW.id;
"""
_DELETED = "OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL"
#: Where a post comes from is kept with what no page reads, and by the same statement.
_SOURCES = (
    Trigger(
        "post_source_added",
        "INSERT ON forum_post",
        "NEW.source <> ''",
        _HAND_ON.format(operation="'posted'", at="NEW.created_at", person="NEW.author_id"),
    ),
    Trigger(
        "post_source_changed",
        "UPDATE OF source ON forum_post",
        "NEW.source <> ''",
        _HAND_ON.format(
            operation=f"CASE WHEN {_DELETED} THEN 'deleted' ELSE 'edited' END",
            at="COALESCE(NEW.deleted_at, NEW.edited_at, NEW.created_at)",
            # Who edits a wiki post is not its author, who alone deletes it.
            person=f"CASE WHEN {_DELETED} THEN NEW.author_id"
            " ELSE COALESCE(NEW.edited_by_id, NEW.author_id) END",
        ),
    ),
)
#: Whoever deletes what they wrote deletes what it said before, by whichever way.
_REVISIONS = (
    Trigger(
        "revisions_of_deleted_post",
        "UPDATE OF deleted_at ON forum_post",
        "NEW.deleted_at IS NOT NULL",
        "DELETE FROM forum_revision WHERE post_id = NEW.id;",
    ),
)
#: So does what they would have had it say. What waits of a thread is not of another.
_HELD_EDITS = (
    Trigger(
        "held_edits_of_deleted_post",
        "UPDATE OF deleted_at ON forum_post",
        "NEW.deleted_at IS NOT NULL",
        "DELETE FROM forum_heldedit WHERE post_id = NEW.id;",
    ),
    Trigger(
        "held_edits_of_moved_post",
        _MOVED,
        _OTHER_THREAD,
        "DELETE FROM forum_heldedit WHERE post_id = NEW.id AND part <> 'text';",
    ),
)
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
    replace_triggers(connection, "forum_thread", _COUNTING)
    replace_triggers(connection, "accounts_authorrecord", _SOURCES)
    replace_triggers(connection, "forum_revision", _REVISIONS)
    replace_triggers(connection, "forum_heldedit", _HELD_EDITS)
    move_triggers.install_triggers(connection)
