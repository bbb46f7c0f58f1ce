"""What was read is read: in the bell, the inbox and mails alike, and nothing else with it."""

from datetime import timedelta
from itertools import count

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.organisations.actions import refuse_seat
from forum.base import markup
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.follows.models import Level
from forum.conversation.inbox.actions import mark_read, purge_reads
from forum.conversation.inbox.models import NotificationRead
from forum.conversation.inbox.queries import MAX_READ, notifications_of
from forum.conversation.inbox.unread import count_notifications
from forum.conversation.menu.queries import site_menu, waiting_counts
from forum.conversation.polls.models import Poll
from forum.conversation.questions.actions import accept_answer
from forum.conversation.thanks.actions import thank_for_post
from forum.conversation.threads.models import PAGE_SIZE
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.models import Follow
from forum.moderation.actions import hide_post, restore_post
from tests.factories import AUTHORITIES, post_reply, start_thread
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.mail.thread_mail.helpers import deliver_notifications

pytestmark = [
    pytest.mark.usefixtures("mailed_at_once"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
INBOX = reverse("inbox")


@pytest.fixture(autouse=True)
def _begun(claire, jeanne, lucie, spaces):
    """What was there before is mailed to nobody."""
    plan_changed_notifications()


@pytest.fixture
def question(claire, spaces):
    """A question of Claire's."""
    return start_thread(claire, spaces["network"], kind="question", title="Quel bois ?")


@pytest.fixture
def unread(browser_of, viewer_of):
    """How many lines tell someone something besides news of threads.

    The bell, the inbox and open pages say the same of all lines.
    """

    def unread(person):
        viewer, page = viewer_of(person), browser_of(person).get(INBOX)
        lines = page.text.count('class="new"')
        assert page.context["menu"].waiting == site_menu(viewer).waiting == lines
        count_notifications(viewer)
        assert waiting_counts([viewer])[person.pk]["badge"] == lines
        return sum(item.notification is not None for item in page.context["items"])

    return unread


@pytest.fixture
def kinds(claire, jeanne, lucie, question, spaces, viewer_of):
    """What makes a notification about a post, by its kind: whom it concerns, and the post."""

    def own_post():
        return jeanne, post_reply(jeanne, question)

    def mention():
        return jeanne, post_reply(claire, question, text=f"@{jeanne.full_name} : du bois ?")

    def quotation():
        post = own_post()[1]
        quoted = markup.quote("Du bois.", "Jeanne", post.number, post.get_absolute_url())
        return jeanne, post_reply(claire, question, text=f"{quoted}\n\nOui.")

    def answer():
        Follow.objects.filter(person=claire, thread=question).update(level=Level.NAMED)
        return claire, post_reply(jeanne, question)

    def accepted():
        person, post = own_post()
        accept_answer(post, viewer_of(claire))
        return person, post

    def thanked():
        person, post = own_post()
        thank_for_post(post, viewer_of(claire))
        return person, post

    def shown_again():
        person, post = own_post()
        hide_post(post, viewer_of(lucie), "Hors sujet.")
        restore_post(post, viewer_of(lucie))
        return person, post

    def reminder():
        _person, post = own_post()
        yesterday = timezone.localdate() - timedelta(days=1)
        Bookmark.objects.create(person=claire, post=post, remind_on=yesterday)
        Follow.objects.filter(person=claire).delete()
        before = timezone.now() - timedelta(days=9)
        User.objects.filter(pk=claire.pk).update(inbox_read_at=before)
        claire.seats.update(confirmed_at=before)
        return claire, post

    def poll():
        thread = start_thread(jeanne, spaces["network"])
        closed_at = timezone.now()
        Poll.objects.create(
            thread=thread, author=jeanne, question="Bois ?", choices="Oui\nNon",
            closes_on=closed_at.date(), closed_at=closed_at,
        )  # fmt: skip
        return jeanne, thread.posts.get()

    def meeting():
        meeting = create_meeting(start_thread(jeanne, spaces["network"]))
        meeting.registrations.create(person=claire)
        Follow.objects.filter(person=claire).delete()
        meeting.cancelled_at = timezone.now()
        meeting.save()
        return claire, meeting.thread.posts.get()

    made = (mention, quotation, answer, accepted, thanked, shown_again, reminder, poll, meeting)
    return {it.__name__: it for it in made}


KINDS = (
    "mention", "quotation", "answer", "accepted", "thanked", "shown_again", "reminder", "poll",
    "meeting",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_tells_of_a_post_is_read_with_it_and_is_not_mailed(
    kind, kinds, unread, browser_of
):
    person, post = kinds[kind]()
    assert unread(person) == 1
    browser_of(person).get(post.page_url())

    assert unread(person) == 0
    assert browser_of(person).get(INBOX).context["items"] == []
    assert deliver_notifications(person) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "thanked"])
def test_what_was_not_read_is_mailed(kind, kinds):
    """Thanks are in the digest."""
    person, _post = kinds[kind]()
    if kind == "reminder":
        save_mail_setting(person.pk)
        person.mail_setting.notified_until = timezone.now() - timedelta(days=9)
        person.mail_setting.save()

    assert len(deliver_notifications(person)) == 1


def test_thanks_that_were_read_are_in_no_digest(kinds, browser_of, viewer_of):
    person, post = kinds["thanked"]()
    save_mail_setting(person.pk)
    person = User.objects.select_related("mail_setting").get(pk=person.pk)

    def told():
        since = timezone.now() - timedelta(days=7)
        return digest_content(person, viewer_of(person), since).notifications

    assert told()
    browser_of(person).get(post.page_url())
    assert not told()


def test_another_page_of_the_thread_reads_nothing_nor_does_a_prefetch(
    claire, jeanne, question, unread, browser_of, viewer_of
):
    post = post_reply(jeanne, question)
    for _number in range(PAGE_SIZE):
        post_reply(claire, question)
    thank_for_post(post, viewer_of(claire))
    address, browser = question.get_absolute_url(), browser_of(jeanne)
    browser.get(f"{address}?page=2")
    browser.get(address, headers={"Sec-Purpose": "prefetch"})
    assert unread(jeanne) == 1

    browser.get(address)
    assert unread(jeanne) == 0


def test_what_comes_later_of_the_same_post_is_new(
    claire, lucie, kinds, unread, browser_of, viewer_of
):
    person, post = kinds["thanked"]()
    browser_of(person).get(post.page_url())
    assert unread(person) == 0
    thank_for_post(post, viewer_of(lucie))

    assert unread(person) == 1


def test_who_reads_it_is_alone_to_have_read_it(
    claire, jeanne, lucie, kinds, unread, browser_of
):
    person, post = kinds["accepted"]()
    for other in (claire, lucie):
        browser_of(other).get(post.page_url())

    assert unread(person) == 1


def test_what_leads_to_another_page_is_read_there(make_person, lucie, unread, browser_of):
    nils = make_person("Nils", AUTHORITIES, confirmed=False)
    refuse_seat(nils.seats.get(), lucie, "Adresse inconnue.")
    (item,) = browser_of(nils).get(INBOX).context["items"]
    browser_of(nils).get("/")
    assert unread(nils) == 1
    page = browser_of(nils).get(item.notification.url)

    assert page.context["menu"].waiting == 0 == unread(nils)
    assert deliver_notifications(nils) == []


def test_a_line_is_marked_as_read_with_its_button_and_the_others_stay(
    claire, jeanne, lucie, thread, unread, browser_of, viewer_of
):
    for reason in ("Hors sujet.", "Nomme un foyer."):
        hide_post(post_reply(jeanne, thread), viewer_of(lucie), reason)
    browser = browser_of(jeanne)
    page = browser.get(INBOX)
    (item, other) = page.context["items"]
    assert page.text.count("Marquer comme lu") == 2
    browser.post(INBOX, {"notification": item.notification.id})
    browser.post(INBOX, {"notification": item.notification.id})  # Pressed twice.

    (left,) = browser.get(INBOX).context["items"]
    assert left.notification == other.notification
    assert unread(jeanne) == 1
    (sent,) = deliver_notifications(jeanne)
    assert "Nomme un foyer." not in sent.subject + sent.body
    assert "Nomme un foyer." in browser.get(f"{INBOX}?voir=tout").text


def test_a_thread_is_marked_as_read_with_its_button_as_far_as_the_page_said(
    claire, jeanne, thread, browser_of, viewer_of
):
    post_reply(jeanne, thread)
    browser = browser_of(claire)
    button = f"{thread.pk} {thread.posts.count()}"
    assert f'name="thread" value="{button}"' in " ".join(browser.get(INBOX).text.split())
    post_reply(jeanne, thread)
    browser.post(INBOX, {"thread": button})
    assert len(browser.get(INBOX).context["items"]) == 1
    browser.post(INBOX, {"thread": f"{thread.pk} 3"})

    assert browser.get(INBOX).context["items"] == []


@pytest.mark.parametrize("sent", [{"notification": "x"}, {"thread": "x"}, {"thread": "1 x"}])
def test_what_names_no_line_marks_nothing(sent, kinds, unread, browser_of):
    person, _post = kinds["accepted"]()
    browser_of(person).post(INBOX, sent)

    assert unread(person) == 1


def test_one_marks_nothing_of_another(kinds, claire, unread, browser_of, viewer_of):
    person, _post = kinds["accepted"]()
    (notification, *_) = notifications_of(person, viewer_of(person))
    browser_of(claire).post(INBOX, {"notification": notification.id})

    assert unread(person) == 1 and not NotificationRead.objects.exists()


def test_a_page_writes_nothing_where_none_is_unread(
    kinds, browser_of, django_assert_num_queries
):
    person, post = kinds["accepted"]()
    browser, address = browser_of(person), post.page_url()
    browser.get(address)
    row = NotificationRead.objects.get()
    NotificationRead.objects.update(until=row.until + timedelta(microseconds=1))
    browser.get(address)

    assert NotificationRead.objects.get().until == row.until + timedelta(microseconds=1)


def test_what_was_read_one_by_one_is_forgotten_once_all_is_read(claire, viewer_of):
    moments = count(1)
    now = timezone.now()

    def rows(number):
        return [
            NotificationRead(
                person=claire, key=str(next(moments)), until=now + timedelta(seconds=at)
            )
            for at in range(number)
        ]

    NotificationRead.objects.bulk_create(rows(3))
    User.objects.filter(pk=claire.pk).update(inbox_read_at=now + timedelta(seconds=1))
    assert purge_reads() == 2
    mark_read(claire, now + timedelta(seconds=9))
    assert not NotificationRead.objects.exists()

    past = now - timedelta(days=9)
    User.objects.filter(pk=claire.pk).update(inbox_read_at=past)
    NotificationRead.objects.bulk_create(
        NotificationRead(person=claire, key=str(n), until=past + timedelta(seconds=n + 1))
        for n in range(MAX_READ + 2)
    )
    assert purge_reads() == 2
    claire.refresh_from_db()
    assert claire.inbox_read_at == past + timedelta(seconds=2)


@pytest.mark.parametrize("page", ["follows", "inbox"])
def test_what_tells_of_posts_of_followed_threads_is_read_as_these_are(
    page, claire, jeanne, question, browser_of, unread
):
    other = start_thread(claire, question.space, title="Quel autre bois ?")
    Follow.objects.create(person=jeanne, thread=question)
    for thread in (question, other):
        post_reply(claire, thread, text=f"@{jeanne.full_name} : du bois ?")
    assert unread(jeanne) == 2  # Who names her there, and in the other.
    if page == "follows":
        press = {"until": timezone.now().isoformat()}
    else:
        press = {"thread": f"{question.pk} 2"}

    browser_of(jeanne).post(reverse(page), press)
    assert unread(jeanne) == 1
