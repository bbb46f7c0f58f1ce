"""Keeping a post and keeping it no more, with a note and a reminder. All is one's own affair.

Nobody's page shows anything of it, so nothing is recorded.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.threads.models import Post
from forum.conversation.threads.queries import lock_active_account

#: Of one person: 25 pages.
MAX_BOOKMARKS = 500


@transaction.atomic(durable=True)
def bookmark_post(post: Post, actor: Viewer) -> None:
    """Bookmark ``post`` for ``actor``; twice is once.

    Raise Post.DoesNotExist where they do not see it, and Refused where they have no account, or
    keep five hundred.
    """
    _lock_account(actor)
    post = Post.objects.visible_to(actor).get(pk=post.pk)
    others = Bookmark.objects.visible_to(actor).exclude(post=post)
    words = _("Vous gardez déjà cinq cents messages : cessez d’abord d’en garder un.")
    require(others.count() < MAX_BOOKMARKS, words)
    Bookmark.objects.get_or_create(post=post, person_id=actor.person_id)


@transaction.atomic(durable=True)
def remove_bookmark(post_id: int, actor: Viewer) -> None:
    """Remove the bookmark of ``actor`` of the post of this id, whether they see it or not.

    Its note and its reminder go with it.
    """
    Bookmark.objects.visible_to(actor).filter(post=post_id).delete()


@transaction.atomic(durable=True)
def edit_bookmark(pk: int, actor: Viewer, note: str, remind_on: date | None) -> None:
    """Set the ``note`` of the bookmark ``pk`` of ``actor``, and the day of a reminder to come.

    Without one, a reminder that was to come is none; one that has come stays in the inbox.
    Raise Bookmark.DoesNotExist where they have no such bookmark, and Refused where they have no
    account.
    """
    _lock_account(actor)
    # Who removes it at the same time has done so before, or does so after.
    bookmark = Bookmark.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    bookmark.note = note
    if remind_on or bookmark.coming_reminder:
        bookmark.remind_on = remind_on
    bookmark.save(update_fields=["note", "remind_on"])


def _lock_account(actor: Viewer) -> None:
    """Lock the account of ``actor``; raise Refused without one. Who is silenced has one."""
    require(actor.is_registered, _("Pour garder un message, il faut un compte."))
    lock_active_account(actor, even_silenced=True)
