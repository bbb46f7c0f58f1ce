"""Who follows a thread is told of a meeting that is set in it later: once, by their channel."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import UNDO_PERIOD
from forum.conversation.follows.actions import follow_thread
from forum.conversation.follows.models import Channel, Follow
from forum.conversation.meetings import actions
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.notifications import meetings_set_later
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.models import Thread
from tests.factories import start_thread
from tests.forum.conversation.meeting_helpers import (
    CALL,
    add_meeting,
    meeting_values,
    register,
)
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.conversation.poll_helpers import words
from tests.forum.mail.thread_mail.helpers import deliver_notifications

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def thread(claire, jeanne, spaces):
    """A thread of yesterday that Jeanne and Claire, its author, follow."""
    thread = start_thread(claire, spaces["network"], title="Visite de la chaufferie")
    yesterday = timezone.now() - timedelta(days=1)
    Thread.objects.filter(pk=thread.pk).update(created_at=yesterday)
    type(jeanne).objects.update(inbox_read_at=yesterday)
    jeanne.seats.update(confirmed_at=yesterday)
    follow_thread(thread.pk, viewer_of_person(jeanne))
    plan_changed_notifications()
    return thread


def told(person):
    """What the inbox says to ``person`` of meetings that were set."""
    found = notifications_by(meetings_set_later, person, viewer_of_person(person))
    return [words(it.text) for it in found]


def settle():
    """As if nothing of it could be undone any more."""
    for meeting in Meeting.objects.all():
        Meeting.objects.filter(pk=meeting.pk).update(
            created_at=meeting.created_at - UNDO_PERIOD
        )
    Follow.objects.update(followed_at=timezone.now() - timedelta(days=1))


def test_followers_are_told_with_its_date_and_mailed_once_but_not_its_author(
    thread, claire, jeanne, lucie
):
    meeting = add_meeting(thread, claire)
    assert told(claire) == told(lucie) == []
    title = "« Visite de la chaufferie »"
    assert told(jeanne) == [
        f"Une rencontre est prévue dans {title} : {words(meeting.when_with_zone)}."
    ]
    settle()
    for _time in range(2):
        for person in (claire, jeanne, lucie):
            deliver_notifications(person)
    (sent,) = mail.outbox
    assert sent.to == [jeanne.email]
    assert words(meeting.when) in words(sent.body)
    assert meeting.get_absolute_url() in sent.body and CALL not in str(sent.message())


def test_dates_that_are_set_together_are_told_as_one(thread, claire, jeanne):
    dates = [meeting_values(days=days) for days in (10, 20, 30)]
    meeting = actions.add_meetings(thread, viewer_of_person(claire), dates)
    (text,) = told(jeanne)
    assert text.startswith("3 rencontres") and words(meeting.when_with_zone) in text


def test_of_one_that_is_withdrawn_in_time_nobody_is_mailed(thread, claire, jeanne):
    meeting = add_meeting(thread, claire)
    deliver_notifications(jeanne)
    actions.cancel_meeting(meeting, viewer_of_person(claire))
    assert told(jeanne) == []
    deliver_notifications(jeanne)
    assert mail.outbox == []


def test_the_channel_of_the_thread_is_that_of_the_news(thread, claire, jeanne):
    Follow.objects.filter(person=jeanne).update(channel=Channel.SITE)
    add_meeting(thread, claire)
    settle()
    deliver_notifications(jeanne)
    assert len(told(jeanne)) == 1 and mail.outbox == []


def test_who_is_registered_or_followed_later_and_what_came_with_its_thread_is_not_told(
    thread, claire, jeanne, lucie
):
    meeting = add_meeting(thread, claire)
    follow_thread(thread.pk, viewer_of_person(lucie))
    assert told(lucie) == []
    register(meeting, jeanne)
    assert told(jeanne) == []
    meeting.registrations.all().delete()
    assert len(told(jeanne)) == 1
    Thread.objects.filter(pk=thread.pk).update(created_at=timezone.now())
    assert told(jeanne) == []
