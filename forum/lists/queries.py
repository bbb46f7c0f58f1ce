"""What home shows besides its list."""

from collections.abc import Sequence
from html import unescape
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.html import strip_tags
from django.utils.text import Truncator

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import PAGE_SIZE
from accounts.viewers.viewers import Rights, Viewer
from forum.models import Post, Thread
from forum.threads.models import ThreadKind

#: Characters of an answer that are shown, and of its HTML that are looked at for them.
_EXCERPT_LENGTH, _HTML_LENGTH = 130, 2000


class Exchange(NamedTuple):
    """What someone asked or told, and the beginning of what someone else answered.

    ``asked_by`` and ``answered_by`` are organisations, or people who wrote in their own name.
    """

    title: str
    url: str
    asked_by: str
    answer: str
    answered_by: str
    is_accepted: bool


def exchange_among(viewer: Viewer | Rights, pks: Sequence[int]) -> Exchange | None:
    """Of the threads ``pks``, a page at most, the solved question that was last posted in.

    Else the thread in which someone last answered, and None where nobody did.
    """
    thread = pks and _THREAD.first(viewer.rights, **id_values(pks, PAGE_SIZE))
    if not thread:
        return None
    written = {"thread_id": thread.pk, "author_id": thread.author_id}
    post = _ANSWER.first(viewer.rights, thread.accepted_id is not None, **written)
    if post is None:
        return None
    text = " ".join(unescape(strip_tags(post.html[:_HTML_LENGTH])).split())
    return Exchange(
        thread.title,
        thread.get_absolute_url(),
        _byline(thread),
        Truncator(text).chars(_EXCERPT_LENGTH, truncate="…"),
        _byline(post),
        thread.accepted_id == post.pk,
    )


def _byline(row):
    return str(row.seat.organisation if row.seat else row.author)


def _thread_queryset(rights, **pks):
    found = Thread.objects.visible_to(rights).filter(pk__in=pks.values(), post_count__gt=1)
    found = found.exclude(kind=ThreadKind.ANNOUNCEMENT)
    is_open = ExpressionWrapper(Q(accepted=None), BooleanField())
    found = found.annotate(is_open=is_open).order_by("is_open", "-last_posted_at", "-pk")
    return found.select_related("author", "seat__organisation")[:1]


def _answer_queryset(rights, is_accepted, thread_id, author_id):
    found = Post.objects.visible_to(rights).filter(thread=thread_id)
    by_others = ~Q(author=author_id)
    found = found.filter(Q(is_accepted=True) if is_accepted else by_others)
    return found.select_related("author", "seat__organisation").order_by("number")[:1]


_THREAD = CompiledQuery[Thread](_thread_queryset, *id_names(PAGE_SIZE))
_ANSWER = CompiledQuery[Post](_answer_queryset, "thread_id", "author_id")
