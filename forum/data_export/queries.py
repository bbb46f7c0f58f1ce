"""All that the database holds about a person.

Each model declares what is taken along of it (``accounts/base/data_export.py``); a test finds
the foreign keys to a person of which nothing is. Secrets are left out.
"""

from typing import Any

from accounts.base.data_export import WRITER, export_sections
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.threads.own_posts import visible_titles

_USER_FIELDS = (
    "email", "joined_at", "last_login", "is_animator", "is_staff", "suspended_at",
    "inbox_read_at",
)  # fmt: skip


def personal_data(person: User, viewer: Viewer) -> dict[str, Any]:
    """All of it, for JSON; ``viewer`` is the person.

    Threads are given by their titles, None where the person may not read them today. Nor are
    words of theirs then that somebody else wrote since: what the person wrote themselves is
    among former versions.
    """
    data: dict[str, Any] = {"name": person.full_name}
    data |= {name: getattr(person, name) for name in _USER_FIELDS}
    found = [(section, section.rows_of(model, person)) for model, section in export_sections()]
    in_threads = [row for _section, rows in found for row in rows if "thread" in row]
    titles = visible_titles(viewer, {row["thread"] for row in in_threads})
    for section, rows in found:
        for row in rows:
            writer, thread = row.pop(WRITER, None), row.get("thread")
            is_shut = thread is not None and thread not in titles
            if is_shut and writer not in (None, person.pk):
                row |= dict.fromkeys(section.words.split())
            if "thread" in row:
                row["thread"] = titles.get(thread)
    return data | {section.name: rows for section, rows in found}
