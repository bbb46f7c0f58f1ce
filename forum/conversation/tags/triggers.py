"""Database triggers that copy to taggings what lists filter and sort threads by.

Triggers, because threads change by many actions, and are also written by loaders. Who changes
a thread has locked it, and so its taggings are changed in turn.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_COLUMNS = (
    "space_id", "topic_id", "kind", "last_posted_at", "post_count",
    "removed_reply_count", "is_locked", "is_pinned", "accepted_id", "settled_at",
    "removed_at",
)  # fmt: skip
_FOLLOW = f"""
UPDATE forum_tagging SET {", ".join(f"{name} = NEW.{name}" for name in _COLUMNS)}
WHERE content_object_id = NEW.id;
"""  # noqa: S608
_COPY = f"""
UPDATE forum_tagging SET {", ".join(f"{name} = forum_thread.{name}" for name in _COLUMNS)}
FROM forum_thread
WHERE forum_tagging.id = NEW.id AND forum_thread.id = NEW.content_object_id;
"""  # noqa: S608
_TRIGGERS = (
    Trigger(
        "tagging_follows_thread",
        f"UPDATE OF {', '.join(_COLUMNS)} ON forum_thread",
        "TRUE",
        _FOLLOW,
    ),
    Trigger("tagging_added", "INSERT ON forum_tagging", "TRUE", _COPY),
    Trigger("tagging_moved", "UPDATE OF content_object_id ON forum_tagging", "TRUE", _COPY),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "forum_tagging", _TRIGGERS)
