"""Which posts a post quotes: the quotation begins with a link to the post, as ours do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from accounts.base.mail import site_address
from accounts.viewers.viewers import Viewer
from forum.models import Post

#: What the path of every post begins with.
POST_PATH = "/messages/"
#: Posts that one post quotes, at most: the first of them.
MAX_QUOTED = 10

#: Where quotations begin and end in the HTML of a post, and the link that one begins with.
_EDGE = re.compile(r'<(/?)blockquote>(?:\s*<p>(?:<strong>)?<a href="([^"]*)")?')
_ADDRESS = re.compile(rf"{POST_PATH}([1-9]\d{{0,17}})/")


class Quoted(NamedTuple):
    """A post that is quoted, and who wrote it."""

    pk: int
    author_id: int


def find_quoted(viewer: Viewer, html: str) -> frozenset[Quoted]:
    """The posts that ``html``, of a post, quotes and that ``viewer``, who writes it, sees.

    What is quoted within a quotation is not quoted by them.
    """
    pks = list(dict.fromkeys(_addressed_posts(html)))[:MAX_QUOTED]
    if not pks:
        return frozenset()
    found = Post.objects.visible_to(viewer).filter(pk__in=pks)
    return frozenset(Quoted(*row) for row in found.values_list("pk", "author_id"))


def _addressed_posts(html: str) -> Iterator[int]:
    site, depth = site_address(), 0
    for edge in _EDGE.finditer(html):
        depth += -1 if edge[1] else 1
        if depth == 1 and not edge[1] and edge[2]:
            found = _ADDRESS.fullmatch(edge[2].removeprefix(site))
            if found:
                yield int(found[1])
