"""Followed threads: what is new in them, for whom, and that telling so costs little."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from forum.base.rules import Refused
from forum.conversation.follows.actions import follow_thread, mark_read, unfollow_thread
from forum.conversation.follows.unread import followers_among, unread_count, unread_counts
from forum.conversation.threads.edits.actions import delete_post
from forum.models import Follow, Thread
from forum.moderation import actions as moderation
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    create_seat,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.conversation.follow_helpers import FOLLOWS, badge, read_by


def test_who_starts_a_thread_follows_it_and_their_own_words_are_not_news(
    thread, claire, viewer_of
):
    assert read_by(claire, thread) == 1
    assert unread_count(viewer_of(claire)) == 0


def test_a_reply_is_news_to_followers_and_to_nobody_else(
    thread, claire, jeanne, lucie, viewer_of
):
    post_reply(jeanne, thread)

    assert [unread_count(viewer_of(one)) for one in (claire, jeanne, lucie)] == [1, 0, 0]
    assert read_by(jeanne, thread) == 2


def test_replies_to_one_thread_are_one_news(thread, claire, jeanne, viewer_of):
    for _ in range(3):
        post_reply(jeanne, thread)

    assert unread_count(viewer_of(claire)) == 1


def test_whoever_replies_has_read_the_thread_up_to_their_reply(
    thread, claire, jeanne, viewer_of
):
    post_reply(jeanne, thread)
    post_reply(claire, thread)

    assert [unread_count(viewer_of(one)) for one in (claire, jeanne)] == [0, 1]


def test_a_reply_sent_twice_follows_once(thread, jeanne):
    key = uuid4()
    post_reply(jeanne, thread, "Une fois.", key)
    post_reply(jeanne, thread, "Une fois.", key)

    assert Follow.objects.filter(person=jeanne).count() == 1
    assert read_by(jeanne, thread) == 2


def test_a_refused_reply_follows_nothing(thread, jeanne, lucie, viewer_of):
    moderation.lock_thread(thread, viewer_of(lucie), True)

    with pytest.raises(Refused):
        post_reply(jeanne, thread)

    assert read_by(jeanne, thread) is None


def test_following_begins_now_and_what_came_before_is_not_news(
    thread, jeanne, lucie, viewer_of
):
    post_reply(jeanne, thread)
    follow_thread(thread.pk, viewer_of(lucie))
    assert unread_count(viewer_of(lucie)) == 0

    post_reply(jeanne, thread)

    assert unread_count(viewer_of(lucie)) == 1


def test_following_again_makes_nothing_read(thread, claire, jeanne, viewer_of):
    post_reply(jeanne, thread)

    follow_thread(thread.pk, viewer_of(claire))

    assert unread_count(viewer_of(claire)) == 1


def test_who_stopped_hears_no_more_until_they_write_there_again(
    thread, claire, jeanne, viewer_of
):
    unfollow_thread(thread.pk, viewer_of(claire))
    unfollow_thread(thread.pk, viewer_of(claire))  # Twice does no harm.
    post_reply(jeanne, thread)
    assert (unread_count(viewer_of(claire)), read_by(claire, thread)) == (0, None)

    post_reply(claire, thread, "J’y reviens.")
    post_reply(jeanne, thread)

    assert unread_count(viewer_of(claire)) == 1


@pytest.mark.parametrize("role", ["guest", "suspended"])
def test_only_who_has_an_account_in_good_standing_follows(role, people, spaces, viewer_of):
    public = start_thread(people.projects, spaces["public"])
    viewer = viewer_of(getattr(people, role))

    with pytest.raises(Refused):
        follow_thread(public.pk, viewer)

    assert unread_count(viewer) == 0


def test_who_has_signed_nothing_follows_what_is_public(people, spaces, viewer_of):
    public, network = (
        start_thread(people.projects, spaces[name]) for name in ("public", "network")
    )
    rita = viewer_of(people.registered)

    follow_thread(public.pk, rita)
    with pytest.raises(Thread.DoesNotExist):
        follow_thread(network.pk, rita)
    post_reply(people.projects, public)  # Their own words; then someone else's.
    post_reply(people.support, public)

    assert unread_count(rita) == 1


def test_what_does_not_stand_is_not_news_and_is_again_once_restored(
    thread, claire, jeanne, lucie, viewer_of
):
    post = post_reply(jeanne, thread)

    moderation.hide_post(post, viewer_of(lucie), "Hors sujet")
    assert unread_count(viewer_of(claire)) == 0
    moderation.restore_post(post, viewer_of(lucie))
    assert unread_count(viewer_of(claire)) == 1
    delete_post(post, viewer_of(jeanne))
    assert unread_count(viewer_of(claire)) == 0


def test_what_is_changed_in_a_read_thread_is_not_news(thread, claire, lucie, viewer_of):
    moderation.pin_thread(thread, viewer_of(lucie), True)
    moderation.lock_thread(thread, viewer_of(lucie), True)

    assert unread_count(viewer_of(claire)) == 0


def test_a_withdrawn_thread_is_no_news(thread, claire, lucie, viewer_of):
    follow_thread(thread.pk, viewer_of(lucie))
    Follow.objects.update(last_read_number=0)
    assert unread_count(viewer_of(lucie)) == 1

    moderation.hide_post(thread.posts.get(), viewer_of(lucie), "Doublon")

    assert unread_count(viewer_of(lucie)) == 0


def test_a_badge_says_no_more_than_it_can_count_at_once(
    thread, claire, lucie, viewer_of, monkeypatch
):
    monkeypatch.setattr("forum.conversation.follows.unread.MAX_UNREAD", 2)
    for one in (thread, start_thread(claire, thread.space), start_thread(claire, thread.space)):
        Follow.objects.create(person=lucie, thread=one)

    assert unread_count(viewer_of(lucie)) == 2
    assert unread_counts([viewer_of(lucie)]) == {lucie.pk: 2}


def test_a_right_lost_takes_its_news_away_and_a_right_regained_brings_them_back(
    people, spaces, viewer_of, browser_of
):
    claire, rooms = people.authorities, spaces[AUTHORITIES]
    colleague = people.former
    seat = create_seat(colleague, AUTHORITIES)
    private = start_thread(colleague, rooms, title="Ce que nous disons entre nous")
    post_reply(claire, private)
    assert unread_count(viewer_of(colleague)) == 1

    colleague.seats.filter(pk=seat.pk).update(ended_at=timezone.now() - timedelta(minutes=1))

    page = browser_of(colleague).get(FOLLOWS)
    assert unread_count(viewer_of(colleague)) == 0 and badge(page) is None
    assert "entre nous" not in page.content.decode()
    with pytest.raises(Thread.DoesNotExist):
        unfollow_thread(private.pk, viewer_of(colleague))

    colleague.seats.filter(pk=seat.pk).update(ended_at=None)

    assert unread_count(viewer_of(colleague)) == 1
    assert "entre nous" in browser_of(colleague).get(FOLLOWS).content.decode()


def test_a_thread_moved_out_of_sight_is_no_news(
    thread, claire, jeanne, lucie, viewer_of, spaces
):
    post_reply(jeanne, thread)
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    assert unread_count(viewer_of(claire)) == 0


def test_many_viewers_at_once_are_told_what_each_is_told_alone(people, spaces, viewer_of):
    everyone = [one for one in vars(people).values() if one]
    for name, space in spaces.items():
        writer = {PROJECTS: people.projects, SUPPORT: people.support, "group": people.group}
        written = start_thread(writer.get(name, people.authorities), space)
        Follow.objects.bulk_create(
            [Follow(person=one, thread=written) for one in everyone], ignore_conflicts=True
        )
    viewers = [viewer_of(one) for one in [None, *everyone]]

    told = unread_counts(viewers)

    assert told == {viewer.person_id: unread_count(viewer) for viewer in viewers[1:]}
    assert max(told.values()) > 2 and told[people.suspended.pk] == 0


def test_followers_are_found_among_those_asked_about(thread, claire, jeanne, lucie):
    post_reply(jeanne, thread)

    assert followers_among(thread.pk, [claire.pk, lucie.pk]) == {claire.pk}
    assert followers_among(thread.pk, []) == set()


def test_reading_moves_forward_only_within_the_thread_and_for_followers_only(
    thread, claire, jeanne, lucie
):
    for _ in range(4):
        post_reply(jeanne, thread)

    assert mark_read(thread.pk, {claire.pk: 3, lucie.pk: 3}) == {claire.pk}
    assert mark_read(thread.pk, {claire.pk: 2, jeanne.pk: 1}) == set()
    assert (read_by(claire, thread), read_by(jeanne, thread)) == (3, 5)
    assert read_by(lucie, thread) is None
    assert mark_read(thread.pk, {claire.pk: 10**9}) == {claire.pk}
    assert read_by(claire, thread) == 5
    assert mark_read(thread.pk, {}) == mark_read(9_999_999, {claire.pk: 1}) == set()


def test_reading_one_thread_leaves_the_others_as_they_are(thread, claire, jeanne, viewer_of):
    other = start_thread(claire, thread.space)
    for one in (thread, other):
        post_reply(jeanne, one)

    mark_read(other.pk, {claire.pk: 2})

    assert unread_count(viewer_of(claire)) == 1


def test_a_page_marks_as_read_what_it_shows_and_no_more(thread, claire, jeanne, browser_of):
    for n in range(24):
        post_reply(jeanne, thread, f"Réponse {n}")
    client, address = browser_of(claire), thread.get_absolute_url()

    page = client.get(address)
    assert (read_by(claire, thread), badge(page)) == (20, "1 nouveauté vous attend")
    page = client.get(f"{address}?page=2")
    assert (read_by(claire, thread), badge(page)) == (25, None)
    client.get(address)
    assert read_by(claire, thread) == 25


@pytest.mark.parametrize("how", ["head", "fetched ahead"])
def test_what_nobody_looked_at_is_not_read(how, thread, claire, jeanne, browser_of):
    post_reply(jeanne, thread)
    client, address = browser_of(claire), thread.get_absolute_url()

    if how == "head":
        client.head(address)
    else:
        client.get(address, headers={"Sec-Purpose": "prefetch;prerender"})

    assert read_by(claire, thread) == 1


def test_looking_at_a_thread_is_not_following_it(thread, lucie, browser_of):
    browser_of(lucie).get(thread.get_absolute_url())

    assert read_by(lucie, thread) is None
