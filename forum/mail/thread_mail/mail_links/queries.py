"""What the links in mails are about, as far as their person may know of it today."""

from __future__ import annotations

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import Level
from forum.conversation.thanks.models import Thank
from forum.mail.thread_mail.mail_links.tokens import DigestNews
from forum.models import Follow, Post, Thread


def person_of_link(person_id: int) -> User | None:
    """The person whose the link is; None once they left."""
    return User.objects.filter(pk=person_id, is_active=True).first()


def visible_thread(reader: Viewer, thread_id: int) -> Thread | None:
    """The thread, where ``reader`` sees it."""
    return Thread.objects.visible_to(reader).filter(pk=thread_id).first()


def visible_post(reader: Viewer, post_id: int) -> Post | None:
    """The post with its author, thread and space, where ``reader`` sees it."""
    seen = Post.objects.visible_to(reader).filter(pk=post_id)
    return seen.select_related("author", "thread__space").first()


def has_thanked(reader: Viewer, post: Post) -> bool:
    """Whether ``reader`` thanks for the post, which they see."""
    return Thank.objects.filter(post=post, person=reader.person_id).exists()


def follows(reader: Viewer, thread_id: int) -> bool:
    """Whether ``reader`` follows all that is written in the thread, and sees it."""
    own = Follow.objects.of_viewer(reader).filter(thread=thread_id, level=Level.ALL)
    return own.exists()


def has_read(reader: Viewer, numbers: dict[int, int]) -> bool:
    """Whether ``reader`` has read what they follow of ``numbers``: ``{thread id: number}``."""
    own = Follow.objects.of_viewer(reader).filter(thread__in=numbers)
    rows = own.values_list("thread", "last_read_number", "thread__post_count")
    return all(number >= min(numbers[thread], last) for thread, number, last in rows)


def is_digest_read(person: User, reader: Viewer, news: DigestNews) -> bool:
    """Whether all that a digest told ``person`` is read."""
    return person.inbox_read_at >= news.until and has_read(reader, news.numbers)
