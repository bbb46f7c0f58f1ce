"""All that the database holds about a person, and their own posts.

Each model declares what is taken along of it (``accounts/base/data_export.py``); a test finds
the foreign keys to a person of which nothing is. Secrets are left out.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import QuerySet

from accounts.base.data_export import export_sections
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum import visibility
from forum.models import Post, Thread
from forum.threads.queries import held_posts

_USER_FIELDS = (
    "email", "joined_at", "last_login", "is_animator", "is_staff", "suspended_at",
    "inbox_read_at",
)  # fmt: skip


class _InThread(Protocol):
    thread_id: int
    thread: Thread


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
    titles = _visible_titles(viewer, {row["thread"] for row in rows})
    for row in rows:
        row["thread"] = titles.get(row["thread"])
    return data | sections


def own_posts(viewer: Viewer) -> QuerySet[Post]:
    """The viewer's own posts, with their threads, the newest first."""
    own = Post.objects.visible_to(viewer, visibility.own_posts).select_related("thread")
    return own.order_by("-created_at", "-pk")


def with_visible_titles[Row: _InThread](
    viewer: Viewer, rows: Iterable[Row]
) -> list[tuple[Row, str | None]]:
    """Each of ``rows`` with its thread's title, None where ``viewer`` may not read it."""
    rows = list(rows)
    titles = _visible_titles(viewer, {row.thread_id for row in rows})
    return [(row, titles.get(row.thread_id)) for row in rows]


def _visible_titles(viewer: Viewer, thread_ids: set[int]) -> dict[int, str]:
    """``{thread id: title}`` of those threads that ``viewer`` may read.

    Those among them that they began and whose first post waits or is hidden.
    """
    threads = Thread.objects.visible_to(viewer).filter(pk__in=thread_ids)
    titles = dict(threads.values_list("pk", "title"))
    held = Post.objects.visible_to(viewer, held_posts)
    posts = held | Post.objects.visible_to(viewer, visibility.hidden_posts)
    own = posts.filter(thread__in=thread_ids, author=viewer.person_id, number=1)
    return titles | dict(own.values_list("thread", "thread__title"))
