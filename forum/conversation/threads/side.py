"""What stands beside a thread: who wrote in it."""

from typing import Any, NamedTuple

from django.db.models import Min, Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.fragment_cache import TemplateFragment
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.threads.models import Post, Thread

#: How many who wrote are shown; they are looked for in so many of the last posts.
MAX_PARTICIPANTS, _POSTS_READ = 8, 200

_PARTICIPANTS_TEMPLATE = TemplateFragment("conversation/threads/thread.html", "participants")


class Participant(NamedTuple):
    """Someone who wrote in a thread, and for whom."""

    name: str
    url: str
    initials: str
    photo_address: str
    organisation: str
    colour: str


def render_participants(viewer: Viewer, thread: Thread) -> str:
    """Who wrote in ``thread``, read ``thread_for_page``: HTML that is the same for its readers.

    It is read anew only where the thread has changed, or what menus show, names among it.
    """
    key = thread.pk, thread.seq, thread.menu_version
    return _PARTICIPANTS_TEMPLATE.render(
        key, participants=lambda: _participants(viewer, thread)
    )


def _participants(viewer: Viewer, thread: Thread) -> list[Participant]:
    first = max(1, thread.post_count - _POSTS_READ)
    rows = _PARTICIPANTS.rows(viewer.rights, thread_id=thread.pk, first=first)
    return [
        Participant(
            str(author),
            "" if author.is_former else author.get_absolute_url(),
            author.initials,
            author.photo_address,
            organisation or "",
            colour or "",
        )
        for author, organisation, colour in (
            (User(pk=pk, full_name=name, photo=photo), organisation, colour)
            for pk, name, photo, organisation, colour, _first in rows
        )
    ]


def _participants_queryset(
    rights: Rights, thread_id: int, first: int
) -> QuerySet[Post, tuple[Any, ...]]:
    """Those who opened the thread and who wrote from ``first`` on, with their organisations."""
    shown = Post.objects.visible_to(rights).filter(thread=thread_id)
    shown = shown.filter(Q(number=1) | Q(number__gte=first))
    rows = shown.values_list(
        "author_id", "author__full_name", "author__photo", "seat__organisation__name",
        "seat__organisation__college__colour",
    )  # fmt: skip
    return rows.annotate(first=Min("number")).order_by("first")[: MAX_PARTICIPANTS + 1]


_PARTICIPANTS = CompiledQuery(_participants_queryset, "thread_id", "first")
