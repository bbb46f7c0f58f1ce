"""Atom feeds (RFC 4287): of the public sheets, and of the threads that all may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from accounts.base.text import excerpt, without_controls
from forum.base import markup
from forum.base.licences import Licensable
from forum.conversation.threads.models import Post, Thread
from forum.library.open_data.tables import public_authors
from forum.library.sheets.public_versions.models import PublicVersion

#: Characters of a summary, and of the HTML of a post that are looked at for it.
_SUMMARY, _HTML = 300, 4000
#: Control characters that XML takes, and validators of feeds do not.
_LATIN_CONTROLS = dict.fromkeys(range(0x7F, 0xA0))


class AtomFeed(Atom1Feed):
    """Atom with several authors of an entry, and a summary, if any, that is plain text."""

    def latest_post_date(self) -> datetime:
        """When the last entry changed; always the same moment where there is none."""
        return super().latest_post_date() if self.items else datetime.fromtimestamp(0, UTC)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Write what Django does, then the other authors and the summary."""
        super().add_item_elements(handler, item)
        for name in item["other_authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        if item["summary"].strip():
            handler.addQuickElement("summary", item["summary"])


def sheets_feed(
    versions: Iterable[PublicVersion], network: str, absolute: Callable[[str], str], own: str
) -> bytes:
    """The feed of ``versions``; ``own`` is its own path. Ids are addresses without titles."""
    feed = _feed(f"Fiches publiques : {network}", network, absolute, own)
    for version in versions:
        assert version.published_at is not None
        first, *others = public_authors(version) or [network]
        _add(
            feed, version.title,
            absolute(version.get_absolute_url()), absolute(version.permanent_path),
            (version.published_at, version.changed_at), first, others, version.summary,
            licence=_licence_text(version),
            category=version.topic.name,
        )  # fmt: skip
    return feed.writeString("utf-8").encode()


def threads_feed(
    threads: Iterable[tuple[Thread, Post | None]],
    network: str,
    absolute: Callable[[str], str],
    own: str,
) -> bytes:
    """The feed of ``threads``, each with its first post where that is shown; likewise."""
    feed = _feed(f"Échanges publics : {network}", network, absolute, own)
    for thread, post in threads:
        moments = thread.created_at, thread.last_posted_at
        author = str(thread.seat.organisation if thread.seat else thread.author)
        text = markup.plain_text(post.html[:_HTML]) if post else ""
        _add(
            feed, thread.title, absolute(thread.get_absolute_url()),
            absolute(reverse("thread-short", args=[thread.pk])), moments, author, [],
            excerpt(text, _SUMMARY), category=thread.topic.name, licence=_licence_text(thread),
        )  # fmt: skip
    return feed.writeString("utf-8").encode()


def _licence_text(of: Licensable) -> str | None:
    return f"{of.get_licence_display()} : {of.licence_address}" if of.licence else None


def _feed(title: str, network: str, absolute: Callable[[str], str], own: str) -> AtomFeed:
    return AtomFeed(
        title=_words(title), link=absolute("/"),
        description=None, language="fr", feed_url=absolute(own), feed_guid=absolute(own),
        author_name=_words(network),
    )  # fmt: skip


def _add(
    feed: AtomFeed,
    title: str,
    address: str,
    unique_id: str,
    moments: tuple[datetime, datetime],
    author: str,
    others: list[str],
    summary: str,
    *,
    category: str,
    licence: str | None = None,
) -> None:
    published, updated = moments
    # Without a description; the stubs ask for one.
    feed.add_item(
        _words(title), address, None, author_name=_words(author),  # type: ignore[arg-type]
        unique_id=unique_id, pubdate=published, updateddate=updated, categories=(category,),
        item_copyright=licence, other_authors=[_words(it) for it in others],
        summary=_words(summary),
    )  # fmt: skip


def _words(text: str) -> str:
    return without_controls(text).translate(_LATIN_CONTROLS)
