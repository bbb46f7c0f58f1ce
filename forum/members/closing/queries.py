"""What goes with an account, what stays, and the posts of its person."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.closing import queries as account_queries
from forum.conversation.threads.own_posts import own_posts_newest_first
from forum.members.closing.models import PostToDelete


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
        post_count=own_posts_newest_first(viewer).count(),
        chosen_count=PostToDelete.objects.visible_to(viewer).count(),
        signature_count=person.signatures.count(),
        organisations=account_queries.organisations_left_alone(person),
        groups=list(account_queries.groups_left_alone(person)),
    )


def posts_to_choose(viewer):
    """The posts of the viewer that are not deleted, newest first, with ``is_chosen``."""
    chosen = PostToDelete.objects.filter(post=OuterRef("pk"))
    return own_posts_newest_first(viewer).annotate(is_chosen=Exists(chosen))
