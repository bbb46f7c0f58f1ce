"""Writing a post's HTML with links to whom it names; noting whom it names and quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from accounts.base.text import fold
from accounts.viewers.viewers import Viewer
from forum.base import markup
from forum.conversation.mentions.models import Mention, Quotation
from forum.conversation.mentions.names import MAX_NAMES, names_in, typed_name
from forum.conversation.mentions.queries import Named, find_named
from forum.conversation.mentions.quotations import POST_PATH, Quoted, find_quoted
from forum.models import Post, Thread

#: A link to somebody whom a post names: the address, and the name.
_NAMED_LINK = re.compile(r'<a href="(/[^"]+)"[^>]*>@([^<]+)</a>')
#: Whom one post names, at most: the first of them.
MAX_MENTIONS = 10


class RenderedPost(NamedTuple):
    """The safe HTML of a post, whom it names and which posts it quotes.

    ``unreached``: the names in it by which nobody is told, as typed; the first of them.
    """

    html: str
    named: frozenset[Named]
    quoted: frozenset[Quoted]
    unreached: tuple[str, ...] = ()


def render_post(
    text: str, viewer: Viewer, thread: Thread, key: UUID | None = None
) -> RenderedPost:
    """``text`` as HTML, with links to those whom ``viewer`` names in ``thread``, or a new one.

    What they quote names nobody again. ``key``: of the form by which it is posted.
    """
    if "@" not in text and POST_PATH not in text:
        return RenderedPost(markup.render(text, key=key), frozenset(), frozenset())
    by_name = find_named(viewer, thread.space, text, thread.pk)
    named: set[Named] = set()
    unreached: dict[str, str] = {}

    def links(words: str) -> Iterator[tuple[int, int, str]]:
        for start, names in names_in(words):
            for end, name in names:
                candidate = by_name.get(name)
                if candidate and (candidate in named or len(named) < MAX_MENTIONS):
                    named.add(candidate)
                    yield start, end, candidate.url
                    break
            else:
                if len(unreached) < MAX_NAMES:
                    name = typed_name(words, start)
                    unreached.setdefault(fold(name), name)

    html = markup.render(text, links, key)
    names = tuple(unreached.values())
    return RenderedPost(html, frozenset(named), find_quoted(viewer, html), names)


def render_again(post: Post) -> str:
    """The HTML of the text that ``post`` has now, with the links of before to whom it names."""
    urls = named_links(post.html)

    def links(words: str) -> Iterator[tuple[int, int, str]]:
        for start, names in names_in(words):
            for end, name in names:
                if name in urls:
                    yield start, end, urls[name]
                    break

    return markup.render(post.text, links if urls else None, post.idempotency_key)


def named_links(html: str) -> dict[str, str]:
    """``{folded name: address of their page}`` of whom a post with this ``html`` names."""
    return {fold(unescape(name)): url for url, name in _NAMED_LINK.findall(html)}


def set_mentions(post: Post, body: RenderedPost, *, notifies: bool = True) -> None:
    """Set whom ``post`` names and quotes, as ``body``: part of the transaction that writes it.

    Unless it ``notifies``, it only ceases to name and quote whom ``body`` does not. Whom it
    named or quoted before is not told again. Nobody is told that they quote themselves.
    """
    people = {named.pk for named in body.named if named.kind == "person"}
    organisations = {named.pk for named in body.named if named.kind == "organisation"}
    quoted = {other.pk for other in body.quoted if other.author_id != post.author_id}
    if post.version > 1:
        own = Mention.objects.filter(post=post)
        own.exclude(Q(person__in=people) | Q(organisation__in=organisations)).delete()
        Quotation.objects.filter(post=post).exclude(quoted__in=quoted).delete()
    if not notifies:
        return
    rows = [Mention(post=post, person_id=pk) for pk in sorted(people)]
    rows += [Mention(post=post, organisation_id=pk) for pk in sorted(organisations)]
    if rows:
        Mention.objects.bulk_create(rows, ignore_conflicts=True)
    if quoted:
        Quotation.objects.bulk_create(
            (Quotation(post=post, quoted_id=pk) for pk in sorted(quoted)), ignore_conflicts=True
        )
