"""What the links in mails do, by the rights that their person has as they act."""

from __future__ import annotations

from contextlib import suppress

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.actions import follow_thread, mark_read_up_to
from forum.conversation.inbox.actions import mark_posts_read, mark_read
from forum.conversation.thanks.actions import thank_for_post
from forum.mail.thread_mail.mail_links.tokens import DigestNews
from forum.models import Post, Thread


def mark_digest_news_read(person: User, reader: Viewer, news: DigestNews) -> None:
    """Mark as read what a digest told ``person``, who looks as ``reader``."""
    mark_read_up_to(reader, news.numbers)
    mark_read(person, news.until)


def mark_mailed_posts_read(reader: Viewer, thread_id: int, number: int) -> None:
    """Mark the posts of the thread up to ``number`` as read, and what tells of them."""
    mark_read_up_to(reader, {thread_id: number})
    mark_posts_read(reader, {thread_id: range(1, number + 1)})


def follow_proposed(thread_id: int, reader: Viewer) -> bool:
    """Have ``reader`` follow the thread; return whether they do: not if they see it no more."""
    try:
        follow_thread(thread_id, reader)
    except (Thread.DoesNotExist, PermissionDenied):
        return False
    return True


def thank_by_mail(post: Post, reader: Viewer) -> None:
    """Have ``reader`` thank for the post, unless they may not or see it no more."""
    with suppress(Post.DoesNotExist, Thread.DoesNotExist, PermissionDenied):
        thank_for_post(post, reader)
        mark_posts_read(reader, {post.thread_id: range(post.number, post.number + 1)})
