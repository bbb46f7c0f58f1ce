"""Database triggers that tell when menus change (``MenuVersion``).

What changes a menu holds its row until it commits: a thread that is opened, moved or removed,
a group that is founded. These have locked what else they change by then
(``ThreadCount.add``), so that no two wait for each other.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, renew_cache_version, replace_triggers

_RENEW = renew_cache_version("forum_menuversion")


def _any_differs(*columns: str) -> str:
    """The condition that one of ``columns``, which are texts or numbers, changes."""
    return " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)


_SPACE_CHANGED = (
    _any_differs("slug", "name", "name_en", "audience", '"order"')
    + " OR COALESCE(OLD.college_id, 0) <> COALESCE(NEW.college_id, 0)"
    + " OR COALESCE(OLD.group_id, 0) <> COALESCE(NEW.group_id, 0)"
)
_TOPIC_CHANGED = _any_differs("slug", "name", "name_en", "icon", '"order"')
_COUNT_CHANGED = _any_differs("count", "topic_id", "space_id")
_TRIGGERS = (
    Trigger("menu_space_added", "INSERT ON forum_space", "TRUE", _RENEW),
    Trigger("menu_space_gone", "DELETE ON forum_space", "TRUE", _RENEW),
    Trigger("menu_space_changed", "UPDATE ON forum_space", _SPACE_CHANGED, _RENEW),
    Trigger("menu_topic_added", "INSERT ON forum_topic", "TRUE", _RENEW),
    Trigger("menu_topic_gone", "DELETE ON forum_topic", "TRUE", _RENEW),
    Trigger("menu_topic_changed", "UPDATE ON forum_topic", _TOPIC_CHANGED, _RENEW),
    Trigger("menu_count_added", "INSERT ON forum_threadcount", "NEW.count <> 0", _RENEW),
    Trigger("menu_count_gone", "DELETE ON forum_threadcount", "OLD.count <> 0", _RENEW),
    Trigger("menu_count_changed", "UPDATE ON forum_threadcount", _COUNT_CHANGED, _RENEW),
    # Who wrote in a thread is kept under the same version
    # (``forum/conversation/threads/side.py``).
    Trigger(
        "menu_person_renamed",
        "UPDATE OF full_name, photo ON accounts_user",
        _any_differs("full_name", "photo"),
        _RENEW,
    ),
    Trigger(
        "menu_organisation_renamed",
        "UPDATE OF name, college_id ON accounts_organisation",
        _any_differs("name", "college_id"),
        _RENEW,
    ),
    Trigger(
        "menu_college_changed",
        "UPDATE ON accounts_college",
        _any_differs("name", "name_en", "colour"),
        _RENEW,
    ),
)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers in this database."""
    replace_triggers(connection, "forum_menuversion", _TRIGGERS)
