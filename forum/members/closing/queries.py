"""What goes with an account, what stays, and the posts of its person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.closing import queries as account_queries
from accounts.closing.actions import known_addresses
from accounts.models import User
from forum.conversation.threads.models import Post
from forum.conversation.threads.own_posts import own_posts_newest_first
from forum.members.closing.models import PostToDelete

if TYPE_CHECKING:
    from accounts.groups.models import WorkingGroup
    from accounts.organisations.models import Organisation, Seat
    from accounts.viewers.viewers import Viewer
    from forum.mail.mail_archives.querysets import MailAuthorQuerySet


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
    organisations: list[tuple[Organisation, Seat | None]]
    groups: list[WorkingGroup]


def closing_summary(viewer: Viewer, person: User) -> ClosingSummary:
    """The ClosingSummary of ``person``, who is ``viewer``."""
    return ClosingSummary(
        post_count=own_posts_newest_first(viewer).count(),
        chosen_count=PostToDelete.objects.visible_to(viewer).count(),
        unclaimed_count=_unclaimed_posts(person).count(),
        signature_count=person.signatures.count(),
        organisations=account_queries.organisations_left_alone(person),
        groups=list(account_queries.groups_left_alone(person)),
    )


def posts_to_choose(viewer: Viewer) -> QuerySet[Post]:
    """The posts of the viewer that are not deleted, newest first, with ``is_chosen``."""
    chosen = PostToDelete.objects.filter(post=OuterRef("pk"))
    annotations = {"is_chosen": Exists(chosen)}
    return own_posts_newest_first(viewer).annotate(**annotations)


def mail_authors(person: User) -> MailAuthorQuerySet:
    """Who wrote to lists from an address that ``person`` proved, here or by a code."""
    own = Q(address__in=known_addresses(person)) | Q(person=person)
    return apps.get_model("forum", "MailAuthor").objects.filter(own)


def unclaimed_accounts(person: User) -> QuerySet[User]:
    """The accounts that nobody enters in whose name what such authors wrote is published.

    Not what came from an address of many.
    """
    return User.objects.filter(pk__in=mail_authors(person).claimable().values("unclaimed"))


def _unclaimed_posts(person: User) -> QuerySet[Post]:
    rows = Post._base_manager.filter(author__in=unclaimed_accounts(person))
    return rows.filter(deleted_at=None)
