"""The address of a call, which nobody is told who has no place, wherever a meeting shows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.actions import edit_meeting
from forum.conversation.meetings.calendar_feeds.actions import make_calendar_feed
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.tasks import remind_people
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from tests.factories import SUPPORT, start_thread
from tests.forum.conversation.meeting_helpers import add_meeting, meeting_values, register
from tests.forum.mail.thread_mail.helpers import deliver_notifications
from tests.forum.members.export_helpers import taken_along

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.mark.usefixtures("mailed_at_once")
def test_the_address_of_the_call_is_nowhere_for_who_has_no_place(
    claire, jeanne, spaces, make_person, browser_of, client, mailoutbox
):
    nora = make_person("Nora Pons", SUPPORT)
    thread = start_thread(claire, spaces["public"], title="Visite de la chaufferie")
    meeting = add_meeting(thread, claire, days=6, max_people=1)
    register(meeting, nora, jeanne)
    plan_changed_notifications()
    Meeting.objects.update(created_at=timezone.now() - timedelta(days=20))
    remind_people.call()
    edit_meeting(meeting, viewer_of_person(claire), meeting_values(7, max_people=1))
    deliver_notifications(jeanne)
    assert [it.to for it in mailoutbox] == [[jeanne.email]]
    assert "visio.exemple" not in str(mailoutbox[0].message())
    feed = make_calendar_feed(viewer_of_person(jeanne)).get_absolute_url()
    month = f"{reverse('meetings')}?mois={meeting.local_start:%Y-%m}"
    for browser in client, browser_of(jeanne):
        shown = [
            *([reverse("inbox")] if browser is not client else []),
            *("/", reverse("meetings"), month, f"{reverse('search')}?q=chaufferie", feed),
            *(thread.get_absolute_url(), meeting.get_absolute_url()),
            f"{reverse('thread-changes', args=[thread.pk])}?after=0",
            reverse("meeting-calendar", args=[meeting.pk]),
        ]
        for address in shown:
            answer = browser.get(address, follow=True)
            assert answer.status_code == 200 and "chaufferie" in answer.text, address
            assert "visio.exemple" not in answer.text.replace("\r\n ", ""), address
    assert "visio.exemple" not in str(taken_along(jeanne))
