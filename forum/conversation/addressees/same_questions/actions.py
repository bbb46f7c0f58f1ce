"""Saying that one's organisation has the same question, and taking that back.

Each counts once, however often it is sent.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.base import events, rules
from forum.base.rules import refusal_reason, require
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.conversation.addressees.same_questions.queries import count_territories, territory_of
from forum.conversation.addressees.same_questions.rules import may_have_same_question
from forum.conversation.follows.models import Follow
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update


@transaction.atomic(durable=True)
def say_same_question(thread: Thread, actor: Viewer) -> Thread:
    """The organisation that ``actor`` writes for has the question too; return the thread.

    They follow it from then on. Raise Refused where they may not say so, or it is their own.
    """
    thread = thread_for_update(thread.pk, actor)
    words = _("Il faut un siège confirmé dans une organisation pour le dire en son nom.")
    why = words if actor.seat_id is None else rules.no_reply_reason(thread)
    require(may_have_same_question(actor, thread), refusal_reason(actor, thread, why))
    organisation_id = _organisation_of(actor)
    own = Seat.objects.filter(Q(("pk", thread.seat_id)), organisation=organisation_id).exists()
    require(not own, _("C’est déjà votre question : d’autres diront s’ils l’ont aussi."))
    assert actor.person_id is not None  # Who writes has an account.
    _row, is_new = SameQuestion.objects.get_or_create(
        thread=thread,
        organisation_id=organisation_id,
        defaults={"person_id": actor.person_id, "territory": territory_of(organisation_id)},
    )
    Follow.objects.get_or_create(
        person_id=actor.person_id,
        thread=thread,
        defaults={"last_read_number": thread.post_count},
    )
    if is_new:
        _count(thread)
    return thread


@transaction.atomic(durable=True)
def take_same_question_back(thread: Thread, actor: Viewer) -> Thread:
    """Take back that organisations of ``actor`` have the question; return the thread."""
    thread = thread_for_update(thread.pk, actor, writes=False)
    own = Seat.objects.filter(pk__in=actor.seat_ids).values("organisation")
    same_questions = SameQuestion.objects.filter(thread=thread, organisation__in=own)
    if same_questions.delete()[0]:
        _count(thread)
    return thread


def carry_same_questions(thread: Thread, into: Thread) -> None:
    """Count those of ``thread`` for ``into``; the caller saves ``into``.

    Part of the transaction that merges ``thread`` into it. Who asks there is not counted.
    """
    if into.kind != "question":
        return
    there = SameQuestion.objects.filter(thread=into).values_list("organisation", flat=True)
    asks = Seat.objects.filter(Q(("pk", into.seat_id))).values_list("organisation", flat=True)
    rows = SameQuestion.objects.filter(thread=thread)
    rows.exclude(organisation__in=[*there, *asks]).update(thread=into)
    SameQuestion.objects.filter(thread=thread).delete()
    into.same_question_count = count_territories(into)


def leave_same_questions(thread: Thread) -> None:
    """Delete those of ``thread``, as more people read it; the caller saves it."""
    SameQuestion.objects.filter(thread=thread).delete()
    thread.same_question_count = 0


def _organisation_of(actor: Viewer) -> int:
    assert actor.seat_id is not None  # The rule says so.
    return Seat.objects.values_list("organisation", flat=True).get(pk=actor.seat_id)


def _count(thread: Thread) -> None:
    """Set the number that the thread shows, whose row is locked."""
    thread.same_question_count = count_territories(thread)
    events.record(thread, changed=["same_question_count"])
