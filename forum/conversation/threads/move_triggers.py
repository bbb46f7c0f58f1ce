"""Database triggers that lead what names a thread to where its posts went.

Triggers, because the tables are those of features that know nothing of moves. Rows about a post
also name its thread: they go with the post. Rows about a thread that is merged into another go
with the thread, so that nothing is looked for where nothing is left.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

#: Each with what else becomes of its rows. A version that those who read the former thread no
#: longer read is not for those of the new one either.
_TABLES_OF_POSTS = {
    "forum_measure": "",
    "forum_report": "",
    "forum_revision": "is_withheld = is_withheld OR COALESCE(edited_at <="
    " (SELECT moved_at FROM forum_thread WHERE id = OLD.thread_id), FALSE), ",
}
_TABLES_OF_THREADS = (
    "forum_report", "forum_postdraft", "forum_quarantinedmail", "forum_archivedthread",
)  # fmt: skip
#: A thread has one row of its accepted answer; that of the other thread stays, if it has any.
_ACCEPTED_ANSWER = Trigger(
    "forum_acceptedanswer_of_moved_post",
    "UPDATE OF thread_id ON forum_post",
    "OLD.thread_id <> NEW.thread_id",
    "UPDATE forum_acceptedanswer SET thread_id = NEW.thread_id WHERE post_id = NEW.id"
    " AND NOT EXISTS (SELECT 1 FROM forum_acceptedanswer WHERE thread_id = NEW.thread_id);",
)
_MERGED = "UPDATE OF merged_into_id ON forum_thread", "NEW.merged_into_id IS NOT NULL"


def _of_post(table: str, changes: str) -> Trigger:
    return Trigger(
        f"{table}_of_moved_post",
        "UPDATE OF thread_id ON forum_post",
        "OLD.thread_id <> NEW.thread_id",
        f"UPDATE {table} SET {changes}thread_id = NEW.thread_id"  # noqa: S608
        " WHERE post_id = NEW.id;",
    )


def _of_thread(table: str) -> Trigger:
    return Trigger(
        f"{table}_of_merged_thread",
        *_MERGED,
        f"UPDATE {table} SET thread_id = NEW.merged_into_id"  # noqa: S608
        " WHERE thread_id = NEW.id;",
    )


#: What was merged into a thread that is merged in its turn leads on. On PostgreSQL the trigger
#: fires for those rows as well; on SQLite it need not, since nothing names them any more.
_LEAD_ON = Trigger(
    "merged_threads_of_merged_thread",
    *_MERGED,
    "UPDATE forum_thread SET merged_into_id = NEW.merged_into_id"
    " WHERE merged_into_id = NEW.id;",
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    for table, changes in _TABLES_OF_POSTS.items():
        replace_triggers(connection, table, [_of_post(table, changes)])
    for table in _TABLES_OF_THREADS:
        replace_triggers(connection, table, [_of_thread(table)])
    replace_triggers(connection, "forum_acceptedanswer", [_ACCEPTED_ANSWER])
    replace_triggers(connection, "forum_thread", [_LEAD_ON])
