"""Which posts a post quotes: the quotation begins with a link to the post, as ours do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.base.writers import writers_by_row
from forum.models import Post, Space

#: What the path of every post begins with.
POST_PATH = "/messages/"
#: Posts that one post quotes, at most: the first of them.
MAX_QUOTED = 10

#: Where quotations begin and end in the HTML of a post, and the link that one begins with.
_EDGE = re.compile(r'<(/?)blockquote>(?:\s*<p>(?:<strong>)?<a href="([^"]*)")?')
_ADDRESS = re.compile(rf"{POST_PATH}([1-9]\d{{0,17}})/")


class Quoted(NamedTuple):
    """A post that is quoted, who wrote it, and where it is read."""

    pk: int
    author_id: int
    space: Space


def find_quoted(viewer: Viewer, html: str) -> frozenset[Quoted]:
    """The posts that ``html``, of a post, quotes and that ``viewer``, who writes it, sees.

    What is quoted within a quotation is not quoted by them.
    """
    pks = [pk for pk, depth in _addressed_posts(html) if depth == 1]
    pks = list(dict.fromkeys(pks))[:MAX_QUOTED]
    return frozenset(_quoted_posts(viewer, pks))


def quoted_ids(html: str) -> list[int]:
    """The ids of all posts that ``html`` quotes, within quotations too; of none perhaps."""
    return list(dict.fromkeys(pk for pk, _depth in _addressed_posts(html)))


def require_quotable(viewer: Viewer, html: str, space: Space, before: str) -> None:
    """Raise Refused where ``html``, for who reads ``space``, quotes what not all of them read.

    With words of others than ``viewer``, who sees it: they were not asked. ``before``: the HTML
    of what it replaces, which may go on quoting what it does.
    """
    pks = set(quoted_ids(html)) - set(quoted_ids(before))
    quoted = _quoted_posts(viewer, pks)
    closed = [post.pk for post in quoted if not space.is_within(post.space)]
    words = _("Vous citez un message que tous ne lisent pas ici : dites-le avec vos mots, "
              "ou demandez à qui l’a écrit de le dire ici.")  # fmt: skip
    seen = Post.objects.visible_to(viewer).filter(pk__in=closed)
    require(not (closed and unasked_writers(seen, {viewer.person_id or 0})), words)


def unasked_writers(posts: QuerySet[Post], asked: Collection[int]) -> dict[int, set[int]]:
    """``{id of a post: ids of whose words it shows}`` of ``posts``, but for those ``asked``.

    Without posts that show words of these alone. A wiki post is of all who edited it; of a
    deleted one its author is known.
    """
    people = writers_by_row(posts)
    for pk, author in posts.order_by().values_list("pk", "author"):
        people[pk].add(author)
    others = {pk: writers.difference(asked) for pk, writers in people.items()}
    return {pk: writers for pk, writers in others.items() if writers}


def _quoted_posts(viewer: Viewer, pks: Collection[int]) -> list[Quoted]:
    if not pks:
        return []
    posts = Post.objects.visible_to(viewer).filter(pk__in=pks)
    posts = posts.select_related("thread__space__group").only("author", "thread__space")
    return [Quoted(post.pk, post.author_id, post.thread.space) for post in posts]


def _addressed_posts(html: str) -> Iterator[tuple[int, int]]:
    """The id of each post that a quotation begins with, and in how many it stands."""
    site, depth = site_address(), 0
    for edge in _EDGE.finditer(html):
        depth += -1 if edge[1] else 1
        if not edge[1] and edge[2]:
            match = _ADDRESS.fullmatch(edge[2].removeprefix(site))
            if match:
                yield int(match[1]), depth
