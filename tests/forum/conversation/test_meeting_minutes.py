"""The day after a meeting who set it is asked for its minutes: the summary of the thread."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.notifications import meetings_without_minutes
from forum.conversation.menu.queries import site_menu
from forum.conversation.threads.summaries.actions import write_summary
from forum.conversation.threads.summaries.models import Summary
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.mail.thread_mail.notifications.tasks import remind_by_mail
from forum.models import Thread
from tests.factories import start_thread
from tests.forum.conversation.meeting_helpers import create_meeting, page_of
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.mail.thread_mail.helpers import send_notifications

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def meeting(claire, spaces):
    """Claire's, of yesterday."""
    plan_changed_notifications()
    thread = start_thread(claire, spaces["network"], title="Visite de la chaufferie")
    Thread.objects.update(created_at=timezone.now() - timedelta(days=9))
    return create_meeting(thread, days=-1)


@pytest.fixture
def at(monkeypatch, meeting):
    """Go to an hour of the day that is so many days from the one of the meeting.

    It is of today then: who signed only now has no rights at an hour before.
    """
    for name in ("starts_at", "ends_at"):
        setattr(meeting, name, getattr(meeting, name) + timedelta(days=1))
    meeting.save()
    meeting_day = timezone.localdate(meeting.ends_at)

    def at(days, hour=8, minute=5):
        day = meeting_day + timedelta(days=days)
        moment = timezone.make_aware(datetime.combine(day, time(hour, minute)))
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def asked(person):
    """The addresses that the inbox asks ``person`` for minutes at by now."""
    found = notifications_by(meetings_without_minutes, person, viewer_of_person(person))
    return [it.url for it in found if it.at <= timezone.now()]


def sum_up(meeting, person):
    """The person writes the summary of the thread, at the moment that it is."""
    write_summary(meeting.thread, viewer_of_person(person), "On a visité.", 0)


def test_who_set_it_is_asked_from_the_morning_after_until_the_thread_is_summed_up(
    meeting, claire, jeanne, lucie, at
):
    def bell():
        return site_menu(viewer_of_person(claire)).unread_notifications

    url = reverse("edit-summary", args=[meeting.thread_id])
    at(0, 23, 59)
    before = bell()
    assert asked(claire) == []
    at(1, 7)
    assert asked(claire) == []
    at(1)
    assert asked(claire) == [url] and bell() == before + 1
    assert asked(jeanne) == asked(lucie) == []
    sum_up(meeting, lucie)
    assert asked(claire) == [] and bell() == before


def test_a_summary_from_before_is_no_minutes_nor_is_one_that_was_cancelled_asked_for(
    meeting, claire, at
):
    sum_up(meeting, claire)
    Summary.objects.update(written_at=meeting.ends_at - timedelta(hours=1))
    at(1)
    assert len(asked(claire)) == 1
    Meeting.objects.update(cancelled_at=timezone.now())
    assert asked(claire) == []
    Meeting.objects.update(cancelled_at=None)
    at(40)
    assert asked(claire) == []


def test_who_may_no_longer_sum_it_up_is_not_asked(meeting, claire, at):
    at(1)
    Thread.objects.update(is_locked=True)
    assert asked(claire) == []


def test_it_is_mailed_once(meeting, claire, at):
    at(1)
    remind_by_mail.call()
    (mail,) = send_notifications(claire)
    assert "Le compte rendu" in mail.body
    assert reverse("edit-summary", args=[meeting.thread_id]) in mail.body
    at(2)
    remind_by_mail.call()
    assert send_notifications(claire) == []


def test_the_page_of_the_meeting_and_the_list_lead_to_the_minutes_and_who_keeps_it_to_the_form(
    meeting, claire, jeanne, browser_of
):
    edit = reverse("edit-summary", args=[meeting.thread_id])
    read = f'href="{meeting.thread.get_absolute_url()}#summary"'
    for person, is_led in (claire, True), (jeanne, False):
        page = browser_of(person).get(meeting.get_absolute_url()).text
        assert (f'href="{edit}"' in page) == is_led and read not in page
        assert read not in browser_of(person).get(reverse("meetings")).text
    sum_up(meeting, claire)
    for person in claire, jeanne:
        page = browser_of(person).get(meeting.get_absolute_url()).text
        assert read in page and f'href="{edit}"' not in page
        assert read in browser_of(person).get(reverse("meetings")).text
    assert "Lire le compte rendu" in page_of(browser_of(jeanne), meeting)
