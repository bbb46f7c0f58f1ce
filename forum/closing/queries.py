"""What goes with an account, what stays, and the posts of its person."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.closing import queries as account_queries
from forum import visibility
from forum.closing.models import PostToDelete
from forum.threads.models import Post, Thread


@dataclass(frozen=True)
class ClosingSummary:
    """What a page says before an account is closed.

    ``organisations`` are ``(organisation, next contact)`` of which the person is the only
    contact, ``groups`` those that they are the contact of.
    """

    post_count: int
    chosen_count: int
    signature_count: int
    organisations: list
    groups: list


def closing_summary(viewer, person):
    """The ClosingSummary of ``person``, who is ``viewer``."""
    return ClosingSummary(
        post_count=own_posts(viewer).count(),
        chosen_count=PostToDelete.objects.visible_to(viewer).count(),
        signature_count=person.signatures.count(),
        organisations=account_queries.organisations_left_alone(person),
        groups=list(account_queries.groups_left_alone(person)),
    )


def own_posts(viewer):
    """The posts of the viewer that are not deleted, newest first, with ``is_chosen``."""
    chosen = PostToDelete.objects.filter(post=OuterRef("pk"))
    posts = Post.objects.visible_to(viewer, visibility.own_posts).order_by("-created_at", "-pk")
    return posts.annotate(is_chosen=Exists(chosen))


def with_visible_titles(viewer, posts):
    """Each of ``posts`` with its thread's title, None where ``viewer`` may not read it."""
    threads = Thread.objects.visible_to(viewer).filter(pk__in=[it.thread_id for it in posts])
    titles = dict(threads.values_list("pk", "title"))
    return [(post, titles.get(post.thread_id)) for post in posts]
