"""Writing a post's HTML with links to whom it names, and noting whom that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Q

from accounts.viewers.viewers import Viewer
from forum import markup
from forum.mentions.models import Mention
from forum.mentions.names import names_in
from forum.mentions.queries import Named, find_named
from forum.models import Post, Thread

#: Whom one post names, at most: the first of them.
MAX_MENTIONS = 10


class RenderedPost(NamedTuple):
    """The safe HTML of a post, and whom it names."""

    html: str
    named: frozenset[Named]


def render_post(text: str, viewer: Viewer, thread: Thread) -> RenderedPost:
    """``text`` as HTML, with links to those whom ``viewer`` names in ``thread``, or a new one.

    What they quote names nobody again.
    """
    if "@" not in text:
        return RenderedPost(markup.render(text), frozenset())
    found = find_named(viewer, thread.space, text, thread.pk)
    named: set[Named] = set()

    def links(words: str) -> Iterator[tuple[int, int, str]]:
        for start, names in names_in(words):
            for end, name in names:
                one = found.get(name)
                if one and (one in named or len(named) < MAX_MENTIONS):
                    named.add(one)
                    yield start, end, one.url
                    break

    return RenderedPost(markup.render(text, links), frozenset(named))


def set_mentions(post: Post, named: frozenset[Named]) -> None:
    """Have ``post`` name these and no others: part of the transaction that writes it.

    Whom it named before is not told again.
    """
    people = {one.pk for one in named if one.kind == "person"}
    organisations = {one.pk for one in named if one.kind == "organisation"}
    if post.version > 1:
        own = Mention.objects.filter(post=post)
        own.exclude(Q(person__in=people) | Q(organisation__in=organisations)).delete()
    rows = [Mention(post=post, person_id=pk) for pk in sorted(people)]
    rows += [Mention(post=post, organisation_id=pk) for pk in sorted(organisations)]
    if rows:
        Mention.objects.bulk_create(rows, ignore_conflicts=True)
