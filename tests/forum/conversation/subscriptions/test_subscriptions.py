"""What one subscribes to brings its new threads, to readers only, at the level one chose."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory
from forum.base.rules import Refused
from forum.conversation.follows.actions import follow_thread, unfollow_thread
from forum.conversation.follows.models import Channel, Level
from forum.conversation.follows.subscriptions.actions import (
    MAX_SUBSCRIPTIONS,
    subscribe,
    unsubscribe,
)
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.follows.subscriptions.queries import (
    own_subscriptions,
    reasons_of,
)
from forum.conversation.follows.unread import unread_count
from forum.conversation.mutes.actions import mute_person
from forum.conversation.threads.edits.actions import edit_post
from forum.finding.tags.merges.actions import merge_tags
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.models import MailSetting
from forum.models import Follow, Space
from forum.moderation.actions import hide_post
from forum.moderation.held_posts.actions import approve_post
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver, plan

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def followed(person):
    return set(Follow.objects.filter(person=person).values_list("thread", "level"))


def test_a_new_thread_rings_once_for_who_follows_new_threads(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire)
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    assert unread_count(viewer_of(claire)) == 1

    Follow.objects.filter(person=claire).update(last_read_number=1)
    post_reply(jeanne, thread)
    plan()
    assert unread_count(viewer_of(claire)) == 0, "replies are not told"


def test_at_the_level_of_all_its_replies_ring_too(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire, Level.ALL)
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    Follow.objects.filter(person=claire).update(last_read_number=1)
    post_reply(jeanne, thread)

    assert unread_count(viewer_of(claire)) == 1


def test_what_is_muted_brings_nothing_whatever_else_would(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire, Level.ALL)
    subscribe("space", spaces["network"].pk, viewer_of(claire), Level.MUTED, "site")
    start_thread(jeanne, spaces["network"], topic=topic)
    plan()

    assert followed(claire) == set()


def test_nothing_comes_from_a_space_that_one_does_not_read(
    follow_topic, topic, claire, lucie, make_person, spaces
):
    for person in (claire, lucie):
        follow_topic(person, Level.ALL)
    other = make_person("Omar", SUPPORT)
    thread = start_thread(other, spaces[SUPPORT], topic=topic)
    plan()

    assert followed(claire) == set()
    assert followed(lucie) == {(thread.pk, "all")}


def test_nothing_comes_of_what_one_wrote_or_whom_one_muted(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire)
    mute_person(jeanne.pk, viewer_of(claire))
    start_thread(jeanne, spaces["network"], topic=topic)
    own = start_thread(claire, spaces["network"], topic=topic)
    plan()

    assert followed(claire) == {(own.pk, "all")}


@pytest.mark.parametrize("kind", ["space", "topic", "tag", "organisation", "territory"])
@pytest.mark.parametrize("who", ["claire", "lucie"])
def test_each_kind_of_thing_brings_its_threads(
    kind, who, request, jeanne, spaces, viewer_of, topic
):
    person = request.getfixturevalue(who)
    old = start_thread(jeanne, spaces["network"], topic=topic, tags=["bocage"])
    seat = jeanne.seats.get()
    territory = Territory.objects.create(name="Pays de Brec", slug="pays-de-brec")
    seat.organisation.territories.add(territory)
    target = {
        "space": spaces["network"],
        "topic": topic,
        "tag": old.tags.get(),
        "organisation": seat.organisation,
        "territory": territory,
    }[kind]
    plan()
    subscribe(kind, target.pk, viewer_of(person), Level.FIRST, "site")
    thread = start_thread(jeanne, spaces["network"], topic=topic, tags=["bocage"])
    plan()

    assert followed(person) == {(thread.pk, "first")}
    (follow,) = Follow.objects.filter(person=person)
    assert reasons_of(viewer_of(person), [follow])[follow.pk].target == target
    assert [one.target for one in own_subscriptions(viewer_of(person))] == [target]


def test_looking_twice_at_the_log_changes_nothing(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire)
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    unfollow_thread(thread.pk, viewer_of(claire))
    plan()

    assert followed(claire) == set()


def test_a_thread_that_one_unfollowed_does_not_come_back_when_it_is_edited(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire)
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    unfollow_thread(thread.pk, viewer_of(claire))
    post = thread.posts.get()
    edit_post(post, viewer_of(jeanne), "Avec un mot de plus.", post.version)
    plan()

    assert followed(claire) == set()


def test_a_held_thread_comes_when_it_is_approved(
    follow_topic, topic, claire, make_person, lucie, spaces, viewer_of
):
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    follow_topic(claire)
    newcomer = make_person("Nils", AUTHORITIES, confirmed=False)
    thread = start_thread(newcomer, spaces["public"], topic=topic)
    plan()
    assert followed(claire) == set()
    approve_post(thread.posts.get(), viewer_of(lucie))
    plan()

    assert followed(claire) == {(thread.pk, "first")}


def test_another_choice_holds_for_what_the_subscription_brought(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire, Level.ALL, "digest")
    brought, taken_up = (start_thread(jeanne, spaces["network"], topic=topic) for _n in "ab")
    plan()
    follow_thread(taken_up.pk, viewer_of(claire))
    follow_topic(claire, Level.FIRST, "site")
    assert followed(claire) == {(brought.pk, "first"), (taken_up.pk, "all")}
    channels = Follow.objects.filter(person=claire).values_list("channel", flat=True)
    assert set(channels) == {"site", ""}

    follow_topic(claire, Level.MUTED, "site")
    assert followed(claire) == {(taken_up.pk, "all")}


def test_whoever_replies_hears_of_the_thread_as_of_all_that_they_follow(
    follow_topic, topic, claire, jeanne, spaces
):
    follow_topic(claire, Level.FIRST, "site")
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    post_reply(claire, thread)
    post_reply(jeanne, thread)

    assert deliver() == 1


def test_who_follows_a_tag_goes_on_to_when_it_is_merged_into_another(
    claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    old = start_thread(jeanne, spaces["network"], tags=["bocage"])
    into = start_thread(jeanne, spaces["network"], tags=["haies"]).tags.get()
    plan()
    source = old.tags.get()
    subscribe("tag", source.pk, viewer_of(claire), Level.FIRST, "site")
    merge_tags(source, into, viewer_of(lucie), "C’est le même.")
    new = start_thread(jeanne, spaces["network"], tags=["haies"])
    plan()

    assert followed(claire) == {(new.pk, "first")}
    (one,) = own_subscriptions(viewer_of(claire))
    assert one.target == into
    page = reverse("subscription", args=["tag", into.pk])
    browser_of(claire).post(page, {"stop": "1"})
    assert not Subscription.objects.exists()


def test_one_subscribes_once_and_a_second_time_changes_it(follow_topic, claire):
    follow_topic(claire, Level.FIRST, "digest")
    follow_topic(claire, Level.ALL, "mail")

    (one,) = Subscription.objects.filter(person=claire)
    assert (one.level, one.channel) == ("all", "mail")


@pytest.mark.parametrize("channel", [Channel.SITE, Channel.DIGEST])
def test_of_threads_that_it_brought_replies_ring_too_from_when_one_chooses_so(
    follow_topic, topic, claire, jeanne, spaces, viewer_of, mailed_at_once, channel
):
    follow_topic(claire, Level.FIRST, channel)
    opened, told, new = (
        start_thread(jeanne, spaces["network"], topic=topic) for _time in range(3)
    )
    plan()
    Follow.objects.filter(person=claire, thread=opened).update(last_read_number=1)
    Follow.objects.filter(person=claire, thread=told).update(mailed_number=1)
    for thread in (opened, told):
        post_reply(jeanne, thread)
    since = timezone.now() - timedelta(days=1)

    follow_topic(claire, Level.ALL, channel)
    MailSetting.objects.get_or_create(person=claire)
    viewer = viewer_of(claire)

    def in_digest():
        threads = digest_content(claire, viewer, since).threads
        return {news.follow.thread for news in threads}

    assert {level for _thread, level in followed(claire)} == {"all"}
    assert unread_count(viewer) == 2, "nothing of the one that was opened"
    assert in_digest() == ({new} if channel == Channel.DIGEST else set())
    for thread in (opened, told):
        post_reply(jeanne, thread)
    assert unread_count(viewer) == 3
    assert in_digest() == ({opened, told, new} if channel == Channel.DIGEST else set())


def test_a_subscription_by_mail_brings_every_message_as_a_list_would(
    follow_topic, topic, claire, jeanne, spaces
):
    follow_topic(claire, Level.ALL, "mail")
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    assert deliver() == 1
    assert f"Vous suivez « {topic} »" in mail.outbox[-1].body.replace("\u00a0", " ")
    post_reply(jeanne, thread)

    assert deliver() == 1


def test_a_subscription_to_new_threads_by_mail_brings_no_reply(
    follow_topic, topic, claire, jeanne, spaces
):
    follow_topic(claire, Level.FIRST, "mail")
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    assert deliver() == 1
    post_reply(jeanne, thread)

    assert deliver() == 0


@pytest.mark.parametrize("channel", ["digest", "site"])
def test_what_is_for_the_digest_or_the_site_is_not_mailed_at_once(
    channel, follow_topic, topic, claire, jeanne, spaces
):
    follow_topic(claire, Level.ALL, channel)
    start_thread(jeanne, spaces["network"], topic=topic)

    assert deliver() == 0


def test_who_ends_a_subscription_is_rid_of_its_threads_but_of_those_they_took_up(
    follow_topic, topic, claire, jeanne, spaces, viewer_of
):
    follow_topic(claire)
    threads = [start_thread(jeanne, spaces["network"], topic=topic) for _n in range(3)]
    plan()
    follow_thread(threads[0].pk, viewer_of(claire))
    post_reply(claire, threads[1])
    unsubscribe("topic", topic, viewer_of(claire))

    assert followed(claire) == {(it.pk, "all") for it in threads[:2]}


def test_a_right_that_ends_takes_along_what_a_subscription_brought(
    follow_topic, topic, claire, jeanne, lucie, spaces, viewer_of
):
    follow_topic(claire)
    thread = start_thread(jeanne, spaces["network"], topic=topic)
    plan()
    hide_post(thread.posts.get(), viewer_of(lucie), "Hors sujet.")

    assert unread_count(viewer_of(claire)) == 0


def test_one_cannot_subscribe_to_what_one_does_not_see(claire, spaces, viewer_of):
    with pytest.raises(Space.DoesNotExist):
        subscribe("space", spaces[PROJECTS].pk, viewer_of(claire), Level.ALL, "site")


def test_there_is_a_bound_to_subscriptions(claire, topic, viewer_of):
    Subscription.objects.bulk_create(
        Subscription(person=claire, territory=one)
        for one in Territory.objects.bulk_create(
            Territory(name=f"T{n}", slug=f"t{n}", folded_name=f"t{n}")
            for n in range(MAX_SUBSCRIPTIONS)
        )
    )
    with pytest.raises(Refused, match="deux cents"):
        subscribe("topic", topic.pk, viewer_of(claire), Level.ALL, "site")
