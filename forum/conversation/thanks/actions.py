"""Thanking for a post, and taking that back. Each counts once, however often it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base import events, rules
from forum.base.rules import refusal_reason, require
from forum.conversation.thanks.models import Thank
from forum.conversation.thanks.rules import may_thank
from forum.conversation.threads.models import Post
from forum.conversation.threads.queries import thread_for_update

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


@transaction.atomic(durable=True)
def thank_for_post(post: Post, actor: Viewer) -> None:
    """Thank for ``post``, in the name of ``actor``.

    Raise DoesNotExist where they do not see it, and Refused where they may not thank.
    """
    thread = thread_for_update(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    require(may_thank(actor, post, thread), _reason(actor, post, thread))
    _thank, is_new = Thank.objects.get_or_create(post=post, person_id=actor.person_id)
    if is_new:
        _count(thread, post, 1)


@transaction.atomic(durable=True)
def take_thanks_back(post: Post, actor: Viewer) -> None:
    """Take back the thanks of ``actor`` for ``post``, if any; raise DoesNotExist as above."""
    thread = thread_for_update(post.thread_id, actor, writes=False)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    deleted, _rows = Thank.objects.filter(post=post, person=actor.person_id).delete()
    if deleted:
        _count(thread, post, -1)


def _reason(actor: Viewer, post: Post, thread: Thread) -> str:
    if rules.is_author(actor, post):
        return _("Ce message est le vôtre : on remercie les autres.")
    if thread.is_locked:
        return refusal_reason(actor, thread, _("Ce fil est fermé : on n’y remercie plus."))
    return refusal_reason(actor, thread, _("Signez la charte pour remercier."))


def _count(thread: Thread, post: Post, change: int) -> None:
    """Change the number that the post shows, whose thread is locked."""
    post.thank_count += change
    post.save(update_fields=["thank_count"])
    events.record(thread, post)
