"""What goes with an account, what stays, and the posts of its person."""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from accounts.closing import queries as account_queries
from accounts.closing.actions import known_addresses
from accounts.models import User
from forum.conversation.threads.models import Post
from forum.conversation.threads.own_posts import own_posts_newest_first
from forum.members.closing.models import PostToDelete


@dataclass(frozen=True)
class ClosingSummary:
    """What a page says before an account is closed.

    ``unclaimed_count``: posts of their unclaimed accounts. ``organisations`` are
    ``(organisation, next contact)`` of which the person is the only contact, ``groups`` those
    that they are the contact of.
    """

    post_count: int
    chosen_count: int
    unclaimed_count: int
    signature_count: int
    organisations: list
    groups: list


def closing_summary(viewer, person):
    """The ClosingSummary of ``person``, who is ``viewer``."""
    return ClosingSummary(
        post_count=own_posts_newest_first(viewer).count(),
        chosen_count=PostToDelete.objects.visible_to(viewer).count(),
        unclaimed_count=_unclaimed_posts(person).count(),
        signature_count=person.signatures.count(),
        organisations=account_queries.organisations_left_alone(person),
        groups=list(account_queries.groups_left_alone(person)),
    )


def posts_to_choose(viewer):
    """The posts of the viewer that are not deleted, newest first, with ``is_chosen``."""
    chosen = PostToDelete.objects.filter(post=OuterRef("pk"))
    return own_posts_newest_first(viewer).annotate(is_chosen=Exists(chosen))


def mail_authors(person):
    """Who wrote to lists from an address that ``person`` proved, here or by a code."""
    own = Q(address__in=known_addresses(person)) | Q(person=person)
    return apps.get_model("forum", "MailAuthor").objects.filter(own)


def unclaimed_accounts(person):
    """The accounts that nobody enters in whose name what such authors wrote is published.

    Not what came from an address of many.
    """
    return User.objects.filter(pk__in=mail_authors(person).claimable().values("unclaimed"))


def _unclaimed_posts(person):
    rows = Post._base_manager.filter(author__in=unclaimed_accounts(person))
    return rows.filter(deleted_at=None)
