"""What lists mark as unread: to whom, from when, until when; rows are one HTML for all."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.users.actions import SEEN_INTERVAL, VISIT_GAP
from forum.conversation.follows.models import ThreadRead
from forum.conversation.follows.unread import unread_count
from forum.models import Thread
from forum.moderation import actions as moderation
from tests.factories import PROJECTS, SUPPORT, move_thread, post_reply, start_thread
from tests.page_elements import elements

pytestmark = pytest.mark.usefixtures("cast_scene")

PREFETCH = {"Sec-Purpose": "prefetch;prerender"}


@pytest.fixture
def away():
    """Let someone's last look at a list be so long ago."""

    def away(person, **ago):
        type(person).objects.filter(pk=person.pk).update(
            seen_at=timezone.now() - timedelta(**ago)
        )

    return away


@pytest.fixture
def marked(browser_of):
    """The ids of the threads that a list marks as unread to someone."""

    def marked(person, address="/", **options):
        text = browser_of(person).get(address, **options).text
        found = re.findall(r"#thread-(\d+){--unread:inline;--title-weight:700}", text)
        return {int(pk) for pk in found}

    return marked


def test_a_followed_thread_is_marked_while_the_badge_counts_it(
    claire, jeanne, thread, marked, viewer_of, browser_of
):
    assert marked(claire) == set()
    post_reply(jeanne, thread)
    assert marked(claire) == {thread.pk} and unread_count(viewer_of(claire)) == 1
    assert marked(jeanne) == set(), "her own reply"
    browser_of(claire).get(thread.get_absolute_url())

    assert marked(claire) == set() and unread_count(viewer_of(claire)) == 0


def test_a_thread_that_came_since_the_last_visit_is_marked_until_it_is_opened(
    claire, jeanne, thread, spaces, marked, away, browser_of
):
    away(jeanne, hours=2)
    Thread.objects.update(created_at=timezone.now() - timedelta(hours=3))
    new = start_thread(claire, spaces["network"], title="Du nouveau")
    assert marked(jeanne) == marked(jeanne) == {new.pk}, "not the older one; all visit long"
    assert marked(claire) == set(), "her own"
    browser_of(jeanne).get(new.get_absolute_url(), headers=PREFETCH)
    assert marked(jeanne) == {new.pk}, "fetched ahead, and not looked at"
    browser_of(jeanne).get(new.get_absolute_url())

    assert marked(jeanne) == set()


def test_the_next_visit_begins_with_what_came_since_this_one(
    claire, jeanne, thread, spaces, marked, away, browser_of
):
    away(jeanne, days=1)
    assert marked(jeanne) == {thread.pk}
    away(jeanne, seconds=(VISIT_GAP - timedelta(minutes=1)).seconds)
    assert marked(jeanne) == {thread.pk}, "the same visit goes on"
    browser_of(jeanne).get(thread.get_absolute_url())
    Thread.objects.update(created_at=timezone.now() - timedelta(hours=2))
    new = start_thread(claire, spaces["network"], title="Du nouveau")
    away(jeanne, hours=1)

    assert marked(jeanne) == {new.pk}
    assert not ThreadRead.objects.exists(), "what was opened before is forgotten"


def test_looking_at_lists_writes_once_in_a_few_minutes_and_not_ahead_of_time(
    jeanne, thread, away, browser_of
):
    client, seen_at = browser_of(jeanne), []
    away(jeanne, seconds=SEEN_INTERVAL.seconds + 1)
    for headers in (PREFETCH, {}, {}, {}):
        jeanne.refresh_from_db()
        seen_at.append(jeanne.seen_at)
        client.get("/", headers=headers)
    jeanne.refresh_from_db()

    assert seen_at[0] == seen_at[1] < seen_at[2] == seen_at[3] == jeanne.seen_at


def test_each_row_is_the_same_for_all_and_hidden_ones_mark_nothing(
    claire, jeanne, lucie, thread, marked, browser_of, viewer_of
):
    hidden = post_reply(jeanne, thread)
    rows = {
        elements(browser_of(person).get("/").text)[f"thread-{thread.pk}"]
        for person in (claire, jeanne, lucie)
    }
    assert len(rows) == 1 and 'data-if="unread"' in rows.pop()
    moderation.hide_post(hidden, viewer_of(lucie), "Blessant.")

    assert marked(claire) == set()


def test_guests_have_no_marks_and_write_nothing(claire, spaces, marked, browser_of):
    thread = start_thread(claire, spaces["public"])

    assert marked(None) == set()
    assert "unread-marks" not in browser_of(None).get("/").text
    browser_of(None).get(thread.get_absolute_url())
    assert not ThreadRead.objects.exists()


def test_an_open_list_asks_which_of_its_rows_are_unread_and_learns_of_no_other(
    claire, jeanne, spaces, thread, away, browser_of
):
    address = reverse("list-unread")
    private = start_thread(jeanne, spaces[PROJECTS])
    post_reply(jeanne, thread)
    asked = f"{address}?fils={thread.pk},{private.pk},x,{2**70}"

    assert browser_of(claire).get(asked).json() == {"unread": [thread.pk]}
    assert browser_of(None).get(asked).json() == {"unread": []}
    assert browser_of(claire).get(f"{address}?fils=").json() == {"unread": []}
    assert browser_of(claire).get(address).json() == {"unread": []}


def test_a_right_that_is_lost_takes_the_mark_along(
    claire, jeanne, thread, lucie, spaces, marked, viewer_of
):
    post_reply(jeanne, thread)
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    assert marked(claire) == set()
