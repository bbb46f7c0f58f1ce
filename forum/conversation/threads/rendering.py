"""Posts, and the parts of a page about their thread, as every page shows them.

They are rendered once for everyone and kept in the fragment cache.
"""

from collections.abc import Callable, Collection, Hashable
from functools import cache, partial
from typing import Any

from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery, id_names, padded_id_values
from accounts.base.fragment_cache import TemplateFragment, row_values
from accounts.base.pagination import elided_page_numbers
from accounts.models import Seat
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.base.readership import Readership
from forum.base.spaces.models import Space
from forum.conversation.threads.display_fields import display_fields
from forum.conversation.threads.link_previews import LONE_LINK_START, with_link_previews
from forum.conversation.threads.models import PAGE_SIZE, Post, Thread
from forum.conversation.threads.post_marks import PostMark, marking_models, post_marks_of
from forum.conversation.threads.querysets import PostQuerySet
from forum.conversation.threads.thread_parts import SeenPart, part_fields

_PART_TEMPLATES = {
    f"thread-{part}": TemplateFragment("conversation/threads/thread.html", part)
    for part in ("head", "foot")
}
_DESCRIPTION_TEMPLATE = TemplateFragment("conversation/threads/thread.html", "description")
_BEFORE_TEMPLATE = TemplateFragment("conversation/threads/thread.html", "before_posts")
_AFTER_TEMPLATE = TemplateFragment("conversation/threads/thread.html", "after_posts")
_SIDE_TEMPLATE = TemplateFragment("conversation/threads/thread.html", "side")
_POST_TEMPLATE = TemplateFragment("conversation/threads/thread.html", "post")
_POST_FIELDS = display_fields(Post)
_PK_INDEX, _NUMBER_INDEX = _POST_FIELDS.index("id"), _POST_FIELDS.index("number")
_FIELD_COUNT = len(_POST_FIELDS)
#: All posts of visible threads: open pages are told, too, which of them were undone.
_WITH_UNDONE = partial(visibility.threads, prefix="thread__")


def render_header_and_footer(thread: Thread) -> dict[str, str]:
    """``{element id: HTML}`` of the parts about ``thread``, read ``with_display_fields``."""
    row = row_values(thread, _thread_fields())
    return {name: part.render(row, thread=thread) for name, part in _PART_TEMPLATES.items()}


def render_readers(space: Space, readership: Readership) -> dict[str, str]:
    """Who reads ``space``, as open pages are told: ``summary``, ``stamp``, ``html``."""
    context = {"space": space, "readership": readership}
    html = render_to_string("components/space_readership.html", context)
    return {"summary": readership.summary, "stamp": readership.stamp, "html": html}


def render_page_parts(
    thread: Thread,
    number: int,
    readership: Readership,
    seen_parts: tuple[SeenPart, ...],
    undoable_id: int | None,
    **beside: Hashable,
) -> dict[str, str]:
    """The parts of page ``number`` of ``thread``, read ``with_display_fields``, but its posts.

    By their names in the template: ``description``, ``before_posts``, ``after_posts`` and
    ``side``. ``seen_parts``: those of the thread (``thread_parts.py``). ``undoable_id``: the
    post that the page offers to undo. ``beside`` is what the side shows besides these, the
    thread and who reads it.
    """
    row = row_values(thread, _thread_fields())

    def part(name: str) -> Callable[[], str]:
        return lambda: _PART_TEMPLATES[name].render(row, thread=thread)

    page = {"number": number, "first": (number - 1) * PAGE_SIZE + 1, "last": number * PAGE_SIZE}
    numbers = elided_page_numbers(number, thread.last_page)
    beside |= {"number": number, "readership": readership, "seen_parts": seen_parts}
    return {
        "description": _DESCRIPTION_TEMPLATE.render(row, thread=thread),
        "before_posts": _BEFORE_TEMPLATE.render(
            (row, number, readership, seen_parts), thread=thread, readership=readership,
            seen_parts=seen_parts, head=part("thread-head"), **page,
        ),
        "after_posts": _AFTER_TEMPLATE.render(
            (row, number, undoable_id), thread=thread, undoable_id=undoable_id,
            number=number, numbers=numbers, foot=part("thread-foot"),
        ),
        "side": _SIDE_TEMPLATE.render((row, *beside.items()), thread=thread, **beside),
    }  # fmt: skip


def render_posts_between(
    viewer: Viewer, thread: Thread, first: int, last: int
) -> tuple[str, list[tuple[str, int]]]:
    """The articles of the posts numbered ``first`` to ``last`` of ``thread``, in order.

    And ``(mark, post number)`` of all marks for ``viewer`` on them (``post_marks.py``). The
    words are read of those only that are not kept.
    """
    marked_rows = _ROWS_BETWEEN.rows(
        viewer.rights, marking_models(), viewer.is_registered,
        thread_id=thread.pk, first=first, last=last, person_id=viewer.person_id or 0,
    )  # fmt: skip
    rows = [row[:_FIELD_COUNT] for row in marked_rows]
    marks = [
        (mark.name, row[_NUMBER_INDEX])
        for row in marked_rows
        for (_model, mark), is_marked in zip(marking_models(), row[_FIELD_COUNT:], strict=False)
        if is_marked
    ]
    cached = _POST_TEMPLATE.get_many([_cache_key(row, thread) for row in rows])
    htmls = {key[0][_PK_INDEX]: html for key, html in cached.items()}
    if missing := [pk for pk, html in htmls.items() if html is None]:
        posts = thread.posts.for_display(viewer).filter(pk__in=missing)
        htmls |= {post.pk: render_post(post, thread) for post in posts}
    htmls = with_link_previews(thread.space_id, htmls)
    return "".join(html for html in htmls.values() if html is not None), marks


def render_posts(
    rights: Rights, thread: Thread, pks: Collection[int]
) -> dict[int, tuple[str, str | None]]:
    """``{post id: (element id, article)}`` of these posts of ``thread``, in order.

    The article is None where sending the post was undone: pages have none of it. Those are
    missing that are no longer in the space that ``thread`` was read in.
    """
    if not pks:
        return {}
    ids = padded_id_values(list(pks))
    where = {"thread_id": thread.pk, "space_id": thread.space_id}
    posts = _posts_by_id_query(len(ids)).rows(rights, **where, **ids)
    articles = {post: None if post.is_undone else render_post(post, thread) for post in posts}
    if any(article and LONE_LINK_START in article for article in articles.values()):
        articles = with_link_previews(thread.space_id, articles)
    return {post.pk: (f"post-{post.number}", article) for post, article in articles.items()}


def render_own_post(post: Post, thread: Thread) -> str:
    """The article of ``post``, just written and not read since, by ``post.author``."""
    if post.seat_id:
        post.seat = _SEAT_QUERY.first(pk=post.seat_id)
    post.shown_html = post.html
    article = render_post(post, thread)
    if LONE_LINK_START in article:
        return with_link_previews(thread.space_id, {post: article})[post] or ""
    return article


def render_post(post: Post, thread: Thread) -> str:
    """The article of ``post``, which was read ``for_display``."""
    key = _cache_key(row_values(post, _POST_FIELDS), thread)
    _row, is_former, kind, accepted, has_sheet = key
    about = {"pk": post.thread_id, "kind": kind, "accepted_id": post.pk if accepted else None}
    about["has_sheet"] = has_sheet
    return _POST_TEMPLATE.render(key, post=post, thread=about, is_former=is_former)


@cache
def _thread_fields() -> tuple[str, ...]:
    return (*display_fields(Thread), *part_fields())


def _cache_key(row: tuple[Any, ...], thread: Thread) -> tuple[Any, ...]:
    """All that an article shows but its words, which change with the post's version.

    Of when a mandate ends it shows whether it has, be it that nobody has marked it yet.
    """
    *shows, departed, ended = row
    is_former = departed is not None or (ended is not None and ended <= timezone.now())
    is_accepted = row[_PK_INDEX] == thread.accepted_id
    return tuple(shows), is_former, thread.kind, is_accepted, thread.has_sheet


def _seats(pk: int) -> QuerySet[Seat]:
    return Seat.objects.select_related("organisation__college").filter(pk=pk)


_SEAT_QUERY = CompiledQuery(_seats, "pk")


def _rows_between(
    kind: Rights,
    _models: tuple[tuple[type[Model], PostMark], ...],
    with_marks: bool,
    thread_id: int,
    first: int,
    last: int,
    person_id: int,
) -> QuerySet[Post, tuple[Any, ...]]:
    seen = Post.objects.visible_to(kind, visibility.posts_with_tombstones).filter(
        thread=thread_id
    )
    seen = seen.filter(number__gte=first, number__lte=last).order_by("number")
    marks = post_marks_of(person_id) if with_marks else {}
    return seen.annotate(**marks).values_list(*_POST_FIELDS, *marks)


_ROWS_BETWEEN = CompiledQuery(_rows_between, "thread_id", "first", "last", "person_id")


@cache
def _posts_by_id_query(size: int) -> CompiledQuery[Post]:
    """The query of ``size`` posts, a power of two: fewer leave some of its places the same."""

    def these(kind: Rights, thread_id: int, space_id: int, **pks: int) -> PostQuerySet:
        posts = Post.objects.visible_to(kind, _WITH_UNDONE).with_display_fields()
        return posts.filter(pk__in=pks.values(), thread=thread_id, thread__space=space_id)

    return CompiledQuery(these, "thread_id", "space_id", *id_names(size))
