"""What stands beside a thread: who wrote in it, and other threads on its topic."""

from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    Min,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.utils.safestring import SafeString

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.expressions import IsOneOf, JoinedTexts
from accounts.base.fragment_cache import TemplateFragment
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum import visibility
from forum.spaces.queries import in_visible_spaces
from forum.threads.models import Post, Thread

#: How many others of a topic are shown.
MAX_RELATED = 4
#: How many who wrote are shown; they are looked for in so many of the last posts.
MAX_PARTICIPANTS, _POSTS_READ = 8, 200

_PARTICIPANTS_TEMPLATE = TemplateFragment("threads/thread.html", "participants")
_RELATED_TEMPLATE = TemplateFragment("threads/thread.html", "related")


class Participant(NamedTuple):
    """Someone who wrote in a thread, and for whom."""

    name: str
    url: str
    initials: str
    organisation: str
    colour: str


class RelatedThread(NamedTuple):
    """Another thread on the same topic; ``asked_by`` is an organisation, or a person."""

    thread: Thread
    asked_by: str


def render_participants(viewer: Viewer, thread: Thread) -> str:
    """Who wrote in ``thread``, read ``thread_for_page``: HTML that is the same for its readers.

    It is read anew only where the thread has changed, or what menus show, names among it.
    """
    key = thread.pk, thread.seq, thread.menu_version
    return _PARTICIPANTS_TEMPLATE.render(
        key, participants=lambda: _participants(viewer, thread)
    )


def render_related(viewer: Viewer, thread: Thread, states: str | None) -> str:
    """Up to ``MAX_RELATED`` others on the topic of ``thread`` that ``viewer`` sees, as HTML.

    Solved ones first, then the newest activity. ``states``: their ``related_states``, read
    just before; these threads are read only where nobody was shown the same ones as they are.
    """
    if not states:
        return SafeString()
    key = states, thread.menu_version
    if (html := _RELATED_TEMPLATE.get_many([key])[key]) is not None:
        return html
    rows = _RELATED.rows(viewer.rights, topic_id=thread.topic_id, pk=thread.pk)
    # Kept as what these rows are: others may have come since, that not all see.
    key = " ".join(f"{pk}:{seq}" for pk, seq, *_ in rows), thread.menu_version
    return _RELATED_TEMPLATE.render(
        key, related=lambda: [_related_from_row(row) for row in rows]
    )


def related_states(rights: Any, topic_id: int, pk: int) -> JoinedTexts:
    """The ids of the threads of ``render_related`` with the change that each is at.

    For any row; with the names in ``MenuVersion``, that is all that is shown of them.
    """
    said = Concat(
        Cast("pk", TextField()), Value(":"), Cast("seq", TextField()), output_field=TextField()
    )
    return JoinedTexts(_related(rights, topic_id, pk).annotate(said=said).values("said"))


def _related_from_row(row):
    pk, _seq, title, accepted_id, post_count, removed, author, organisation = row
    thread = Thread(
        pk=pk, title=title, accepted_id=accepted_id, post_count=post_count,
        removed_reply_count=removed,
    )  # fmt: skip
    return RelatedThread(thread, organisation or author)


def _participants(viewer, thread):
    first = max(1, thread.post_count - _POSTS_READ)
    rows = _PARTICIPANTS.rows(viewer.rights, thread_id=thread.pk, first=first)
    return [
        Participant(
            str(author),
            "" if author.is_former else author.get_absolute_url(),
            author.initials,
            organisation or "",
            colour or "",
        )
        for author, organisation, colour in (
            (User(pk=pk, full_name=name), organisation, colour)
            for pk, name, organisation, colour, _first in rows
        )
    ]


def _participants_queryset(rights: Any, thread_id: int, first: int) -> Any:
    """Those who opened the thread and who wrote from ``first`` on, with their organisations."""
    shown = Post.objects.visible_to(rights).filter(thread=thread_id)
    shown = shown.filter(Q(number=1) | Q(number__gte=first))
    rows = shown.values_list(
        "author_id", "author__full_name", "seat__organisation__name",
        "seat__organisation__college__colour",
    )  # fmt: skip
    return rows.annotate(first=Min("number")).order_by("first")[: MAX_PARTICIPANTS + 1]


def _related_queryset(rights: Any, topic_id: int, pk: int) -> Any:
    shown = (
        "accepted_id", "post_count", "removed_reply_count", "author__full_name",
        "seat__organisation__name",
    )  # fmt: skip
    return _related(rights, topic_id, pk).values_list("pk", "seq", "title", *shown)


def _related(rights, topic_id, pk):
    """Solved and recent threads are each found in an index, then read by their ids."""
    others = Thread.objects.visible_to(rights, _by_space_ids).filter(topic=topic_id)
    others = others.exclude(pk=pk).in_list_order().values("pk")
    recent, solved = others, others.filter(accepted__isnull=False)
    found = [Subquery(some[:MAX_RELATED]) for some in (solved, recent)]
    is_open = ExpressionWrapper(Q(accepted=None), BooleanField())
    rows = Thread.objects.visible_to(rights).filter(
        Q(IsOneOf(F("pk"), found[0])) | Q(IsOneOf(F("pk"), found[1]))
    )
    return rows.order_by(is_open, "-last_posted_at", "-pk")[:MAX_RELATED]


def _by_space_ids(viewer):
    return in_visible_spaces(viewer) & visibility.remaining_threads()


_PARTICIPANTS: CompiledQuery[Any] = CompiledQuery(_participants_queryset, "thread_id", "first")
_RELATED: CompiledQuery[Any] = CompiledQuery(_related_queryset, "topic_id", "pk")
