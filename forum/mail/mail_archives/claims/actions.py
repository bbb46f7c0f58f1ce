"""Giving a person what they wrote to a list, once they have proved the address."""

from __future__ import annotations

from django.apps import apps
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.users.models import FORMER_NAME
from accounts.viewers.viewers import Viewer
from forum.base.rules import require, suspended_reason
from forum.conversation.files.actions import change_owner
from forum.conversation.threads.models import Post, Thread
from forum.mail.mail_archives.models import MailAuthor


@transaction.atomic(durable=True)
def claim_posts(actor: Viewer, address: str) -> int:
    """Make the posts that came from ``address`` those of ``actor``; return how many.

    The actor has proved that they receive mail there. Measures that were taken about the posts
    become theirs, to read and to appeal. Again does nothing; raise Refused for guests.
    """
    require(actor.person_id is not None and actor.is_registered, suspended_reason())
    rows = MailAuthor.objects.claimable().select_for_update(of=("self",))
    author = rows.filter(address=address).first()
    if author is None:
        return 0
    _lock_threads_of(author.unclaimed_id)
    unclaimed = lock_row(User, author.unclaimed_id)
    person = lock_row(User, actor.person_id)
    Thread.objects.filter(author=unclaimed).update(author=person)
    count = Post.objects.filter(author=unclaimed).update(author=person)
    change_owner(unclaimed, person)
    apps.get_model("forum", "Measure").objects.filter(person=unclaimed).update(person=person)
    author.person, author.unclaimed = person, None
    author.save(update_fields=["person", "unclaimed"])
    _delete_if_free(unclaimed)
    return count


def _lock_threads_of(unclaimed_id: int) -> None:
    """Have who acts on their posts meanwhile find them theirs, or wait until they are."""
    pks = Post.objects.filter(author=unclaimed_id).values("thread")
    threads = Thread.objects.filter(pk__in=pks).order_by("pk")
    list(threads.select_for_update(no_key=True).values_list("pk"))


def _delete_if_free(unclaimed: User) -> None:
    """Delete the account that nobody entered; one that the log names is a closed account."""
    try:
        with transaction.atomic():
            unclaimed.delete()
    except (ProtectedError, RestrictedError):
        unclaimed.is_unclaimed, unclaimed.closed_at = False, timezone.now()
        unclaimed.full_name = FORMER_NAME
        unclaimed.save(update_fields=["is_unclaimed", "closed_at", "full_name"])
