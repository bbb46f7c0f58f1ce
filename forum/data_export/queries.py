"""All that the database holds about a person.

Each model declares what is taken along of it (``accounts/base/data_export.py``); a test finds
the foreign keys to a person of which nothing is. Secrets are left out.
"""

from typing import Any

from accounts.base.data_export import export_sections
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.threads.own_posts import visible_titles

_USER_FIELDS = (
    "email", "joined_at", "last_login", "is_animator", "is_staff", "suspended_at",
    "inbox_read_at",
)  # fmt: skip


def personal_data(person: User, viewer: Viewer) -> dict[str, Any]:
    """All of it, for JSON; ``viewer`` is the person.

    Threads are given by their titles, None where the person may not read them today.
    """
    data: dict[str, Any] = {"name": person.full_name}
    data |= {name: getattr(person, name) for name in _USER_FIELDS}
    sections = {
        section.name: section.rows_of(model, person) for model, section in export_sections()
    }
    rows = [row for rows in sections.values() for row in rows if "thread" in row]
    titles = visible_titles(viewer, {row["thread"] for row in rows})
    for row in rows:
        row["thread"] = titles.get(row["thread"])
    return data | sections
