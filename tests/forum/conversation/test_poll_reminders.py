"""On its last day a poll reminds who follows it unanswered: once, where they may vote."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.models import MailContent, Space
from forum.conversation.consultations.actions import remove
from forum.conversation.follows.actions import choose_follow, follow_thread
from forum.conversation.follows.models import Channel, Follow, Level
from forum.conversation.menu.queries import site_menu
from forum.conversation.mutes.models import Mute
from forum.conversation.polls.actions import close_poll, take_vote_back
from forum.conversation.polls.models import Poll
from forum.conversation.polls.notifications import last_days, votes_to_cast
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.mail.thread_mail.notifications.tasks import remind_by_mail
from forum.models import Thread
from tests.factories import PROJECTS, start_thread
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.conversation.poll_helpers import QUESTION, add_poll, cast, open_vote, vote
from tests.forum.mail.thread_mail.helpers import send_notifications

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
TITLE, LAST = "Une visite\u00a0?", 3


@pytest.fixture
def poll(claire, jeanne, spaces):
    """Claire's poll for three days, in a thread that Jeanne follows; mails begin before."""
    plan_changed_notifications()
    thread = start_thread(claire, spaces["network"], title=TITLE)
    follow_thread(thread.pk, viewer_of_person(jeanne))
    last_day = timezone.localdate() + timedelta(days=LAST)
    return add_poll(thread, claire, closes_on=last_day, is_named=True)


@pytest.fixture
def at(monkeypatch):
    """Go to an hour of the day that is so many days from the one on which the test began."""
    today = timezone.localdate()

    def at(days=LAST, hour=8, minute=5):
        moment = datetime.combine(today + timedelta(days=days), time(hour, minute))
        moment = timezone.make_aware(moment)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def reminded(person):
    """What the inbox of ``person`` reminds of by now."""
    found = notifications_by(last_days, person, viewer_of_person(person))
    return [one for one in found if one.at <= timezone.now()]


def mails(person):
    """What the worker mails that morning."""
    remind_by_mail.call()
    return send_notifications(person)


def test_it_is_in_the_inbox_and_the_bell_rings_on_the_last_day_until_one_has_voted(
    poll, claire, jeanne, lucie, browser_of, at
):
    def bell():
        return site_menu(viewer_of_person(jeanne)).unread_notifications

    before = bell()
    at(LAST - 1, 23)
    assert reminded(jeanne) == [] and bell() == before
    at(hour=7)
    assert reminded(jeanne) == [] and bell() == before
    at()
    (one,) = reminded(jeanne)
    assert one.url == poll.get_absolute_url() and TITLE in one.text
    assert bell() == before + 1
    assert "Dernier jour pour voter" in browser_of(jeanne).get(reverse("inbox")).text
    assert reminded(claire) == reminded(lucie) == []  # Who asked; who does not follow.
    vote(poll, jeanne, 1)
    assert reminded(jeanne) == [] and bell() == before
    take_vote_back(poll, viewer_of_person(jeanne))
    assert len(reminded(jeanne)) == 1
    at(LAST + 1)
    assert reminded(jeanne) == []


def test_it_is_mailed_once_however_often_the_worker_looks_or_was_away(poll, jeanne, at):
    at(LAST - 1)
    assert mails(jeanne) == []
    at()
    (sent,) = mails(jeanne)
    assert "Dernier jour pour voter" in sent.body and poll.get_absolute_url() in sent.body
    assert QUESTION in sent.body and sent.reply_to == []
    for hour in 8, 9, 15:
        at(hour=hour, minute=40)
        assert mails(jeanne) == []
    at(LAST + 1)
    assert mails(jeanne) == []


def test_a_worker_that_was_away_all_day_mails_nothing_of_it_any_more(poll, jeanne, at):
    at(LAST + 1)
    assert mails(jeanne) == [] and not mail.outbox


@pytest.mark.parametrize("level", [Level.NAMED, Level.MUTED, Level.FIRST])
def test_who_wants_nothing_of_the_thread_or_of_its_author_is_not_reminded(
    poll, jeanne, at, level
):
    Follow.objects.filter(person=jeanne).update(level=level)
    at()
    assert reminded(jeanne) == []


def test_who_muted_its_author_is_not_reminded(poll, claire, jeanne, at):
    Mute.objects.create(person=jeanne, muted=claire)
    at()
    assert reminded(jeanne) == []


def test_it_comes_by_the_channel_of_the_thread_else_as_what_concerns_one(poll, jeanne, at):
    at()
    choose_follow(poll.thread_id, viewer_of_person(jeanne), Level.ALL, Channel.SITE)
    assert reminded(jeanne)[0].channel == Channel.SITE and mails(jeanne) == []
    choose_follow(poll.thread_id, viewer_of_person(jeanne), Level.ALL, Channel.DIGEST)
    assert reminded(jeanne)[0].channel == Channel.DIGEST and mails(jeanne) == []
    choose_follow(poll.thread_id, viewer_of_person(jeanne), Level.ALL, "")
    save_mail_setting(jeanne.pk, notifications=False)
    assert mails(jeanne) == []
    save_mail_setting(jeanne.pk, notifications=True)
    assert len(mails(jeanne)) == 1


@pytest.mark.parametrize("end", ["closed", "removed", "locked", "moved"])
def test_who_may_not_vote_any_more_is_not_reminded_and_the_bell_knows(
    poll, claire, jeanne, lucie, spaces, at, end
):
    at()
    vote(poll, lucie, 1)
    assert len(reminded(jeanne)) == 1
    before = site_menu(viewer_of_person(jeanne)).unread_notifications
    if end == "closed":
        close_poll(poll, viewer_of_person(claire))
    elif end == "removed":
        remove(poll, viewer_of_person(lucie), "Hors sujet")
    elif end == "locked":
        Thread.objects.filter(pk=poll.thread_id).update(is_locked=True)
    else:
        support = spaces["structures-de-soutien"]
        Thread.objects.filter(pk=poll.thread_id).update(space=support)
    assert reminded(jeanne) == []
    assert site_menu(viewer_of_person(jeanne)).unread_notifications == before - 1


def test_one_that_began_on_its_last_day_reminds_nobody(poll, jeanne, at):
    at()
    Poll.objects.update(created_at=timezone.now())
    assert reminded(jeanne) == []


def test_its_mail_names_no_thread_of_a_space_that_is_not_named_in_mails(poll, jeanne, at):
    Space.objects.filter(pk=poll.thread.space_id).update(mail_content=MailContent.NOTHING)
    at()
    (one,) = reminded(jeanne)
    assert TITLE in one.text and TITLE not in one.in_mail().text


def test_of_a_secret_vote_who_has_not_voted_is_told_at_opening_half_way_and_at_its_end(
    poll, jeanne, lucie, claire, make_person, at
):
    for number in range(4):
        make_person(f"Votante {number}", PROJECTS)
    close_poll(poll, viewer_of_person(claire))
    last_day = timezone.localdate() + timedelta(days=4)
    secret = open_vote(poll.thread, claire, closes_on=last_day)
    late = make_person("Trop Tard", PROJECTS)
    cast(secret, lucie, 1)
    Follow.objects.all().delete()

    def asked(person):
        notifications = notifications_by(votes_to_cast, person, viewer_of_person(person))
        return [one.at for one in notifications if one.at <= timezone.now()]

    assert asked(jeanne) == [secret.created_at] and asked(late) == asked(lucie) == []
    plan_changed_notifications()
    at(1, 0)
    assert [len(send_notifications(jeanne)) for _again in range(2)] == [1, 0]
    for days in 2, 4:
        at(days)
        assert timezone.localdate(asked(jeanne)[0]) == timezone.localdate()
        assert reminded(jeanne) == []
        remind_by_mail.call()
        (sent,) = send_notifications(jeanne)
        assert secret.get_absolute_url() in sent.body
    cast(secret, jeanne, 1)
    assert asked(jeanne) == []
