"""Passing a question on that one received, and saying that it is not for one.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Seat
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, rules
from forum.base.rules import refusal_reason, require
from forum.conversation.addressees.actions import put_to
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.models import Origin, ThreadAddressee
from forum.conversation.addressees.referrals.queries import received_question
from forum.conversation.addressees.referrals.rules import may_answer_for, may_remove_words
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update


@transaction.atomic(durable=True)
def pass_on(question: ThreadAddressee, actor: Viewer, to: Addressee, word: str) -> None:
    """Put ``question``, which ``actor`` received, to a colleague or another organisation.

    ``word``: what they alone read of why. Raise Refused where they were asked already, do not
    read the space, or have been told of enough questions this week.
    """
    thread, question = _lock(question, actor)
    require(may_answer_for(actor, thread), _reason(actor, thread))
    asked = thread.addressees.values_list("person", "organisation", "territory")
    words = _("« %(name)s » a déjà reçu cette question.") % {"name": to.name}
    require(to.key not in set(asked), words)
    own = _("C’est à vous que la question est posée.")
    require(to.person is None or to.person.pk != actor.person_id, own)
    from_there = Seat.objects.filter(Q(("pk", thread.seat_id)), organisation=to.organisation)
    asks = to.organisation is not None and from_there.exists()
    require(not asks, _("C’est cette organisation qui pose la question."))
    about = {"origin": Origin.REFERRAL, "referred_from": question, "word": word}
    put_to(thread, [to], actor.person_id, **about)
    _take_decline_back(question)
    events.record(thread)


@transaction.atomic(durable=True)
def decline(question: ThreadAddressee, actor: Viewer, reason: str, words: str) -> None:
    """Decline ``question`` for whom ``actor`` received it, with their words if any."""
    thread, question = _lock(question, actor)
    require(may_answer_for(actor, thread), _reason(actor, thread))
    previous = question.decline_reason, question.decline_words
    if question.declined_at and previous == (reason, words):
        return
    question.declined_at, question.declined_by_id = timezone.now(), actor.person_id
    question.decline_reason, question.decline_words = reason, words
    question.save(update_fields=_DECLINE_FIELDS)
    events.record(thread)


@transaction.atomic(durable=True)
def take_decline_back(question: ThreadAddressee, actor: Viewer) -> None:
    """Take back that ``question`` was declined; an animator removes the words, too."""
    thread, question = _lock(question, actor)
    is_own = may_answer_for(actor, thread)
    require(is_own or may_remove_words(actor), _reason(actor, thread))
    if question.declined_at is None:
        return
    if may_remove_words(actor) and question.declined_by_id != actor.person_id:
        record_action(
            LoggedAction.REMOVE_DECLINE,
            actor.person_id,
            person_id=question.declined_by_id,
            thread_id=thread.pk,
        )
    _take_decline_back(question)
    events.record(thread)


_DECLINE_FIELDS = ["declined_at", "declined_by", "decline_reason", "decline_words"]


def _lock(question: ThreadAddressee, actor: Viewer) -> tuple[Thread, ThreadAddressee]:
    """The thread, locked, and the question as it is now."""
    thread = thread_for_update(question.thread_id, actor)
    return thread, received_question(actor, question.pk)


def _take_decline_back(question: ThreadAddressee) -> None:
    question.declined_at = question.declined_by = None
    question.decline_reason = question.decline_words = ""
    question.save(update_fields=_DECLINE_FIELDS)


def _reason(actor: Viewer, thread: Thread) -> str:
    if thread.is_resolved:
        return _("Cette question est réglée.")
    return refusal_reason(actor, thread, rules.no_reply_reason(thread))
