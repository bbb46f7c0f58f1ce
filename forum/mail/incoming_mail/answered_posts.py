"""Which posts mails are known as: what a mail answers is told by the Message-IDs it names.

Features whose posts were mails say so of themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

#: The ids of posts by the Message-IDs given, of those that are known.
PostSource = Callable[[Sequence[str]], dict[str, int]]
_sources: list[PostSource] = []
#: A mail names a few; of one that names thousands the nearest are asked for.
MAX_ANCESTORS = 50


def register_post_source(source: PostSource) -> PostSource:
    """Have ``source`` asked for the posts of Message-IDs."""
    _sources.append(source)
    return source


def posts_of_message_ids(message_ids: Sequence[str]) -> dict[str, int]:
    """``{Message-ID: post id}`` of those that are known; who sees the posts is not asked."""
    posts: dict[str, int] = {}
    for source in _sources:
        posts = source(message_ids) | posts
    return posts
