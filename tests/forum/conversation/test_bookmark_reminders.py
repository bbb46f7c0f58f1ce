"""On the day that one chose one is reminded of what one keeps: once, where one may read it."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.base import schedules
from forum.base.spaces.models import MailContent, Space
from forum.conversation.bookmarks.actions import bookmark_post, edit_bookmark, remove_bookmark
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.bookmarks.notifications import reminders
from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Channel, Level
from forum.conversation.inbox.models import NotificationChange
from forum.conversation.inbox.notification import REMINDER_TIME
from forum.conversation.menu.queries import site_menu
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.mail.thread_mail.notifications.tasks import remind_by_mail
from forum.models import Post, Thread
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.mail.thread_mail.helpers import send_notifications

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
TITLE, NOTE = "La plaquette de la chaufferie", "Leur demander le prix."


@pytest.fixture
def thread(jeanne, spaces):
    """Jeanne's question to the whole network."""
    return start_thread(jeanne, spaces["network"], title=TITLE)


@pytest.fixture
def bookmark(thread, claire, viewer_of):
    """Claire keeps Jeanne's question, to be reminded of it in three days."""
    plan_changed_notifications()
    bookmark_post(thread.posts.get(), viewer_of(claire))
    row = Bookmark.objects.get()
    edit_bookmark(row.pk, viewer_of(claire), NOTE, _days(3))
    row.refresh_from_db()
    return row


@pytest.fixture
def at(monkeypatch):
    """Go to an hour of the day that is so many days from the one on which the test began."""
    today = timezone.localdate()

    def at(days, hour=8, minute=5):
        moment = datetime.combine(today + timedelta(days=days), time(hour, minute))
        moment = timezone.make_aware(moment)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def _days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def reminded(claire, viewer_of):
    """What Claire is reminded of, as her inbox has it."""

    def reminded():
        now = timezone.now()
        found = notifications_by(reminders, claire, viewer_of(claire))
        return [one for one in found if one.at <= now]

    return reminded


def mails(person):
    """What the worker mails that morning."""
    remind_by_mail.call()
    return send_notifications(person)


def test_it_is_in_the_inbox_and_the_bell_rings_on_the_day_and_not_before(
    bookmark, claire, browser_of, viewer_of, at
):
    def unread():
        return site_menu(viewer_of(claire)).unread_notifications

    browser = browser_of(claire)
    at(2)
    assert unread() == 0 and TITLE not in browser.get(reverse("inbox")).text
    at(3, 7, 59)
    assert unread() == 0 and TITLE not in browser.get(reverse("inbox")).text
    at(3)
    assert unread() == 1
    page = browser.get(reverse("inbox"))
    assert TITLE in page.text and NOTE in page.text
    assert reverse("post", args=[bookmark.post_id]) in page.text


def test_it_is_mailed_that_morning_once(bookmark, claire, at):
    at(2)
    assert mails(claire) == []
    at(3)
    (sent,) = mails(claire)
    assert TITLE in sent.subject and NOTE in sent.body
    assert mails(claire) == []
    at(4)
    assert mails(claire) == []


def test_the_worker_looks_for_them_at_the_hour_that_they_have():
    cron = schedules._DECLARED["remind_by_mail"].options["cron"]
    assert cron == f"{REMINDER_TIME.minute} {REMINDER_TIME.hour} * * *"


def test_who_wants_no_such_mail_finds_it_in_their_digest(bookmark, claire, viewer_of, at):
    save_mail_setting(claire.pk, notifications=False)
    at(3)
    assert mails(claire) == []
    person = type(claire).objects.select_related("mail_setting").get(pk=claire.pk)
    content = digest_content(person, viewer_of(claire), timezone.now() - timedelta(days=7))
    assert any(TITLE in one.text for one in content.notifications)


@pytest.mark.parametrize(
    ("content", "names_thread"), [(MailContent.TITLE, True), (MailContent.NOTHING, False)]
)
def test_a_mail_tells_of_it_what_its_space_lets_mails_tell(
    content, names_thread, bookmark, claire, browser_of, at
):
    Space.objects.filter(pk=bookmark.post.thread.space_id).update(mail_content=content)
    at(3)
    (sent,) = mails(claire)

    said = sent.subject + sent.body + sent.alternatives[0][0]
    assert (TITLE in said) == names_thread and NOTE not in said and "Rappel" in said
    assert NOTE in browser_of(claire).get(reverse("inbox")).text


def test_a_thread_that_one_muted_reminds_all_the_same(
    bookmark, thread, claire, viewer_of, reminded, at
):
    choose_follow(thread.pk, viewer_of(claire), Level.MUTED, Channel.SITE)
    at(3)
    assert len(reminded()) == 1


def test_of_what_one_may_no_longer_read_nothing_is_told_until_one_may_again(
    bookmark, thread, claire, jeanne, lucie, spaces, viewer_of, reminded, at, no_posting_limits
):
    def post():
        return Post.objects.get(pk=bookmark.post_id)

    post_reply(jeanne, thread)  # So that a hidden first post leaves its thread.
    hide_post(post(), viewer_of(lucie), "Hors sujet.")
    at(3)
    assert reminded() == [] and mails(claire) == []
    restore_post(post(), viewer_of(lucie))
    assert len(reminded()) == 1
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    assert reminded() == []


def test_the_bell_is_told_where_a_post_is_lost_found_or_moved(
    bookmark, thread, claire, jeanne, lucie, spaces, browser_of, viewer_of, at
):
    def rings():
        count = site_menu(viewer_of(claire)).unread_notifications
        assert browser_of(claire).get(reverse("inbox")).text.count(">nouveau<") == count
        return count

    post_reply(jeanne, thread)
    at(3)
    before = rings()
    hide_post(Post.objects.get(pk=bookmark.post_id), viewer_of(lucie), "Hors sujet.")
    assert rings() == before - 1
    restore_post(Post.objects.get(pk=bookmark.post_id), viewer_of(lucie))
    assert rings() == before
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    assert rings() == before - 1
    move_thread(thread, viewer_of(lucie), spaces["network"])
    assert rings() == before
    closed = start_thread(lucie, spaces[SUPPORT], title="Entre structures de soutien")
    merge_threads(Thread.objects.get(pk=thread.pk), closed, viewer_of(lucie))
    assert rings() == before - 1


def test_the_bell_is_told_where_one_keeps_a_post_no_more(bookmark, claire, viewer_of, at):
    at(3)
    assert site_menu(viewer_of(claire)).unread_notifications == 1
    remove_bookmark(bookmark.post_id, viewer_of(claire))
    assert site_menu(viewer_of(claire)).unread_notifications == 0


def test_many_reminders_to_come_hide_none_that_has_come(
    bookmark, thread, claire, jeanne, reminded, at, no_posting_limits
):
    posts = [post_reply(jeanne, thread) for _n in range(51)]
    Bookmark.objects.bulk_create(
        Bookmark(person=claire, post=post, remind_on=_days(9)) for post in posts
    )
    at(3)
    assert len(reminded()) == 1


def test_a_post_that_is_split_off_is_told_by_its_new_title(
    thread, claire, jeanne, lucie, viewer_of, reminded, at
):
    reply, viewer = post_reply(jeanne, thread), viewer_of(claire)
    bookmark_post(reply, viewer)
    edit_bookmark(Bookmark.objects.get().pk, viewer, "", _days(3))
    about = {"topic": thread.topic, "kind": "question", "tags": []}
    split_thread(thread, viewer_of(lucie), numbers=[2], title="Et le granulé", **about)
    at(3)
    (one,) = reminded()
    assert "Et le granulé" in one.text and TITLE not in one.text


def test_a_day_that_is_not_to_come_is_refused_beside_the_field(bookmark, claire, browser_of):
    form, browser = reverse("edit-bookmark", args=[bookmark.pk]), browser_of(claire)
    for day in _days(0), _days(-1), _days(3000):
        answer = browser.post(form, {"note": "Autre.", "remind_on": day.isoformat()})
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"remind_on"}
        assert f'value="{day.isoformat()}"' in answer.text and "Autre." in answer.text
    bookmark.refresh_from_db()
    assert (bookmark.note, bookmark.remind_on) == (NOTE, _days(3))


def test_the_day_is_changed_or_taken_away(bookmark, claire, browser_of, reminded, at):
    form, browser = reverse("edit-bookmark", args=[bookmark.pk]), browser_of(claire)
    assert f'value="{_days(3).isoformat()}"' in browser.get(form).text
    later = _days(5).isoformat()
    browser.post(form, {"note": NOTE, "remind_on": later})
    at(3)
    assert reminded() == []
    at(5)
    assert len(reminded()) == 1
    at(0)
    browser.post(form, {"note": NOTE, "remind_on": ""})
    at(6)
    assert reminded() == []


def test_a_note_that_is_changed_afterwards_leaves_what_one_was_reminded_of(
    bookmark, claire, browser_of, reminded, at
):
    form, browser = reverse("edit-bookmark", args=[bookmark.pk]), browser_of(claire)
    at(3)
    page = browser.get(form).text
    assert 'name="remind_on"' in page and bookmark.remind_on.isoformat() not in page
    browser.post(form, {"note": "C’est fait.", "remind_on": ""})
    (one,) = reminded()
    assert "C’est fait." in one.text
    assert "Rappel le" not in browser.get(reverse("bookmarks")).text


def test_what_one_keeps_without_a_reminder_asks_for_no_count_and_no_mail(
    thread, claire, viewer_of
):
    NotificationChange.objects.all().delete()
    bookmark_post(thread.posts.get(), viewer_of(claire))
    row = Bookmark.objects.get()
    edit_bookmark(row.pk, viewer_of(claire), NOTE, None)
    remove_bookmark(row.post_id, viewer_of(claire))
    assert not NotificationChange.objects.filter(person_id=claire.pk).exists()
