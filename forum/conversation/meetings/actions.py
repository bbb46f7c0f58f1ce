"""Setting meetings, changing and cancelling them, registering and withdrawing.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events
from forum.base.rules import owns_thread, require
from forum.conversation.meetings import rules
from forum.conversation.meetings.mail import mail_registration
from forum.conversation.meetings.models import (
    REMINDERS,
    Meeting,
    MeetingValues,
    Registration,
)
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.shown_readers import require_shown_readers


@transaction.atomic(durable=True)
def add_meeting(
    thread: Thread, actor: Viewer, values: MeetingValues, shown_readers: str = ""
) -> Meeting:
    """Set a meeting of the readers of ``thread``; return it. Sent twice, it is one.

    Raise Refused where one is open, or ``actor`` may not, and ReadersChanged where others read
    the thread than the form showed in ``shown_readers``.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    reason = rules.no_meeting_reason(actor, thread)
    require(rules.may_add_meeting(actor, thread), reason)
    require_read_posts(actor, thread.space)
    if meeting := Meeting.objects.open().filter(thread=thread).first():
        is_same = values == _values_of(meeting)
        if is_same and meeting.author_id == actor.person_id:
            return meeting
        words = _("Une rencontre est déjà prévue dans ce fil : modifiez-la, ou annulez-la.")
        require(not meeting.takes_registrations, words)
        _end(meeting)
    about = values._asdict()
    assert actor.person_id is not None  # Who writes has an account.
    meeting = Meeting.objects.create(thread=thread, author_id=actor.person_id, **about)
    events.record(thread)
    return meeting


@transaction.atomic(durable=True)
def edit_meeting(
    meeting: Meeting, actor: Viewer, values: MeetingValues, shown_readers: str = ""
) -> Meeting:
    """Set ``values`` of ``meeting``, which is open; return it.

    Who registered is told where it is at another time or place. With more places, those who
    wait get them; with fewer, nobody loses theirs.
    """
    meeting, thread = _lock(meeting, actor)
    require_shown_readers(thread.space, shown_readers)
    reason = rules.no_change_reason(actor, thread, meeting)
    require(rules.may_edit_meeting(actor, thread, meeting), reason)
    require_read_posts(actor, thread.space)
    before = _values_of(meeting)
    if values == before:
        return meeting
    if values.starts_at != before.starts_at:
        meeting.reminded_at = None
    for name, value in values._asdict().items():
        setattr(meeting, name, value)
    if values._replace(max_people=before.max_people) != before:
        meeting.sequence += 1
        meeting.changed_at = timezone.now()
        assert actor.person_id is not None  # Who writes has an account.
        meeting.author_id = actor.person_id
        _log(LoggedAction.EDIT_MEETING, actor, thread)
    meeting.save()
    _promote_waiting(meeting)
    events.record(thread)
    return meeting


@transaction.atomic(durable=True)
def cancel_meeting(meeting: Meeting, actor: Viewer) -> Thread:
    """Cancel ``meeting``; return its thread. Nothing is left of one that nobody registered for.

    Who registered is told.
    """
    meeting, thread = _lock(meeting, actor)
    if meeting.cancelled_at:
        return thread
    reason = rules.no_change_reason(actor, thread, meeting)
    require(rules.may_edit_meeting(actor, thread, meeting), reason)
    _log(LoggedAction.CANCEL_MEETING, actor, thread)
    if meeting.registrations.exists():
        meeting.cancelled_at = timezone.now()
        meeting.sequence += 1
        meeting.save(update_fields=["cancelled_at", "sequence"])
    else:
        meeting.delete()
    events.record(thread)
    return thread


@transaction.atomic(durable=True)
def register(meeting: Meeting, actor: Viewer) -> Registration:
    """Register ``actor`` for ``meeting``: with a place, or waiting for one; twice is once."""
    meeting, thread = _lock(meeting, actor)
    own = Registration.objects.filter(meeting=meeting, person=actor.person_id).first()
    if own:
        return own
    reason = rules.no_registration_reason(actor, thread, meeting)
    require(rules.may_register(actor, thread, meeting), reason)
    now = timezone.now()
    placed_at = None if meeting.is_full or meeting.waiting_count else now
    about = {"person_id": actor.person_id, "registered_at": now, "placed_at": placed_at}
    own = Registration.objects.create(meeting=meeting, **about)
    if placed_at:
        mail_registration.enqueue(own.pk)
    events.record(thread)
    return own


@transaction.atomic(durable=True)
def withdraw(meeting: Meeting, actor: Viewer) -> None:
    """Take back the registration of ``actor``, for who waits longest; twice is once."""
    meeting, thread = _lock(meeting, actor)
    require(meeting.takes_registrations, rules.closed_reason(meeting))
    own = Registration.objects.filter(meeting=meeting, person=actor.person_id)
    if own.delete()[0]:
        _promote_waiting(meeting)
        events.record(thread)


def keep_due_meetings() -> int:
    """End the meetings whose time is over, and give away places that closed accounts left.

    Return how many changed.
    """
    has_waiting = Q(max_people__isnull=False, registrations__placed_at=None)
    has_waiting &= Q(registrations__isnull=False)
    is_due = Q(ends_at__lte=timezone.now()) | has_waiting
    due = Meeting.objects.open().filter(is_due).order_by("pk").distinct()
    return sum(_keep_due(*keys) for keys in list(due.values_list("pk", "thread")))


@transaction.atomic(durable=True)
def _keep_due(pk: int, thread_id: int) -> bool:
    """Whether the meeting was still to be changed, and in this thread."""
    thread = lock_row(Thread, thread_id)
    meeting = Meeting.objects.open().filter(pk=pk, thread=thread).first()
    if meeting is None:
        return False
    if meeting.takes_registrations:
        if not _promote_waiting(meeting):
            return False
    else:
        _end(meeting)
    events.record(thread)
    return True


def remind_of_meetings() -> int:
    """Note which meetings it is time to remind of, for the inbox; return of how many."""
    now = timezone.now()
    soon = {"starts_at__gt": now, "starts_at__lte": now + max(REMINDERS)}
    meetings = Meeting.objects.open().filter(**soon).order_by("pk")
    due = [meeting for meeting in meetings if meeting.due_reminder]
    return sum(_remind(meeting.pk, meeting.thread_id) for meeting in due)


@transaction.atomic(durable=True)
def _remind(pk: int, thread_id: int) -> bool:
    """Whether it was still to be reminded of, and in this thread. Pages show nothing of it."""
    thread = lock_row(Thread, thread_id)
    meeting = Meeting.objects.open().filter(pk=pk, thread=thread).first()
    if meeting is None or not (due := meeting.due_reminder):
        return False
    meeting.reminded_at = due
    meeting.save(update_fields=["reminded_at"])
    return True


def leave_words(thread: Thread) -> None:
    """Empty where the meetings of ``thread`` are, as more come to read it, and say so.

    But of those that who opened the thread set: only they have agreed.
    """
    others = Meeting.objects.filter(thread=thread).exclude(author=thread.author_id)
    others = others.exclude(place="", call_url="")
    now = timezone.now()
    others.open().update(changed_at=now, sequence=F("sequence") + 1)
    others.update(place="", call_url="")


def carry_meetings(thread: Thread, into: Thread) -> None:
    """Give ``into`` the meetings of ``thread``, with who registered; both stay as they are."""
    Meeting.objects.filter(thread=thread).update(thread=into)


def delete_meetings(thread: Thread) -> None:
    """Delete the meetings of ``thread``, as sending its first post is undone."""
    Meeting.objects.filter(thread=thread).delete()


def _lock(meeting: Meeting, actor: Viewer) -> tuple[Meeting, Thread]:
    """``meeting`` and its thread, locked."""
    thread = thread_for_update(meeting.thread_id, actor)
    meetings = Meeting.objects.visible_to(actor).with_counts()
    return meetings.get(pk=meeting.pk, thread=thread), thread


def _values_of(meeting: Meeting) -> MeetingValues:
    return MeetingValues(*(getattr(meeting, name) for name in MeetingValues._fields))


def _promote_waiting(meeting: Meeting) -> int:
    """Give free places to those who wait longest; return how many."""
    going = meeting.registrations.exclude(placed_at=None).count()
    waiting = Registration.objects.filter(meeting=meeting).waiting()
    if meeting.max_people is not None:
        waiting = waiting[: max(0, meeting.max_people - going)]
    pks = list(waiting.values_list("pk", flat=True))
    for pk in pks:
        mail_registration.enqueue(pk)
    return Registration.objects.filter(pk__in=pks).update(placed_at=timezone.now())


def _end(meeting: Meeting) -> None:
    meeting.ended_at = timezone.now()
    meeting.save(update_fields=["ended_at"])


def _log(action: LoggedAction, actor: Viewer, thread: Thread) -> None:
    """Log what an animator does in the thread of somebody else."""
    if not owns_thread(actor, thread):
        record_action(action, actor.person_id, person_id=thread.author_id, thread_id=thread.pk)
