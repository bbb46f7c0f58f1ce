"""A message is one line of the inbox, whatever brings it, and one in digests and the bell."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forum.base import markup
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.follows.models import Channel, Level
from forum.conversation.inbox.unread import count_notifications
from forum.conversation.menu.queries import site_menu, waiting_counts
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.models import Follow
from tests import factories
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
def followed(claire, jeanne, spaces):
    """A question of Claire's that Jeanne follows and has read."""
    thread = factories.start_thread(
        claire, spaces["network"], kind="question", title="Quel bois ?"
    )
    Follow.objects.create(person=jeanne, thread=thread, last_read_number=1)
    return thread


@pytest.fixture
def lines(browser_of, viewer_of):
    """The lines of someone's inbox; the bell and open pages count as many."""

    def lines(person):
        viewer, page = viewer_of(person), browser_of(person).get(INBOX)
        shown = page.text.count('class="new"')
        assert page.context["menu"].waiting == shown
        count_notifications(viewer)
        assert waiting_counts([viewer])[person.pk]["badge"] == shown
        assert len(page.context["items"]) == shown
        return [" ".join(it.text.split()) if (it := item.notification) else "" for item in
                page.context["items"]]  # fmt: skip

    return lines


@pytest.fixture
def named(claire, jeanne, followed):
    """A reply in the followed thread that names Jeanne."""
    return factories.post_reply(claire, followed, text=f"@{jeanne.full_name} : du bois ?")


def test_a_reply_that_names_who_follows_its_thread_is_one_line_that_says_so(
    jeanne, followed, named, lines, browser_of
):
    (line,) = lines(jeanne)
    assert "vous nomme" in line
    page = browser_of(jeanne).get(INBOX).text
    assert named.get_absolute_url() in page and page.count("1 nouvelle réponse") == 1
    assert page.count('<li id="thread-') == 1 and 'id="n' not in page


@pytest.mark.parametrize("way", ["page", "button", "list of follows", "all"])
def test_to_read_or_to_tick_it_settles_both(
    way, jeanne, followed, named, lines, browser_of, viewer_of
):
    browser = browser_of(jeanne)
    if way == "page":
        browser.get(named.page_url())
    elif way == "button":
        browser.post(INBOX, {"thread": f"{followed.pk} 2"})
    else:
        page = reverse("follows") if way == "list of follows" else INBOX
        browser.post(page, {"until": timezone.now().isoformat()})

    assert lines(jeanne) == []
    assert Follow.objects.get(person=jeanne, thread=followed).last_read_number == 2
    assert deliver_notifications(jeanne) == []


def test_other_replies_of_the_thread_are_counted_on_the_same_line(
    claire, jeanne, followed, named, lines, browser_of
):
    factories.post_reply(claire, followed)
    (line,) = lines(jeanne)
    assert "vous nomme" in line
    assert "2 nouvelles réponses" in browser_of(jeanne).get(INBOX).text


def test_what_names_one_where_one_has_read_is_a_line_beside_the_thread(
    claire, jeanne, followed, named, lines
):
    """As one came to its next page, which was read, and this was not."""
    Follow.objects.filter(person=jeanne, thread=followed).update(last_read_number=2)
    assert len(lines(jeanne)) == 1
    factories.post_reply(claire, followed)
    assert sorted(map(bool, lines(jeanne))) == [False, True]


def test_a_thread_that_one_does_not_follow_has_the_line_of_the_message_alone(
    jeanne, followed, named, lines
):
    for level in (Level.NAMED, None):
        follows = Follow.objects.filter(person=jeanne, thread=followed)
        follows.update(level=level) if level else follows.delete()
        (line,) = lines(jeanne)
        assert "vous nomme" in line, level


def test_a_question_that_names_whom_it_is_put_to_is_one_line_until_it_is_answered(
    claire, jeanne, spaces, lines, browser_of, viewer_of
):
    asked = [
        find_addressee(viewer_of(claire), it)
        for it in (
            f"person-{jeanne.pk}",
            f"organisation-{jeanne.seats.get().organisation.slug}",
        )
    ]
    thread = factories.start_thread(
        claire, spaces["network"], kind="question", title="Quel bois ?",
        text=f"@{jeanne.full_name}, lequel ?", addressees=asked,
    )  # fmt: skip
    (line,) = lines(jeanne)
    assert "vous demande" in line
    browser_of(jeanne).get(thread.get_absolute_url())
    assert lines(jeanne) == []
    factories.post_reply(jeanne, thread)
    assert lines(jeanne) == []


def test_of_what_a_reply_does_the_strongest_is_told(claire, jeanne, followed, lines):
    own = factories.post_reply(jeanne, followed)
    Follow.objects.filter(person=jeanne).update(level=Level.NAMED)
    quoted = markup.quote("Du bois.", "Jeanne", own.number, own.get_absolute_url())
    organisation = jeanne.seats.get().organisation.name
    text = f"{quoted}\n\n@{organisation}, @{jeanne.full_name} ?"
    factories.post_reply(claire, followed, text=text)
    (line,) = lines(jeanne)
    assert "vous nomme" in line


def test_a_digest_says_it_once(jeanne, followed, named, viewer_of):
    Follow.objects.filter(person=jeanne).update(channel=Channel.DIGEST)
    save_mail_setting(jeanne.pk)

    def told(is_mailed_at_once):
        jeanne.mail_setting.notifications = is_mailed_at_once
        jeanne.mail_setting.save()
        person = User.objects.select_related("mail_setting").get(pk=jeanne.pk)
        return digest_content(person, viewer_of(person), timezone.now() - timedelta(days=7))

    content = told(is_mailed_at_once=False)
    assert len(content.notifications) == 1 and content.shown_threads == []
    content = told(is_mailed_at_once=True)
    assert not content.notifications and content.shown_threads == [] and not content.is_new
    factories.post_reply(followed.author, followed)
    content = told(is_mailed_at_once=True)
    assert len(content.shown_threads) == 1 and content.is_new


def test_the_bell_asks_no_query_more_while_such_a_message_waits(
    claire, jeanne, followed, named, viewer_of, django_assert_num_queries
):
    for person in (jeanne, claire):
        viewer = viewer_of(person)
        site_menu(viewer)
        with django_assert_num_queries(1):
            site_menu(viewer)
