"""What is unread: how many followed threads, for the badge, and which threads of a list.

What a viewer may no longer see counts for nothing, and counts again when the right is back.
Nothing is counted ahead: a reply costs the same whether nobody follows or a thousand do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.expressions import JoinedValues
from accounts.base.pagination import PAGE_SIZE
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.follows.models import WAITS_FOR_NEWS, Follow, ThreadRead, muted_author
from forum.models import Thread

#: A badge says no more than this, so that one query never counts for long.
MAX_UNREAD = 99
#: Followers of a thread that are read whole, rather than asked for one by one.
MAX_FOLLOWERS_READ = 1000


def unread_count(viewer: Viewer) -> int:
    """How many followed threads have news for ``viewer``, ``MAX_UNREAD`` at most."""
    if not viewer.is_registered:
        return 0
    return len(_UNREAD_QUERY.rows(viewer.rights, MAX_UNREAD, person_id=viewer.person_id))


def unread_threads(viewer: Viewer, pks: Sequence[int]) -> list[int]:
    """Those of the threads ``pks``, a page at most, that are unread to ``viewer``.

    One query. A followed thread is unread as in ``unread_count``. Another one is where somebody
    else started it since the last visit, until it is opened.
    """
    if not (viewer.is_registered and pks):
        return []
    values = id_values(pks, PAGE_SIZE)
    rows = _UNREAD_THREADS.rows(viewer.rights, person_id=viewer.person_id, **values)
    return [pk for (pk,) in rows]


def unread_counts(viewers: Iterable[Viewer]) -> dict[int, int]:
    """``{person id: unread}`` of all ``viewers`` with a person, in a query a kind of viewer."""
    counts = {viewer.person_id: 0 for viewer in viewers if viewer.person_id}
    people: dict[Rights, set[int]] = {}
    for viewer in viewers:
        if viewer.is_registered:
            people.setdefault(viewer.rights, set()).add(viewer.person_id or 0)
    for rights, ids in people.items():
        follows = Follow.objects.visible_to(rights).filter(person__in=ids).with_unread()
        counted = follows.values_list("person").annotate(threads=Count("pk")).order_by()
        counts |= {person: min(threads, MAX_UNREAD) for person, threads in counted}
    return counts


def last_read_of_unread(threads: Mapping[int, Iterable[int]]) -> dict[int, dict[int, int]]:
    """``{person id: {thread id: last post read}}`` of follows with an unread post.

    ``threads``: of each person, ids of some that they see. One query, and none without any.
    """
    last_read: dict[int, dict[int, int]] = {person: {} for person in threads}
    pks = {pk for of_person in threads.values() for pk in of_person}
    if pks:
        follows = Follow.objects.filter(person__in=threads, thread__in=pks).with_unread()
        rows = follows.order_by().values_list("person", "thread", "last_read_number")
        for person, thread, number in rows:
            last_read[person][thread] = number
    return last_read


def followers_among(thread_id: int, person_ids: Iterable[int]) -> set[int]:
    """Those of ``person_ids`` that follow the thread, whether or not they still see it."""
    followers = _FOLLOWERS_QUERY.rows(thread_id=thread_id)
    if len(followers) > MAX_FOLLOWERS_READ:  # Too many to read them all for each reply.
        among = Follow.objects.filter(thread=thread_id, person__in=person_ids)
        followers = list(among.values_list("person", flat=True))
    return set(followers).intersection(person_ids)


def unread_follows(rights: Rights, person_id: int) -> JoinedValues:
    """The person's follows with news in threads that ``rights`` see, ``MAX_UNREAD`` at most.

    As a text that ``last_read_numbers`` reads.
    """
    own = _with_news(rights, person_id)
    thread, number = (Cast(it, TextField()) for it in ("thread_id", "last_read_number"))
    return JoinedValues(
        own.values(value=Concat(thread, Value(" ", TextField()), number))[:MAX_UNREAD]
    )


def last_read_numbers(follows: str | None) -> dict[int, int]:
    """``{thread id: last post read}`` of what ``unread_follows`` gave."""
    pairs = (it.split() for it in (follows or "").split(",") if it)
    return {int(thread): int(number) for thread, number in pairs}


def _unread_follows(rights: Rights, limit: int, person_id: int) -> QuerySet[Follow, tuple[int]]:
    return _with_news(rights, person_id).values_list("pk")[:limit]


def _with_news(rights: Rights, person_id: int) -> QuerySet[Follow]:
    return Follow.objects.filter(WAITS_FOR_NEWS, person=person_id).with_news(rights)


def _unread_threads(rights: Rights, person_id: int, **pks: int) -> QuerySet[Thread, tuple[int]]:
    own = {"person": person_id, "thread": OuterRef("pk")}
    last_visit_at = User.objects.filter(pk=person_id).values("last_visit_at")
    is_new = Q(created_at__gt=Subquery(last_visit_at)) & ~Q(author=person_id)
    is_new &= Q(kind="announcement") | ~Q(muted_author(person_id))
    for model in (Follow, ThreadRead):
        is_new &= Q(~Exists(model.objects.filter(**own)))
    has_news = Q(Exists(Follow.objects.filter(**own).with_unread()))
    threads = Thread.objects.visible_to(rights).filter(has_news | is_new, pk__in=pks.values())
    return threads.order_by().values_list("pk")


def _followers_of_thread(thread_id: int) -> QuerySet[Follow, int]:
    rows = Follow.objects.filter(thread=thread_id).order_by()
    return rows.values_list("person", flat=True)[: MAX_FOLLOWERS_READ + 1]


_UNREAD_QUERY = CompiledQuery(_unread_follows, "person_id")
_UNREAD_THREADS = CompiledQuery(_unread_threads, "person_id", *id_names(PAGE_SIZE))
_FOLLOWERS_QUERY = CompiledQuery(_followers_of_thread, "thread_id")  # Every reply asks this.
