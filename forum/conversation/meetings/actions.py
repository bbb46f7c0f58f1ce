"""Setting meetings, changing and cancelling them, registering and withdrawing.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

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
from forum.base.search_index.actions import index_thread
from forum.conversation.meetings import rules
from forum.conversation.meetings.lost_registrations.actions import note_lost_registrations
from forum.conversation.meetings.mail import mail_change, mail_registration, mail_withdrawal
from forum.conversation.meetings.models import (
    MAX_DATES,
    REMINDERS,
    Meeting,
    MeetingValues,
    Question,
    Registration,
    own_registrations,
)
from forum.conversation.meetings.queries import unseen_registrations
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import lock_active_account, thread_for_update
from forum.conversation.threads.shown_readers import require_shown_readers

#: For how long nobody changes a meeting before its changes are mailed, as one.
CHANGE_PAUSE = timedelta(minutes=5)
#: How many of the first values of a meeting say when it is.
_DATES = MeetingValues._fields.index("place")


@transaction.atomic(durable=True)
def add_meetings(
    thread: Thread, actor: Viewer, dates: Sequence[MeetingValues], shown_readers: str = ""
) -> Meeting:
    """Set meetings of the readers of ``thread``; return the first. Sent twice, each is one.

    Raise Refused where too many would be open, or ``actor`` may not, and ReadersChanged where
    others read the thread than the form showed in ``shown_readers``.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    reason = rules.no_meeting_reason(actor, thread)
    require(rules.may_add_meeting(actor, thread), reason)
    require_read_posts(actor, thread.space)
    coming = Meeting.objects.open().filter(thread=thread, ends_at__gt=timezone.now())
    own = {_values_of(it): it for it in coming if it.author_id == actor.person_id}
    new = [values for values in dates if values not in own]
    words = _("Douze rencontres au plus sont à venir dans un fil : annulez-en d’abord.")
    require(not new or len(coming) + len(new) <= MAX_DATES, words)
    assert actor.person_id is not None  # Who writes has an account.
    now = timezone.now()  # Dates that are set together are told of as one.
    for values in new:
        about = values._asdict() | {"author_id": actor.person_id, "created_at": now}
        about["day_words"] = values.day_words
        own[values] = Meeting.objects.create(thread=thread, **about)
    if new:
        index_thread(thread)
        events.record(thread)
    return own[dates[0]]


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
    meeting.day_words = values.day_words
    if values._replace(max_people=before.max_people, questions=before.questions) != before:
        meeting.sequence += 1
        meeting.changed_at = timezone.now()
    if values[:_DATES] != before[:_DATES]:
        meeting.date_sequence = meeting.sequence
    if values._replace(max_people=before.max_people) != before:
        assert actor.person_id is not None  # Who writes has an account.
        meeting.author_id = actor.person_id
        _log(LoggedAction.EDIT_MEETING, actor, thread)
    meeting.save()
    index_thread(thread)
    _promote_waiting(meeting)
    events.record(thread)
    return meeting


@transaction.atomic(durable=True)
def cancel_meeting(meeting: Meeting, actor: Viewer) -> Thread:
    """Cancel ``meeting``; return its thread. Nothing is left of one that was just set.

    Unless somebody registered, who is told. Calendars are told of any other that is cancelled.
    """
    meeting, thread = _lock(meeting, actor)
    if meeting.cancelled_at:
        return thread
    reason = rules.no_change_reason(actor, thread, meeting)
    require(rules.may_edit_meeting(actor, thread, meeting), reason)
    _log(LoggedAction.CANCEL_MEETING, actor, thread)
    if meeting.leaves_nothing:
        meeting.delete()
    else:
        meeting.cancelled_at = timezone.now()
        meeting.sequence += 1
        meeting.save(update_fields=["cancelled_at", "sequence"])
    index_thread(thread)
    events.record(thread)
    return thread


@transaction.atomic(durable=True)
def register(
    meeting: Meeting, actor: Viewer, answers: Sequence[tuple[Question, str]] = ()
) -> Registration:
    """Register ``actor`` for ``meeting``: with a place, or waiting for one; twice is once.

    Raise Refused where they may not, and where ``answers`` are to other questions than its own.
    """
    meeting, thread = _lock(meeting, actor)
    own = Registration.objects.filter(meeting=meeting, person=actor.person_id).first()
    if own:
        return own
    reason = rules.no_registration_reason(actor, thread, meeting)
    require(rules.may_register(actor, thread, meeting), reason)
    is_asked = tuple(question for question, _answer in answers) == meeting.asked
    require(is_asked, _("Les questions ont changé : répondez à celles d’aujourd’hui."))
    assert actor.person_id is not None  # Who registers has an account.
    now, is_waiting = timezone.now(), bool(meeting.is_full or meeting.waiting_count)
    own = Registration.objects.create(
        meeting=meeting,
        person_id=actor.person_id,
        seat_id=actor.seat_id,
        registered_at=now,
        placed_at=None if is_waiting else now,
        mailed_sequence=None if is_waiting else meeting.sequence,
        answers=[[*question, answer] for question, answer in answers],
    )
    if own.placed_at:
        mail_registration.enqueue(own.pk)
    elif _promote_waiting(meeting):
        own.refresh_from_db()
    events.record(thread)
    return own


@transaction.atomic(durable=True)
def withdraw(meeting: Meeting, actor: Viewer, *, by_calendar: bool = False) -> None:
    """Take back the registration of ``actor``, for who waits longest; twice is once.

    Their calendar is told by mail, unless it is the one that withdraws.
    """
    meeting, thread = _lock(meeting, actor, writes=False)
    require(meeting.takes_registrations, rules.closed_reason(meeting))
    own = meeting.registrations.filter(person=actor.person_id, placed_at__isnull=False)
    if not by_calendar and (row := own.first()):
        mail_withdrawal.enqueue(meeting.pk, row.person_id)
    _withdraw(meeting, thread, actor)


@transaction.atomic(durable=True)
def withdraw_unseen(meeting_id: int, actor: Viewer) -> None:
    """Take back the registration of ``actor`` for a meeting that they no longer see.

    Whatever became of it: they are told nothing of that. Twice is once.
    """
    threads = Meeting.objects.filter(pk=meeting_id).values_list("thread", flat=True)
    if (thread_id := threads.first()) is None:
        return
    thread = lock_row(Thread, thread_id)
    lock_active_account(actor, even_silenced=True)
    meeting = Meeting.objects.filter(pk=meeting_id, thread=thread).first()
    if meeting is not None:
        _withdraw(meeting, thread, actor)


def _withdraw(meeting: Meeting, thread: Thread, actor: Viewer) -> None:
    own = Registration.objects.visible_to(actor, own_registrations).filter(meeting=meeting)
    if own.delete()[0]:
        if meeting.takes_registrations:
            _promote_waiting(meeting)
        events.record(thread)


def keep_due_meetings() -> int:
    """End the meetings whose time is over, and give away places that others wait for.

    Those that closed accounts left, and of who may no longer read the thread. Return how many
    meetings changed.
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
    due = [meeting for meeting in meetings if meeting.is_reminder_due]
    return sum(_remind(meeting.pk, meeting.thread_id) for meeting in due)


@transaction.atomic(durable=True)
def _remind(pk: int, thread_id: int) -> bool:
    """Whether it was still to be reminded of, and in this thread. Pages show nothing of it."""
    thread = lock_row(Thread, thread_id)
    meeting = Meeting.objects.open().filter(pk=pk, thread=thread).first()
    if meeting is None or not meeting.is_reminder_due:
        return False
    meeting.reminded_at = timezone.now()
    meeting.save(update_fields=["reminded_at"])
    return True


def mail_changes() -> int:
    """Have who has a place mailed what their calendar is to show; return how many are.

    Changes are one mail, once there was none for ``CHANGE_PAUSE``; a cancellation is at once.
    """
    now = timezone.now()
    is_settled = Q(cancelled_at__isnull=False) | Q(changed_at__lte=now - CHANGE_PAUSE)
    due = Meeting.objects.filter(
        is_settled,
        ended_at=None,
        ends_at__gt=now,
        registrations__mailed_sequence__lt=F("sequence"),
    )
    due = due.order_by("pk").distinct()
    return sum(_mail_changes(*keys) for keys in list(due.values_list("pk", "thread")))


@transaction.atomic(durable=True)
def _mail_changes(pk: int, thread_id: int) -> int:
    """How many are mailed of this meeting, if it is still in this thread."""
    thread = lock_row(Thread, thread_id)
    meeting = Meeting.objects.filter(pk=pk, thread=thread).first()
    if meeting is None:
        return 0
    rows = meeting.registrations.filter(mailed_sequence__lt=meeting.sequence).order_by("pk")
    pks = list(rows.values_list("pk", flat=True))
    Registration.objects.filter(pk__in=pks).update(mailed_sequence=meeting.sequence)
    for registration_id in pks:
        mail_change.enqueue(registration_id)
    return len(pks)


def leave_words(thread: Thread) -> None:
    """Empty where the meetings of ``thread`` are, as more come to read it, and what they ask.

    Who registered is told. But of those that who opened the thread set: only they have agreed.
    """
    others = Meeting.objects.filter(thread=thread).exclude(author=thread.author_id)
    others = others.exclude(place="", call_url="", questions=[])
    now = timezone.now()
    others.open().update(changed_at=now, sequence=F("sequence") + 1)
    if others.update(place="", call_url="", questions=[]):
        index_thread(thread)


def carry_meetings(thread: Thread, into: Thread) -> None:
    """Give ``into`` the meetings of ``thread``, with who registered; both stay as they are."""
    if Meeting.objects.filter(thread=thread).update(thread=into):
        index_thread(into)


def delete_meetings(thread: Thread) -> None:
    """Delete the meetings of ``thread``, as sending its first post is undone."""
    if Meeting.objects.filter(thread=thread).delete()[0]:
        index_thread(thread)


def _lock(meeting: Meeting, actor: Viewer, *, writes: bool = True) -> tuple[Meeting, Thread]:
    """``meeting`` and its thread, locked."""
    thread = thread_for_update(meeting.thread_id, actor, writes=writes)
    meetings = Meeting.objects.visible_to(actor).with_counts()
    return meetings.get(pk=meeting.pk, thread=thread), thread


def _values_of(meeting: Meeting) -> MeetingValues:
    values = MeetingValues(*(getattr(meeting, name) for name in MeetingValues._fields))
    return values._replace(questions=meeting.asked)


def _promote_waiting(meeting: Meeting) -> int:
    """Give free places to those who wait longest; return how many registrations changed.

    Where somebody waits, who may no longer read the thread gives their place back, or stops
    waiting for one, and is told.
    """
    waiting = Registration.objects.filter(meeting=meeting).waiting()
    if not waiting.exists():
        return 0
    unseen = Registration.objects.filter(pk__in=unseen_registrations(meeting))
    note_lost_registrations(unseen.values_list("person", flat=True))
    dropped, _rows = unseen.delete()
    going = meeting.registrations.exclude(placed_at=None).count()
    if meeting.max_people is not None:
        waiting = waiting[: max(0, meeting.max_people - going)]
    pks = list(waiting.values_list("pk", flat=True))
    for pk in pks:
        mail_registration.enqueue(pk)
    values = {"placed_at": timezone.now(), "mailed_sequence": meeting.sequence}
    placed = Registration.objects.filter(pk__in=pks).update(**values)
    return dropped + placed


def _end(meeting: Meeting) -> None:
    meeting.ended_at = timezone.now()
    meeting.save(update_fields=["ended_at"])


def _log(action: LoggedAction, actor: Viewer, thread: Thread) -> None:
    """Log what an animator does in the thread of somebody else."""
    if not owns_thread(actor, thread):
        record_action(action, actor.person_id, person_id=thread.author_id, thread_id=thread.pk)
