"""Who has a place in a meeting is reminded of it: a week, a day and an hour before."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import UNDO_PERIOD
from forum.conversation.meetings.actions import edit_meeting, withdraw
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.notifications import meeting_news
from forum.conversation.meetings.tasks import remind_people
from forum.mail.thread_mail.models import MailSetting
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from tests.factories import start_thread
from tests.forum.conversation.meeting_helpers import CALL, create_meeting, meeting_values
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.mail.thread_mail.helpers import deliver_notifications

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def meeting(claire, jeanne, lucie, spaces):
    """In ten days; Jeanne has a place for two weeks, Lucie waits for one."""
    thread = start_thread(claire, spaces["network"], title="Visite de la chaufferie")
    meeting = create_meeting(thread)
    before = timezone.now() - timedelta(days=14)
    Meeting.objects.update(created_at=before)
    meeting.registrations.create(person=jeanne, registered_at=before, placed_at=before)
    meeting.registrations.create(person=lucie, registered_at=before)
    type(jeanne).objects.update(inbox_read_at=before)
    jeanne.seats.update(confirmed_at=before)
    plan_changed_notifications()
    return meeting


def let_start_in(meeting, **time):
    """The meeting, as it is when it starts so soon."""
    start = timezone.now() + timedelta(**time)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=2)
    )


def remind(*people):
    """The worker notes what it is time for, and some minutes later mails it to each."""
    if remind_people.call():
        Meeting.objects.update(reminded_at=F("reminded_at") - UNDO_PERIOD)
    for person in people:
        deliver_notifications(person)


def reminders_of(person):
    """What the inbox says to ``person`` of what comes, in the order of time."""
    found = notifications_by(meeting_news, person, viewer_of_person(person))
    return [it.text.partition("\u00a0")[0] for it in sorted(found, key=lambda it: it.at)]


def test_it_comes_three_times_to_who_has_a_place_and_each_replaces_the_one_before(
    meeting, claire, jeanne, lucie
):
    said = []
    today = timezone.localdate()
    for time in {"days": 8}, {"days": 6}, {"days": 2}, {"hours": 20}, {"minutes": 50}:
        let_start_in(meeting, **time)
        times = remind_people.call(), remind_people.call()
        days = (timezone.localdate(Meeting.objects.get().starts_at) - today).days
        said.append((days, times, reminders_of(jeanne)))
        Meeting.objects.update(reminded_at=None)
    assert [times for _days, times, _it in said] == [(0, 0), (1, 0), (1, 0), (1, 0), (1, 0)]
    near = {0: "Aujourd’hui", 1: "Demain", 2: "Dans 2 jours", 3: "Dans 3 jours"}
    assert said[0][2] == [] and said[4][2] == ["Dans l’heure"]
    assert said[1][2] == [f"Dans {said[1][0]}"]
    assert [it for _days, _times, it in said[2:4]] == [
        [near[days].partition(" ")[0]] for days, _times, _it in said[2:4]
    ]
    assert reminders_of(lucie) == reminders_of(claire) == []


def test_given_once_it_is_not_given_again_until_the_next(meeting, jeanne):
    let_start_in(meeting, days=6)
    assert (remind_people.call(), remind_people.call()) == (1, 0)
    Meeting.objects.update(reminded_at=timezone.now() - timedelta(days=6))
    let_start_in(meeting, hours=23)
    assert (remind_people.call(), remind_people.call()) == (1, 0)
    assert reminders_of(jeanne)[0] in ("Demain", "Aujourd’hui")


def test_who_gets_a_place_later_is_not_told_at_once_what_they_just_read(meeting, lucie):
    let_start_in(meeting, days=6)
    remind_people.call()
    meeting.registrations.filter(person=lucie).update(placed_at=timezone.now())
    assert [it for it in reminders_of(lucie) if it.startswith("Dans")] == []


def test_one_set_or_moved_shortly_before_reminds_of_no_moment_that_was_past(
    meeting, claire, jeanne
):
    Meeting.objects.update(created_at=timezone.now())
    let_start_in(meeting, hours=20)
    assert remind_people.call() == 0
    values = meeting_values(days=3)
    edit_meeting(Meeting.objects.get(), viewer_of_person(claire), values)
    assert remind_people.call() == 0
    assert not Meeting.objects.get().is_reminder_due
    let_start_in(meeting, days=6)
    long_ago = timezone.now() - timedelta(days=20)
    Meeting.objects.update(created_at=long_ago, changed_at=long_ago)
    assert remind_people.call() == 1
    Meeting.objects.update(reminded_at=timezone.now() - timedelta(days=5))
    edit_meeting(Meeting.objects.get(), viewer_of_person(claire), meeting_values(days=0.8))
    assert remind_people.call() == 0 and reminders_of(jeanne) == ["La rencontre «"]


def test_what_is_cancelled_over_or_has_begun_is_not_reminded_of(meeting, jeanne):
    let_start_in(meeting, minutes=-5)
    assert remind_people.call() == 0
    let_start_in(meeting, minutes=50)
    Meeting.objects.update(cancelled_at=timezone.now())
    assert remind_people.call() == 0
    assert reminders_of(jeanne) == ["La rencontre «"]


def test_it_is_mailed_at_once_without_the_address_of_the_call(meeting, jeanne, mailoutbox):
    let_start_in(meeting, minutes=58)
    remind(jeanne)
    (mail,) = mailoutbox
    assert mail.to == [jeanne.email] and "Dans l’heure" in mail.body
    assert meeting.get_absolute_url() in mail.body and CALL not in mail.body


def test_a_worker_that_was_away_for_days_mails_one_reminder_late_and_not_three(
    meeting, jeanne, mailoutbox
):
    let_start_in(meeting, minutes=50)
    Meeting.objects.update(created_at=timezone.now() - timedelta(days=20))
    setting = {"notified_until": timezone.now() - timedelta(minutes=5)}
    MailSetting.objects.update_or_create(person=jeanne, defaults=setting)
    remind(jeanne)
    (mail,) = mailoutbox
    assert mail.body.count("la rencontre «") == 1
    remind(jeanne)
    assert len(mailoutbox) == 1


def test_who_withdrew_waits_or_wants_no_notifications_by_mail_is_mailed_no_reminder(
    meeting, jeanne, lucie, mailoutbox
):
    let_start_in(meeting, hours=20)
    MailSetting.objects.update_or_create(person=jeanne, defaults={"notifications": False})
    remind(jeanne, lucie)
    MailSetting.objects.update(notifications=True)
    withdraw(meeting, viewer_of_person(jeanne))
    remind(jeanne)
    assert mailoutbox == []
