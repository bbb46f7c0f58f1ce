"""Saving and deleting drafts. Both are their writer's own affair: nothing is recorded."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.rules import require
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.actions import Attachment, give_files_to_draft
from forum.models import Post

#: Drafts of one person.
MAX_DRAFTS = 100


@transaction.atomic(durable=True)
def save_draft(
    actor: Viewer, draft: PostDraft, files: Sequence[Attachment] = ()
) -> PostDraft | None:
    """Save ``draft``, which says its key, fields, client and the revision that it follows.

    It has these ``files``, and no others.

    Return what is saved: under another key where somebody else has saved it under this one
    since, or has sent it with other words, so that neither is lost. None where nothing is
    typed, which deletes what was kept, or where just this was sent.

    Raise Refused where ``actor`` has no account, or a hundred drafts.
    """
    require(actor.is_registered, _("Pour garder un brouillon, il faut un compte."))
    lock_row(User, actor.person_id)
    own = PostDraft.objects.visible_to(actor)
    saved = own.filter(key=draft.key).first()
    if not (draft.is_typed or files):
        own.filter(key=draft.key).delete()
        return None
    if (sent := _sent_text(actor, draft.key)) is not None:
        if sent == draft.text:
            return None
        saved, draft.key = None, uuid4()
    elif saved and not _follows(draft, saved):
        if draft.fields == saved.fields and not files:
            return saved
        saved, draft.key = None, uuid4()
    if saved is None:
        too_many = _("Vous avez déjà cent brouillons : supprimez-en pour garder celui-ci.")
        require(own.unsent().count() < MAX_DRAFTS, too_many)
    draft.pk, draft.person_id = saved.pk if saved else None, actor.person_id or 0
    draft.revision = saved.revision + 1 if saved else 1
    draft.saved_at = timezone.now()
    draft.save()
    if files or saved:
        give_files_to_draft(draft, actor, files)
    return draft


@transaction.atomic(durable=True)
def delete_draft(actor: Viewer, key: UUID) -> None:
    """Delete the draft of ``actor`` with this ``key``, if there is one."""
    PostDraft.objects.visible_to(actor).filter(key=key).delete()


def delete_old_drafts() -> int:
    """Delete drafts that were sent, or not touched for so many days; return how many."""
    before = timezone.now() - timedelta(days=settings.FORUM_RETENTION["drafts"])
    drafts = PostDraft.objects
    return sum(rows.delete()[0] for rows in (drafts.filter(saved_at__lt=before), drafts.sent()))


def _follows(draft: PostDraft, saved: PostDraft) -> bool:
    """Whether ``draft`` goes on from ``kept``."""
    return saved.revision == draft.revision or saved.client == draft.client != ""


def _sent_text(actor: Viewer, key: UUID) -> str | None:
    own = Post.objects.visible_to(actor, visibility.own_posts).filter(idempotency_key=key)
    return own.values_list("text", flat=True).first()
