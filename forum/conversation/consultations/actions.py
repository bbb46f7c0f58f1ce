"""Closing, removing and restoring consultations, and what becomes of them with their threads.

Each is one transaction of four steps, or part of one, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.moderation_log.actions import record_action
from accounts.viewers.viewers import Viewer
from forum.base import events
from forum.base.rules import Refused, require
from forum.base.search_index.actions import index_thread
from forum.base.spaces.models import Space
from forum.conversation.consultations import rules
from forum.conversation.consultations.models import MAX_VOTERS, Consultation, removed, rows_of
from forum.conversation.consultations.queries import voters_of
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update


class TooManyVoters(Refused):
    """There would be more voters than its page lists."""

    status, field = 422, "voter_kind"

    def __init__(self) -> None:
        words = _("Plus de %(most)d voix : ouvrez-le dans un groupe, ou dans un collège.")
        super().__init__(words % {"most": MAX_VOTERS})


def frozen_voters(voter_kind: str, space: Space) -> list[dict[str, Any]]:
    """What each voter of one that opens in ``space`` is.

    Raise TooManyVoters where there would be more than ``MAX_VOTERS``.
    """
    voters = list(islice(voters_of(voter_kind, space), MAX_VOTERS + 1))
    if len(voters) > MAX_VOTERS:
        raise TooManyVoters
    return voters


def lock[Row: Consultation](it: Row, actor: Viewer) -> tuple[Row, Thread]:
    """``it`` and its thread, locked; part of a transaction that changes it."""
    thread = thread_for_update(it.thread_id, actor)
    rows = rows_of(type(it)).visible_to(actor).with_counts()
    return rows.get(pk=it.pk, thread=thread), thread


def close(it: Consultation) -> None:
    """Note that ``it``, whose thread is locked, is closed now."""
    it.closed_at = timezone.now()
    it.save(update_fields=["closed_at", "closes_on"])


def close_early(model: type[Consultation], thread: Thread) -> None:
    """Close the open one of ``thread``, which is locked, be it before its last day."""
    open_ones = rows_of(model).filter(thread=thread, closed_at=None)
    now, today = timezone.now(), timezone.localdate()
    open_ones.filter(closes_on__lt=today).update(closed_at=now)
    open_ones.update(closed_at=now, closes_on=None)


def close_due(model: type[Consultation]) -> int:
    """Close those whose last day is over; return how many."""
    due = rows_of(model).filter(closed_at=None, closes_on__lt=timezone.localdate())
    pks = list(due.order_by("pk").values_list("pk", "thread"))
    return sum(_close_due(model, *keys) for keys in pks)


@transaction.atomic(durable=True)
def _close_due(model: type[Consultation], pk: int, thread_id: int) -> bool:
    """Whether it was still to be closed, and in this thread."""
    thread = lock_row(Thread, thread_id)
    it = rows_of(model).filter(pk=pk, thread=thread, closed_at=None).first()
    if it is None or not it.is_over:
        return False
    close(it)
    events.record(thread)
    return True


@transaction.atomic(durable=True)
def remove(it: Consultation, actor: Viewer, reason: str = "") -> Thread:
    """Take ``it`` out of sight, for a ``reason``; return its thread.

    Its author deletes it where nobody has answered.
    """
    it, thread = lock(it, actor)
    if rules.may_delete(actor, thread, it):
        it.delete()
    else:
        require(rules.may_remove(actor, thread, it), rules.no_removal_reason())
        require(bool(reason), _("Dites pourquoi : le journal le garde."))
        it.removed_at, it.is_restorable = timezone.now(), True
        it.save(update_fields=["removed_at", "is_restorable"])
        _log(actor, it, reason, is_removal=True)
    index_thread(thread)
    events.record(thread)
    return thread


@transaction.atomic(durable=True)
def restore[Row: Consultation](it: Row, actor: Viewer, reason: str) -> Row:
    """Show ``it``, which was removed, again, for a ``reason``; return it.

    Closed, where another was opened meanwhile. Raise DoesNotExist where it is not removed, or
    may not come back, since others read its thread now, and Refused where it may not close
    before its last day.
    """
    thread = thread_for_update(it.thread_id, actor)
    rows = rows_of(type(it))
    it = rows.visible_to(actor, removed).get(pk=it.pk, thread=thread)
    require(rules.may_restore(actor, thread, it), rules.no_restore_reason(actor, thread))
    require(bool(reason), _("Dites pourquoi : le journal le garde."))
    if it.closed_at is None and rows.open().filter(thread=thread).exists():
        _end_early(it)
    it.removed_at, it.is_restorable = None, False
    it.save(update_fields=["removed_at", "is_restorable", "closed_at", "closes_on"])
    _log(actor, it, reason, is_removal=False)
    index_thread(thread)
    events.record(thread)
    return it


def carry(model: type[Consultation], thread: Thread, into: Thread) -> None:
    """Give ``into`` those of ``thread``; of two open ones that of ``into`` stays so.

    Part of the transaction that merges ``thread`` into it. Raise Refused where the other may
    not close before its last day.
    """
    if rows_of(model).open().filter(thread=into).exists():
        for it in rows_of(model).open().filter(thread=thread):
            _end_early(it)
            it.save(update_fields=["closed_at", "closes_on"])
    if rows_of(model).filter(thread=thread).update(thread=into):
        index_thread(into)


def _end_early(it: Consultation) -> None:
    """Have ``it``, which is open beside another, end now, be it before its last day.

    Raise Refused where it may not.
    """
    words = _(
        "Un autre sondage est ouvert, et un vote dont la liste des voix est fixée ne se clôt "
        "pas avant son dernier jour\u00a0: attendez la clôture de l’un des deux."
    )
    require(it.is_over or it.may_close_early, words)
    it.closes_on = it.closes_on if it.is_over else None
    it.closed_at = timezone.now()


def delete_all(model: type[Consultation], thread: Thread) -> None:
    """Delete those of ``thread``, as sending its first post is undone."""
    if rows_of(model).filter(thread=thread).delete()[0]:
        index_thread(thread)


def _log(actor: Viewer, it: Consultation, reason: str, *, is_removal: bool) -> None:
    """Log what an animator does to ``it``, for a ``reason``."""
    removal, restoral = it.logged_actions
    record_action(
        removal if is_removal else restoral,
        actor.person_id,
        person_id=it.author_id,
        thread_id=it.thread_id,
        reason=reason,
    )
