"""When the voters of a consultation are reminded of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from forum.conversation.consultations.models import Consultation
from forum.conversation.inbox.notification import reminder_moment


def voter_reminders(it: Consultation, asked_at: datetime) -> list[datetime]:
    """Of the moments when voters are asked, the last that is past, and those to come.

    They are: at once, in the middle, and in the morning of the last day.
    """
    assert it.closes_on is not None  # One with frozen voters has a last day.
    first = timezone.localdate(it.created_at)
    middle = first + timedelta(days=(it.closes_on - first).days // 2)
    reminders = (reminder_moment(day) for day in (middle, it.closes_on))
    moments = [asked_at, *(at for at in reminders if at > asked_at)]
    last = max((at for at in moments if at <= timezone.now()), default=asked_at)
    return [at for at in moments if at >= last]
