"""A database trigger of sheets: one is deleted with the post that has its text.

A trigger, because posts are deleted in several ways: by their author, with an account.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers

_SHEET = "(SELECT id FROM forum_experiencesheet WHERE thread_id = NEW.thread_id)"
_PARTS = (
    "forum_sheetfigure", "forum_sheetauthor", "forum_sheetwriter", "forum_sheetreview",
    "forum_reviewcall", "forum_publicversion",
)  # fmt: skip
_VERSIONS = f"(SELECT id FROM forum_publicversion WHERE sheet_id IN {_SHEET})"  # noqa: S608
#: Locked first, as actions on a sheet and its public versions do.
_LOCK = "UPDATE forum_experiencesheet SET id = id WHERE thread_id = NEW.thread_id;"
_ERASE = f"{_LOCK} DELETE FROM forum_authorconsent WHERE version_id IN {_VERSIONS};"  # noqa: S608
_CALLS = f"(SELECT id FROM forum_reviewcall WHERE sheet_id IN {_SHEET})"  # noqa: S608
_ERASE += f"DELETE FROM forum_reviewcallrecipient WHERE call_id IN {_CALLS};"  # noqa: S608
_ERASE += f"UPDATE forum_storedfile SET sheet_id = NULL WHERE sheet_id IN {_SHEET};"  # noqa: S608
_ERASE += "".join(f"DELETE FROM {it} WHERE sheet_id IN {_SHEET};" for it in _PARTS)  # noqa: S608

TRIGGERS = (
    Trigger(
        "sheet_deleted",
        "UPDATE OF deleted_at ON forum_post",
        "NEW.number = 1 AND NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL",
        f"{_ERASE} DELETE FROM forum_experiencesheet WHERE thread_id = NEW.thread_id;"  # noqa: S608
        " UPDATE forum_thread SET has_sheet = FALSE, sheet_figures = ''"
        " WHERE id = NEW.thread_id AND has_sheet;",
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the trigger in this database."""
    replace_triggers(connection, "forum_experiencesheet", TRIGGERS)
