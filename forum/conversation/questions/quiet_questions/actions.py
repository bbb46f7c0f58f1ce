"""What is done about questions that have been quiet for days. Done twice, it is done once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base import events
from forum.base.rules import owns_thread
from forum.conversation.addressees.actions import put_to
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.models import Origin
from forum.conversation.addressees.selection.queries import askable_organisations
from forum.conversation.questions.quiet_questions.models import MAX_TIMES, QuestionReminder
from forum.conversation.questions.quiet_questions.queries import (
    answered_quiet,
    unanswered_quiet,
    was_asked_again,
)
from forum.conversation.threads.queries import thread_for_update
from forum.models import Thread

#: How many of those who know the topic are told of a question.
MAX_KNOWING = 5
#: Questions of one run: the next day goes on.
MAX_QUESTIONS = 500


def tell_who_knows() -> int:
    """Put each quiet question without a reply to some who know its topic; return how many.

    Once, and to nobody who has been told of enough questions this week. Where there is nobody,
    it is tried again the next day.
    """
    waiting = (
        Thread.objects.filter(unanswered_quiet()).exclude(was_asked_again()).order_by("pk")
    )
    return sum(
        _tell_who_knows(pk) for pk in list(waiting.values_list("pk", flat=True))[:MAX_QUESTIONS]
    )


@transaction.atomic(durable=True)
def _tell_who_knows(pk: int) -> bool:
    """Whether somebody was told of the question with this id, in the name of who asks it."""
    thread = Thread.objects.select_related("assignee__person", "author").get(pk=pk)
    owner: User = thread.assignee.person if thread.assignee else thread.author
    viewer = viewer_of_person(owner)
    try:
        thread = thread_for_update(pk, viewer)
    except (Thread.DoesNotExist, PermissionDenied):
        return False  # Nobody asks any more.
    is_waiting = Thread.objects.filter(unanswered_quiet(), pk=pk).exclude(was_asked_again())
    if not is_waiting.exists():
        return False
    organisations = askable_organisations(viewer, thread.space, thread.topic, thread)
    knowing = organisations.filter(Q(("has_testified", True)))[:MAX_KNOWING]
    addressees = [Addressee(f"organisation-{it.slug}", organisation=it) for it in knowing]
    if not addressees:
        return False
    try:
        put_to(thread, addressees, owner.pk, origin=Origin.QUIET)
    except PermissionDenied:
        return False  # Others asked them meanwhile.
    events.record(thread)
    return True


@transaction.atomic(durable=True)
def remind_askers() -> int:
    """Ask whether quiet questions with replies are settled; return of how many.

    Each anew as many days after it was answered that it is not, or after a later reply;
    ``MAX_TIMES`` at most.
    """
    now = timezone.now()
    before = now - timedelta(days=settings.FORUM_QUIET_DAYS)
    quiet = Thread.objects.filter(answered_quiet())
    new = quiet.filter(reminder=None).order_by("pk").values_list("pk", flat=True)
    rows = [QuestionReminder(thread_id=pk, asked_at=now) for pk in new[:MAX_QUESTIONS]]
    QuestionReminder.objects.bulk_create(rows, ignore_conflicts=True)
    again = Q(postponed_at__lte=before) | Q(
        postponed_at=None, thread__last_posted_at__gt=F("asked_at")
    )
    due = QuestionReminder.objects.filter(again, times__lt=MAX_TIMES, thread__in=quiet)
    pks = list(due.values_list("pk", flat=True))
    changed = QuestionReminder.objects.filter(pk__in=pks, asked_at__lt=now)
    return len(rows) + changed.update(times=F("times") + 1, asked_at=now, postponed_at=None)


@transaction.atomic(durable=True)
def postpone_reminder(thread: Thread, actor: Viewer) -> None:
    """Postpone asking ``actor``, whose question it is, whether it is settled."""
    thread = thread_for_update(thread.pk, actor, writes=False)
    if owns_thread(actor, thread):
        asked = QuestionReminder.objects.filter(thread=thread, postponed_at=None)
        asked.update(postponed_at=timezone.now())
