"""Bookmarks as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from accounts.base.pagination import NumberedPage
from accounts.viewers.viewers import Viewer
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.threads.models import Post


class ShownBookmark(NamedTuple):
    """A bookmark, and its post with its byline; None where its person may not read it."""

    bookmark: Bookmark
    post: Post | None


def own_bookmarks(viewer: Viewer, number: int) -> NumberedPage[Bookmark]:
    """Page ``number`` of the bookmarks of ``viewer``, the newest first."""
    return NumberedPage(Bookmark.objects.visible_to(viewer).order_by("-pk"), number).or_first()


def own_bookmark(viewer: Viewer, pk: int) -> ShownBookmark:
    """The bookmark ``pk`` of ``viewer``; raise Bookmark.DoesNotExist where there is none."""
    return with_posts(viewer, [Bookmark.objects.visible_to(viewer).get(pk=pk)])[0]


def own_bookmark_of(viewer: Viewer, post_id: int) -> Bookmark | None:
    """The bookmark of ``viewer`` of a post, or None."""
    return Bookmark.objects.visible_to(viewer).filter(post=post_id).first()


def own_filled_bookmark(viewer: Viewer, post_id: int) -> Bookmark | None:
    """The bookmark of ``viewer`` of a post, if it has a note or a reminder to come."""
    bookmark = own_bookmark_of(viewer, post_id)
    is_filled = bookmark and (bookmark.note or bookmark.coming_reminder)
    return bookmark if is_filled else None


def with_posts(viewer: Viewer, bookmarks: Iterable[Bookmark]) -> list[ShownBookmark]:
    """``bookmarks``, each with its post where ``viewer`` may read it today: one query."""
    bookmarks = list(bookmarks)
    posts = Post.objects.visible_to(viewer).with_byline().select_related("thread").defer("text")
    by_id = posts.in_bulk([bookmark.post_id for bookmark in bookmarks])
    return [ShownBookmark(bookmark, by_id.get(bookmark.post_id)) for bookmark in bookmarks]
