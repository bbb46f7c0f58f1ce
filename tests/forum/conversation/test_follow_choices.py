"""What of one thread is signalled, and how: as one chose it, whatever else would change it."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from forum.base.rules import Refused
from forum.conversation.follows.actions import choose_follow, follow_thread, unfollow_thread
from forum.conversation.follows.models import Channel, Level
from forum.conversation.follows.settings.queries import follows_replies
from forum.conversation.follows.subscriptions.actions import subscribe, unsubscribe
from forum.conversation.follows.unread import unread_count
from forum.conversation.inbox.models import NotificationChange
from forum.mail.thread_mail.actions import key_of, save_mail_setting
from forum.models import Follow, Thread, Topic
from tests.factories import SUPPORT, post_reply, start_thread
from tests.forum.finding.saved_search_helpers import follow, look_for_news, news, threads_shown
from tests.forum.mail.thread_mail.helpers import deliver, plan
from tests.forum.test_query_counts import Counted

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture(autouse=True)
def _begun(spaces):
    """What was written before is told to nobody."""
    plan()


@pytest.fixture
def choose(thread, viewer_of):
    """Have a person choose for the thread."""

    def choose(person, level=Level.ALL, channel=""):
        return choose_follow(thread.pk, viewer_of(person), level, channel)

    return choose


@pytest.fixture
def brought(claire, jeanne, spaces, viewer_of):
    """A thread of Jeanne's that a subscription of Claire's brought, of its first post."""
    topic = Topic.objects.order_by("pk").first()
    subscribe("topic", topic.pk, viewer_of(claire), Level.FIRST, Channel.SITE)
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    return thread


def choice(person, thread):
    """The level and channel of a follow, and whether a subscription brought it."""
    row = Follow.objects.filter(person=person, thread=thread).first()
    return row and (row.level, row.channel, row.subscription_id is not None)


def keep(person, **chosen):
    """Have a person choose whether replying is following."""
    save_mail_setting(person.pk, **chosen)


# ------------------------------------------------------------------------------- to mute


def test_a_muted_thread_rings_no_bell_and_sends_no_mail(
    thread, claire, jeanne, choose, viewer_of
):
    choose(claire, Level.MUTED)
    post_reply(jeanne, thread)

    assert unread_count(viewer_of(claire)) == 0 and deliver() == 0


def test_a_mail_that_waits_is_not_sent_once_its_thread_is_muted(thread, claire, jeanne, choose):
    post_reply(jeanne, thread)
    plan()
    choose(claire, Level.MUTED)

    assert deliver() == 0


def test_whoever_replies_to_a_muted_thread_hears_no_more_of_it_than_before(
    thread, claire, jeanne, choose, viewer_of
):
    choose(claire, Level.MUTED)
    post_reply(claire, thread)
    post_reply(jeanne, thread)

    assert choice(claire, thread) == ("muted", "", False)
    assert unread_count(viewer_of(claire)) == 0 and deliver() == 0


def test_what_a_subscription_brought_is_muted_for_good(brought, claire, jeanne, viewer_of):
    viewer = viewer_of(claire)
    choose_follow(brought.pk, viewer, Level.MUTED, "")
    subscribe("topic", brought.topic_id, viewer, Level.ALL, Channel.MAIL)
    post_reply(jeanne, brought)
    plan()
    unsubscribe("topic", brought.topic, viewer)

    assert choice(claire, brought) == ("muted", "", False)


def test_a_thread_that_one_mutes_before_it_is_brought_is_not_brought(
    claire, jeanne, spaces, viewer_of
):
    topic = Topic.objects.order_by("pk").first()
    subscribe("topic", topic.pk, viewer_of(claire), Level.ALL, Channel.MAIL)
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    choose_follow(thread.pk, viewer_of(claire), Level.MUTED, "")

    assert deliver() == 0 and choice(claire, thread) == ("muted", "", False)


def test_what_came_while_it_was_muted_is_no_news_afterwards(
    thread, claire, jeanne, choose, viewer_of
):
    choose(claire, Level.MUTED)
    for _n in range(3):
        post_reply(jeanne, thread)
    follow_thread(thread.pk, viewer_of(claire))
    assert unread_count(viewer_of(claire)) == 0
    post_reply(jeanne, thread)

    assert unread_count(viewer_of(claire)) == 1


def test_searches_find_nothing_in_a_muted_thread_and_the_bell_learns_of_it(
    claire, jeanne, spaces, browser_of, viewer_of
):
    browser = browser_of(claire)
    follow(browser, "chaudière bois")
    thread = start_thread(jeanne, spaces["network"], title="Une chaudière à bois ?")
    look_for_news()
    assert news(browser) == 1
    choose_follow(thread.pk, viewer_of(claire), Level.MUTED, "")
    assert (news(browser), threads_shown(browser, claire)) == (0, [])
    choose_follow(thread.pk, viewer_of(claire), Level.ALL, "")
    assert news(browser) == 1
    choose_follow(thread.pk, viewer_of(claire), Level.MUTED, "")
    assert news(browser) == 0
    unfollow_thread(thread.pk, viewer_of(claire))
    assert news(browser) == 1


def test_who_follows_or_reads_tells_no_bell_of_it(thread, claire, jeanne, viewer_of):
    before = NotificationChange.objects.count()
    post_reply(jeanne, thread)
    follow_thread(thread.pk, viewer_of(claire))
    unfollow_thread(thread.pk, viewer_of(claire))

    assert NotificationChange.objects.count() == before


def test_the_address_in_an_old_mail_does_not_lift_a_mute(thread, claire, choose, client):
    choose(claire, Level.MUTED)
    stop = reverse("stop-mail", args=[key_of(claire.pk, thread.pk).link_key])

    assert "C’est fait" in client.get(stop).text
    client.post(stop)
    assert choice(claire, thread) == ("muted", "", False)


# ---------------------------------------------------------------------------- the channel


@pytest.mark.parametrize(("channel", "mails"), [("mail", 1), ("digest", 0), ("site", 0)])
@pytest.mark.parametrize("as_others", ["mail", "site"])
def test_the_channel_of_a_thread_wins_over_that_of_all(
    channel, mails, as_others, thread, claire, jeanne, choose
):
    save_mail_setting(claire.pk, channel=as_others)
    choose(claire, channel=channel)
    post_reply(jeanne, thread)

    assert deliver() == mails


def test_a_channel_that_one_chose_stays_when_one_replies_or_follows_again(
    thread, claire, choose, viewer_of
):
    choose(claire, channel=Channel.DIGEST)
    post_reply(claire, thread)
    follow_thread(thread.pk, viewer_of(claire))

    assert choice(claire, thread) == ("all", "digest", False)


def test_what_a_subscription_brought_is_as_one_chose_whatever_becomes_of_the_subscription(
    brought, claire, viewer_of
):
    viewer = viewer_of(claire)
    choose_follow(brought.pk, viewer, Level.ALL, Channel.DIGEST)
    for level, channel in ((Level.FIRST, Channel.MAIL), (Level.MUTED, Channel.SITE)):
        subscribe("topic", brought.topic_id, viewer, level, channel)
        assert choice(claire, brought) == ("all", "digest", False), level
    unsubscribe("topic", brought.topic, viewer)

    assert choice(claire, brought) == ("all", "digest", False)


def test_who_stops_all_mail_stops_that_of_a_thread_with_a_channel_of_its_own(
    thread, claire, jeanne, choose, client
):
    choose(claire, channel=Channel.MAIL)
    client.post(
        reverse("stop-mail", args=[key_of(claire.pk, thread.pk).link_key]), {"all": "1"}
    )
    post_reply(jeanne, thread)

    assert deliver() == 0


def test_choosing_reads_nothing_of_what_is_new(thread, claire, jeanne, choose, viewer_of):
    post_reply(jeanne, thread)
    choose(claire, channel=Channel.SITE)

    assert unread_count(viewer_of(claire)) == 1


# ----------------------------------------------------------------- whether replying follows


def test_who_said_so_does_not_follow_what_they_reply_to(thread, claire, jeanne, viewer_of):
    keep(jeanne, follows_replies=False)
    post_reply(jeanne, thread)
    post_reply(claire, thread)
    assert choice(jeanne, thread) is None and unread_count(viewer_of(jeanne)) == 0

    keep(jeanne, follows_replies=True)
    post_reply(jeanne, thread)
    assert choice(jeanne, thread) == ("all", "", False)


def test_who_said_so_follows_the_threads_that_they_start_and_those_they_choose(
    thread, jeanne, lucie, spaces, viewer_of
):
    keep(jeanne, follows_replies=False)
    follow_thread(thread.pk, viewer_of(jeanne))
    own = start_thread(jeanne, spaces["network"])
    for one in (thread, own):
        post_reply(lucie, one)
        post_reply(jeanne, one)

    assert {choice(jeanne, one) for one in (thread, own)} == {("all", "", False)}
    assert unread_count(viewer_of(jeanne)) == 0, "read up to what they wrote"


def test_who_said_so_keeps_what_a_subscription_brought_as_it_brought_it(brought, claire):
    keep(claire, follows_replies=False)
    post_reply(claire, brought)

    assert choice(claire, brought) == ("first", "site", True)


def test_a_reply_costs_the_same_whatever_one_chose(thread, claire, jeanne):
    post_reply(jeanne, thread)
    costs = []
    for follows in (True, False):
        keep(jeanne, follows_replies=follows)
        with Counted() as counted:
            post_reply(jeanne, thread, f"Encore, et {follows}.")
        costs.append(counted.number)

    assert costs[0] == costs[1]


def test_the_choice_is_in_mes_courriels_and_on_at_first(claire, browser_of):
    browser, page = browser_of(claire), reverse("mail-settings")
    assert browser.get(page).context["form"].initial["follows_replies"] is True
    kept = {
        "channel": "mail", "digest": "never", "digest_day": "1", "digest_hour": "7",
        "language": "fr",
    }  # fmt: skip
    browser.post(page, kept)
    assert not follows_replies(claire.pk)
    assert browser.get(page).context["form"].initial["follows_replies"] is False
    browser.post(page, kept | {"follows_replies": "on"})

    assert follows_replies(claire.pk)


# --------------------------------------------------------------------------------- rights


@pytest.mark.parametrize("role", ["guest", "suspended"])
def test_only_who_has_an_account_in_good_standing_chooses(role, people, spaces, viewer_of):
    public = start_thread(people.projects, spaces["public"])

    with pytest.raises(Refused):
        choose_follow(public.pk, viewer_of(getattr(people, role)), Level.MUTED, "")


def test_one_does_not_choose_for_what_one_does_not_see(
    claire, make_person, spaces, viewer_of, browser_of
):
    room = start_thread(make_person("Omar", SUPPORT), spaces[SUPPORT], title="Entre nous")
    with pytest.raises(Thread.DoesNotExist):
        choose_follow(room.pk, viewer_of(claire), Level.MUTED, "")
    page, browser = reverse("follow-thread", args=[room.pk]), browser_of(claire)

    assert browser.get(page).status_code == 404
    assert browser.post(page, {"level": "muted", "channel": "site"}).status_code == 404
    assert not Follow.objects.filter(person=claire).exists()


# ---------------------------------------------------------------------------------- pages


def test_the_page_of_a_thread_leads_to_the_choice_and_comes_back(thread, lucie, browser_of):
    browser, address = browser_of(lucie), thread.get_absolute_url()
    page = re.search(r'<a[^>]*href="([^"]*/suivi/[^"]*)"', browser.get(address).text)[1]
    assert "Vous ne suivez pas ce fil." in browser.get(page).text
    back = browser.post(page, {"level": "muted", "channel": "settings"})
    assert back["Location"] == address
    assert choice(lucie, thread) == ("muted", "", False)
    text = browser.get(address).text
    assert "Ce fil est en sourdine." in text and "Suivre ce fil" in text

    assert browser.get(page).context["form"].initial["level"] == "muted"
    browser.post(page, {"unmute": "1"})
    assert choice(lucie, thread) is None


@pytest.mark.parametrize("name", ["follows", "inbox"])
def test_a_list_leads_to_the_choice_and_is_come_back_to(
    name, thread, claire, jeanne, browser_of
):
    post_reply(jeanne, thread)
    browser, here = browser_of(claire), reverse(name)
    page = f"{reverse('follow-thread', args=[thread.pk])}?retour={name}"
    assert page in browser.get(here).text
    back = browser.post(page, {"level": "all", "channel": "digest"})

    assert back["Location"] == here and choice(claire, thread) == ("all", "digest", False)


def test_nobody_is_led_elsewhere_than_to_a_list_of_ones_own(thread, claire, browser_of):
    page = f"{reverse('follow-thread', args=[thread.pk])}?retour=//ailleurs.example"
    back = browser_of(claire).post(page, {"level": "all", "channel": "site"})

    assert back["Location"] == thread.get_absolute_url()


def test_a_muted_thread_stands_last_in_the_list_and_says_so(
    thread, claire, jeanne, spaces, choose, browser_of
):
    start_thread(claire, spaces["network"], title="Un autre que je suis")
    choose(claire, Level.MUTED)
    post_reply(jeanne, thread)
    page = browser_of(claire).get(reverse("follows"))

    assert [row.pk for _follow, row, _news in page.context["rows"]][-1] == thread.pk
    assert "En sourdine" in page.text
    assert thread.title not in browser_of(claire).get(reverse("inbox")).text


def test_what_brought_a_thread_stands_on_the_page_of_the_choice(brought, claire, browser_of):
    page = browser_of(claire).get(reverse("follow-thread", args=[brought.pk]))

    assert reverse("subscription", args=["topic", brought.topic_id]) in page.text
    assert page.context["form"].initial == {"level": "all", "channel": "site"}


def test_a_choice_that_is_none_is_said_beside_the_field(thread, claire, browser_of):
    page = reverse("follow-thread", args=[thread.pk])
    for wrong in ({"level": "first", "channel": "site"}, {"level": "all", "channel": "fax"}):
        answer = browser_of(claire).post(page, wrong)
        assert answer.status_code == 422 and "Sélectionnez un choix valide" in answer.text
    assert choice(claire, thread) == ("all", "", False)


def test_the_button_after_a_reply_says_what_is_so(thread, jeanne, browser_of, viewer_of):
    def button(text):
        typed = {"text": text, "idempotency_key": uuid4()}
        address, seq = reverse("replies", args=[thread.pk]), Thread.objects.get().seq
        answer = browser_of(jeanne).post(address, typed, headers={"X-Seen": str(seq)})
        return answer.json()["elements"]["thread-follow"]

    keep(jeanne, follows_replies=False)
    assert "Vous suivez ce fil." not in button("Une fois.")
    keep(jeanne, follows_replies=True)
    assert "Vous suivez ce fil." in button("Deux fois.")
    choose_follow(thread.pk, viewer_of(jeanne), Level.MUTED, "")
    assert "Ce fil est en sourdine." in button("Trois fois.")
