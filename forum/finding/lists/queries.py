"""What home shows besides its list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import PAGE_SIZE
from accounts.base.text import excerpt
from accounts.charter.register import count_member_territories, count_members
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import markup, visibility
from forum.conversation.follows.models import unread_posts
from forum.conversation.follows.unread import last_read_numbers
from forum.conversation.inbox.waiting import waiting_for
from forum.conversation.threads.kinds import UNANSWERED, ThreadKind, resolved
from forum.library.sheets.public_versions.queries import (
    count_public_sheets,
    latest_public_versions,
)
from forum.models import Expertise, Follow, Post, Thread

if TYPE_CHECKING:
    from forum.conversation.threads.querysets import ThreadQuerySet


#: What home says that waits; where there is more, it leads to the inbox.
MAX_ITEMS = 5
_MAX_QUESTIONS = 3
#: Public sheets that a guest is shown, and titles of solved questions.
_MAX_SHEETS, _MAX_TITLES = 3, 4
#: Characters of an answer that are shown, and of its HTML that are looked at for them.
_EXCERPT_LENGTH, _HTML_LENGTH = 90, 2000


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

    Else the question, or thread, in which someone last answered; None where nobody did. What
    someone told is most often asked about: then it is their own answer that is shown.
    """
    thread = pks and _THREAD.first(viewer.rights, **id_values(pks, PAGE_SIZE))
    if not thread:
        return None
    values = {"thread_id": thread.pk, "author_id": thread.author_id}
    is_question = thread.kind == ThreadKind.QUESTION
    which = "accepted" if thread.accepted_id else "others" if is_question else "author"
    post = _ANSWER.first(viewer.rights, which, **values)
    if post is None:
        return None
    text = markup.plain_text(post.html[:_HTML_LENGTH])
    return Exchange(
        thread.title,
        thread.get_absolute_url(),
        _byline(thread),
        excerpt(text, _EXCERPT_LENGTH),
        _byline(post),
        thread.accepted_id == post.pk,
    )


def public_figures() -> dict[str, Any]:
    """What a guest's home says of the network: its size, its latest public sheets."""
    return {
        "organisation_count": count_members(),
        "territory_count": count_member_territories(),
        "sheet_count": count_public_sheets(),
        "versions": latest_public_versions(_MAX_SHEETS),
    }


def solved_titles(viewer: Viewer | Rights) -> list[Any]:
    """The latest titles that anybody reads of questions solved where ``viewer`` reads not.

    Each a ``title`` with ``topic__name`` and ``topic__name_en``.
    """
    return _SOLVED.rows(viewer.rights)


class WaitingItem(NamedTuple):
    """One thing that waits for someone, the page on which they act, and maybe since when."""

    text: str
    url: str
    at: datetime | None = None


def waiting_items(person: User, viewer: Viewer, state: Any) -> list[WaitingItem]:
    """What waits for ``person``, who looks as ``viewer``: ``MAX_ITEMS`` and one at most.

    What only they can do first, then answers to what they asked and other news of what they
    follow, then questions on the topics that they know. ``state`` is of ``menu_state_of``.
    """
    version = state.own_changes, state.shared_changes
    notifications = waiting_for(person, viewer, version)
    items = [
        WaitingItem(notification.text, notification.url, notification.at)
        for notification in notifications
    ]
    if unread := last_read_numbers(state.unread_follows):
        items += _news_of_follows(viewer, len(unread))
    if viewer.is_member:
        items += _questions_to_answer(viewer, {item.url for item in items})
    return items[: MAX_ITEMS + 1]


def _news_of_follows(viewer: Viewer, unread: int) -> Iterator[WaitingItem]:
    """Answers to what the person asked, each; of other followed threads, how many have news."""
    follows = _ANSWERED.rows(viewer.rights, MAX_ITEMS, person_id=viewer.person_id)
    for follow in follows:
        post = Post(thread=follow.thread, number=follow.first)
        text = _("On a répondu à « %(title)s ».") % {"title": follow.thread.title}
        yield WaitingItem(text, post.page_url(), follow.thread.last_posted_at)
    if others := max(0, unread - len(follows)):
        text = ngettext(
            "%(n)d fil que vous suivez a du nouveau.",
            "%(n)d fils que vous suivez ont du nouveau.",
            others,
        )
        yield WaitingItem(text % {"n": others}, reverse("inbox"))


def _questions_to_answer(viewer: Viewer, urls: set[Any]) -> Iterator[WaitingItem]:
    """Those whose URL is not among ``urls``, where the person is asked already."""
    for thread in _TO_ANSWER.rows(viewer.rights, person_id=viewer.person_id):
        if thread.get_absolute_url() in urls:
            continue
        values = {"title": thread.title, "topic": str(thread.topic)}
        text = _("Vous connaissez « %(topic)s » : « %(title)s » attend une réponse.") % values
        yield WaitingItem(text, f"{thread.get_absolute_url()}#repondre", thread.created_at)


def _byline(row: Post | Thread) -> str:
    return str(row.seat.organisation if row.seat else row.author)


def _thread_queryset(rights: Rights, **pks: Any) -> ThreadQuerySet:
    threads = Thread.objects.visible_to(rights).filter(pk__in=pks.values(), post_count__gt=1)
    threads = threads.exclude(kind=ThreadKind.ANNOUNCEMENT)
    is_open = ExpressionWrapper(~resolved(), BooleanField())
    is_told = ExpressionWrapper(~Q(kind=ThreadKind.QUESTION), BooleanField())
    annotations = {"is_open": is_open, "is_told": is_told}
    threads = threads.annotate(**annotations)
    threads = threads.order_by(*annotations, "-last_posted_at", "-pk")
    return threads.select_related("author", "seat__organisation")[:1]


def _solved_queryset(rights: Rights) -> QuerySet[Thread, Any]:
    threads = Thread.objects.visible_to(rights, visibility.public_titles)
    threads = threads.order_by("-last_posted_at", "-pk")
    columns = "title", "topic__name", "topic__name_en"
    return threads.values_list(*columns, named=True)[:_MAX_TITLES]


def _answered_queryset(rights: Rights, limit: int, person_id: int) -> QuerySet[Follow]:
    """The follows with news of what the person asked, or was handed over to them."""
    condition = Q(thread__author=person_id) | Q(thread__assignee__person=person_id)
    viewer = Viewer(*rights, person_id=person_id)
    follows = Follow.objects.of_viewer(viewer).with_unread().filter(condition)
    annotations = {"first": Subquery(unread_posts()[:1])}
    follows = follows.annotate(**annotations).select_related("thread")
    return follows.order_by("-thread__last_posted_at", "-pk")[:limit]


def _to_answer_queryset(rights: Rights, person_id: int) -> ThreadQuerySet:
    """The newest questions of others without a reply, where one writes, on what one knows."""
    known = Expertise.objects.filter(person=person_id).values("topic")
    questions = Thread.objects.visible_to(rights).filter(
        UNANSWERED, visibility.writable_spaces(rights, "space__"), topic__in=known
    )
    questions = questions.exclude(author=person_id).select_related("topic").in_list_order()
    return questions[:_MAX_QUESTIONS]


def _answer_queryset(
    rights: Rights, which: str, thread_id: int, author_id: int
) -> QuerySet[Post]:
    posts = Post.objects.visible_to(rights).filter(thread=thread_id)
    posts = posts.select_related("author", "seat__organisation")
    if which == "author":
        annotations = {"is_other": ExpressionWrapper(~Q(author=author_id), BooleanField())}
        posts = posts.annotate(**annotations).filter(number__gt=1)
        return posts.order_by(*annotations, "number")[:1]
    by_others = ~Q(author=author_id)
    posts = posts.filter(Q(is_accepted=True) if which == "accepted" else by_others)
    return posts.order_by("number")[:1]


_THREAD = CompiledQuery[Thread](_thread_queryset, *id_names(PAGE_SIZE))
_SOLVED = CompiledQuery[Any](_solved_queryset)
_ANSWERED = CompiledQuery[Any](_answered_queryset, "person_id")
_TO_ANSWER = CompiledQuery[Thread](_to_answer_queryset, "person_id")
_ANSWER = CompiledQuery[Post](_answer_queryset, "thread_id", "author_id")
