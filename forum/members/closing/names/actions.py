"""What animators do about names of people who left: replace, leave, put back.

Each text is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.review_queue.actions import require_unclaimed
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.rules import require
from forum.base.search_index.vocabulary.actions import forget_words
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update
from forum.members.closing.names.models import NamePassage, NameRemoval
from forum.members.closing.names.patterns import pattern_of
from forum.members.closing.names.queries import SOURCE, digest_of, phrases_in, spans_of
from forum.members.closing.texts.actions import (
    lock_thread_of,
    replace_in_passage,
    rewrite,
    spans_found,
)


def decide(
    removal: NameRemoval, actor: Viewer, shown: Collection[int], chosen: Collection[int]
) -> int:
    """Replace the name in the passages ``chosen``, of those ``shown``; leave the others alone.

    Both are ids of passages that wait; each text is a transaction. Return how many were
    replaced. Raise PermissionDenied unless ``actor`` is an animator, and nobody else has it.
    """
    waiting = NamePassage.objects.visible_to(actor).filter(
        removal=removal, replaced_at=None, pk__in=shown
    )
    count = sum(
        _replace_passage(passage, actor)
        for passage in list(waiting.filter(pk__in=chosen).order_by("pk"))
    )
    with transaction.atomic(durable=True):
        _require_may_decide(removal, actor)
        others = waiting.exclude(pk__in=chosen)
        if number := others.delete()[0]:
            record_action(
                LoggedAction.KEEP_NAME,
                actor.person_id,
                person_id=removal.person_id,
                reason=str(number),
            )
        _forget_if_done(removal)
    forget_words([phrase.words for phrase in phrases_in(removal)])
    return count


@transaction.atomic(durable=True)
def restore(passage: NamePassage, actor: Viewer) -> bool:
    """Put back what was replaced in ``passage``; return whether its text was still the same."""
    passage, thread = _lock_passage(passage, actor)
    before = [(start, start + length, word) for start, length, word in passage.words]

    def change(text: str) -> str:
        if digest_of(text) != passage.digest:
            return text
        for start, end, word in reversed(before):
            text = text[:start] + word + text[end:]
        return text

    row = rewrite(passage.model, passage.row_id, passage.field, thread, change)
    if row is not None:
        _log(LoggedAction.RESTORE_NAME, actor, passage, thread)
        passage.delete()
        _forget_if_done(passage.removal)
    return row is not None


def delete_old_names() -> int:
    """Forget what was replaced FORUM_RETENTION days ago, and passages that are none any more.

    And names of which no passage is left; return how many passages.
    """
    days = settings.FORUM_RETENTION["replaced_names"]
    before = timezone.now() - timedelta(days=days)
    count = NamePassage.objects.filter(replaced_at__lte=before).delete()[0]
    for removal in list(NameRemoval.objects.all()):
        pattern = pattern_of(phrases_in(removal))
        for passage in removal.passages.filter(replaced_at=None).iterator():
            rows = apps.get_model(passage.model)._base_manager.filter(pk=passage.row_id)
            text = rows.values_list(passage.field, flat=True).first() or ""
            if not spans_of(passage, text, pattern):
                count += passage.delete()[0]
        _forget_if_done(removal)
    return count


def _forget_if_done(removal: NameRemoval) -> None:
    """Forget the names once no passage needs them."""
    if not removal.passages.exists():
        removal.delete()


def _replace_passage(passage: NamePassage, actor: Viewer) -> bool:
    """Replace the name in ``passage``, which waits; return whether its text still has it."""
    with transaction.atomic(durable=True):
        try:
            passage, thread = _lock_passage(passage, actor)
        except ObjectDoesNotExist:  # Another was quicker, or the text is gone.
            return False
        pattern = pattern_of(phrases_in(passage.removal))
        if replace_in_passage(passage, thread, lambda text: spans_found(pattern, text)) is None:
            passage.delete()
            return False
        _log(LoggedAction.REPLACE_NAME, actor, passage, thread)
        return True


def _lock_passage(passage: NamePassage, actor: Viewer) -> tuple[NamePassage, Thread | None]:
    """``passage`` and its thread, locked, for an animator who still reads its text."""
    rule = visibility.threads_with_removed
    thread = lock_thread_of(
        passage.model, passage.row_id, lambda pk: thread_for_update(pk, actor, rule)
    )
    _require_may_decide(passage.removal, actor)
    lock_row(NamePassage, passage.pk)
    rows = NamePassage.objects.visible_to(actor).select_related("removal")
    return rows.get(pk=passage.pk, replaced_at=passage.replaced_at), thread


def _require_may_decide(removal: NameRemoval, actor: Viewer) -> None:
    require(actor.is_animator, _("Ceci revient à l’équipe d’animation."))
    require_animator(User(pk=actor.person_id))  # Who may have waited for the lock.
    require_unclaimed(SOURCE, removal.pk, actor.person_id or 0)


def _log(
    action: LoggedAction, actor: Viewer, passage: NamePassage, thread: Thread | None
) -> None:
    """Note where, and no words: the log forgets nothing."""
    record_action(
        action,
        actor.person_id,
        person_id=passage.removal.person_id,
        thread_id=thread.pk if thread else None,
        post_id=passage.row_id if passage.model == "forum.Post" else None,
    )
