"""One's own posts, whatever one may read today, and the titles that one may be told."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.threads.models import Post, Thread


def own_posts_newest_first(viewer: Viewer) -> QuerySet[Post]:
    """The viewer's own posts, with their threads, the newest first."""
    own = Post.objects.visible_to(viewer, visibility.own_posts).select_related("thread")
    return own.order_by("-created_at", "-pk")


def with_visible_titles(viewer: Viewer, posts: Iterable[Post]) -> list[tuple[Post, str | None]]:
    """Each of the viewer's ``posts`` with its thread's title, None where they may not read it.

    There, a post that somebody else edited last is without its text and files.
    """
    posts = list(posts)
    titles = visible_titles(viewer, {post.thread_id for post in posts})
    for post in posts:
        if not may_read_text(viewer, post, sees_thread=post.thread_id in titles):
            blank_text(post)
    return [(post, titles.get(post.thread_id)) for post in posts]


def may_read_text(viewer: Viewer, post: Post, *, sees_thread: bool) -> bool:
    """Whether the viewer, of whom ``post`` shows words, may read all of its text today.

    What they wrote last is theirs. What others wrote since is for who sees the thread; hidden
    or held, for the author of the post alone.
    """
    if (post.edited_by_id or post.author_id) == viewer.person_id:
        return True
    is_open = post.hidden_at is None and post.held_at is None
    return sees_thread and (is_open or post.author_id == viewer.person_id)


def blank_text(post: Post) -> None:
    """Take its text and files from ``post``, in memory."""
    post.text = post.html = post.files = ""


def visible_titles(viewer: Viewer, thread_ids: Collection[int]) -> dict[int, str]:
    """``{thread id: title}`` of those threads that ``viewer`` may read.

    And of those that they began, whose first post waits or is hidden.
    """
    threads = Thread.objects.visible_to(viewer).filter(pk__in=thread_ids)
    titles = dict(threads.values_list("pk", "title"))
    held = Post.objects.visible_to(viewer, visibility.held_posts)
    posts = held | Post.objects.visible_to(viewer, visibility.hidden_posts)
    own = posts.filter(thread__in=thread_ids, author=viewer.person_id, number=1)
    return titles | dict(own.values_list("thread", "thread__title"))
