"""The badge of followed threads, on open pages: the whole number, to that person alone."""

import asyncio
import threading
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from forum.conversation.addressees.queries import find_addressee
from forum.conversation.follows.models import Follow
from forum.conversation.inbox import unread
from forum.conversation.inbox.actions import mark_read
from forum.conversation.inbox.models import NotificationRead
from forum.conversation.thanks.actions import thank_for_post
from forum.conversation.threads.actions import start_thread as start_new_thread
from forum.moderation.actions import hide_post
from realtime import badges
from realtime.hub import current_hub
from realtime.queries import run_in_db
from tests.factories import AUTHORITIES, PROJECTS, post_reply, start_thread
from tests.realtime.conftest import run_reconcile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(badges, "DEBOUNCE", 0.01)


async def run_count():
    """Have the hub note what was read and count, once what it has under way is done."""
    await run_reconcile()
    await current_hub().badges.send_counts()


async def badge(page, count):
    """Wait until ``page`` is told that ``count`` threads have news."""
    while await page.state("badge") != count:
        continue


async def test_a_reply_in_a_followed_thread_raises_the_badge_of_who_follows(
    open_list, thread, claire, jeanne, make_person
):
    page, stranger = await open_list(claire), await open_list(jeanne)
    await page.next_update(), await stranger.next_update()
    await in_db(post_reply)(jeanne, thread)

    await badge(page, 1)
    await stranger.communicator.send_json_to({})
    assert await stranger.state("database_age") < 60  # And no badge came before.


async def test_what_is_read_here_or_elsewhere_lowers_it_in_every_tab(
    open_list, open_thread, thread, claire, jeanne, browser_of
):
    tabs = [await open_list(claire), await open_list(claire)]
    for tab in tabs:
        await tab.next_update()
    await in_db(post_reply)(jeanne, thread)
    for tab in tabs:
        await badge(tab, 1)
    page = await open_thread(thread, claire)
    await page.next_update()
    await page.communicator.send_json_to({"read": 2})
    for tab in tabs:
        await badge(tab, 0)

    await in_db(post_reply)(jeanne, thread)
    for tab in tabs:
        await badge(tab, 1)
    await in_db((await in_db(browser_of)(claire)).get)(f"/fils/{thread.pk}/", follow=True)
    await run_reconcile()
    for tab in tabs:
        await badge(tab, 0)


async def test_who_has_the_thread_before_their_eyes_gets_no_badge_for_it(
    open_socket, open_list, thread, claire, jeanne
):
    page = await open_socket(f"/live/fils/{thread.pk}/?after=1&reading=1", claire)
    tab = await open_list(claire)
    await page.next_update(), await tab.next_update()
    await in_db(post_reply)(jeanne, thread)
    await page.next_update()
    await page.communicator.send_json_to({"read": 2})
    other = await in_db(start_thread)(claire, thread.space)
    await in_db(post_reply)(jeanne, other)

    while (count := await tab.state("badge")) != 1:
        assert count == 0
    assert await in_db(last_read_number)(claire, thread) == 2


def last_read_number(person, thread):
    return Follow.objects.get(person=person, thread=thread).last_read_number


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.parametrize("said", [True, -1, 0, 10**30, "3", None, [], 2.5])
async def test_nonsense_is_read_as_nothing(said, open_thread, thread, claire, jeanne):
    await in_db(post_reply)(jeanne, thread)
    page = await open_thread(thread, claire)
    await page.next_update()
    await page.communicator.send_json_to({"read": said})
    await page.state("database_age")
    await run_count()

    assert await in_db(last_read_number)(claire, thread) == 1


async def test_nobody_reads_beyond_the_last_post_or_backwards(
    open_thread, thread, claire, jeanne
):
    await in_db(post_reply)(jeanne, thread)
    page = await open_thread(thread, claire)
    await page.next_update()
    for said in (99, 1):
        await page.communicator.send_json_to({"read": said})
        await page.state("database_age")
    await run_count()

    assert await in_db(last_read_number)(claire, thread) == 2


async def test_what_one_may_no_longer_see_counts_for_nothing(
    open_list, spaces, jeanne, make_person
):
    other = await in_db(make_person)("Bruno Projet", PROJECTS)
    room = await in_db(start_thread)(jeanne, spaces[PROJECTS])
    page = await open_list(jeanne)
    await page.next_update()
    await in_db(post_reply)(other, room)
    another = await in_db(start_thread)(jeanne, spaces[PROJECTS])
    await in_db(post_reply)(other, another)
    await badge(page, 2)
    await jeanne.seats.aupdate(ended_at=timezone.now())
    await run_reconcile()

    await badge(page, 1)  # Her inbox tells that her mandate ended.


async def test_a_notification_raises_the_badge_of_whom_it_concerns(
    open_list, thread, claire, jeanne, lucie, viewer_of
):
    post = await in_db(post_reply)(jeanne, thread)
    page, stranger = await open_list(jeanne), await open_list(claire)
    await page.next_update(), await stranger.next_update()
    await run_count()
    await in_db(hide_post)(post, await in_db(viewer_of)(lucie), "Hors sujet.")

    await badge(page, 1)
    await in_db(mark_read)(jeanne, timezone.now())
    await run_reconcile()
    await badge(page, 0)


async def test_a_notification_about_a_post_in_view_is_read_and_rings_nowhere(
    open_socket, open_list, thread, claire, jeanne, viewer_of
):
    """Be it that the post came before it, as of thanks, or that it came with the post."""
    post = await in_db(post_reply)(jeanne, thread)
    page = await open_socket(f"/live/fils/{thread.pk}/?after=2&reading=1", jeanne)
    tab = await open_list(jeanne)
    await page.next_update(), await tab.next_update()
    await page.communicator.send_json_to({"read": 2})
    await page.state("database_age")
    await run_count()
    await in_db(thank_for_post)(post, await in_db(viewer_of)(claire))
    while not await in_db(notifications_read)(jeanne):
        await run_count()
    await run_count()
    assert not any(await badges_until_now(tab))

    mention = await in_db(post_reply)(claire, thread, text=f"@{jeanne.full_name} : du bois ?")
    await in_db(Follow.objects.filter(person=jeanne).delete)()
    await badge(tab, 1)
    await page.communicator.send_json_to({"read": mention.number})
    await badge(tab, 0)
    assert await in_db(notifications_read)(jeanne) == 2


async def test_a_notification_about_a_post_that_is_not_in_view_rings(
    open_socket, open_list, thread, claire, jeanne, viewer_of
):
    post = await in_db(post_reply)(jeanne, thread)
    page = await open_socket(f"/live/fils/{thread.pk}/?after=2&reading=1", jeanne)
    tab = await open_list(jeanne)
    await page.next_update(), await tab.next_update()
    await page.communicator.send_json_to({"read": 1})
    await page.state("database_age")
    await run_count()
    await in_db(thank_for_post)(post, await in_db(viewer_of)(claire))

    await badge(tab, 1)
    assert await in_db(notifications_read)(jeanne) == 0


async def badges_until_now(page):
    """The counts that ``page`` was sent and has not read."""
    await page.communicator.send_json_to({})
    counts = []
    while "database_age" not in (frame := await page.communicator.receive_json_from(9)):
        counts.append(frame.get("badge", 0))
    return counts


def notifications_read(person):
    """How many of someone's notifications are marked as read."""
    return NotificationRead.objects.filter(person=person).count()


async def test_a_delivery_waits_for_the_notifications_of_one_person_at_most(
    open_list, claire, jeanne, monkeypatch
):
    monkeypatch.setattr(badges, "DEBOUNCE", 3600)  # Nothing but the test has it count.
    for person in (claire, jeanne):
        await (await open_list(person)).next_update()
    turns, loop = [], asyncio.get_running_loop()
    begun, is_asked = asyncio.Event(), threading.Event()

    def find(person, _viewer):
        turns.append("notifications")
        loop.call_soon_threadsafe(begun.set)
        assert is_asked.wait(30)
        return []

    async def deliver():
        await begun.wait()
        delivery = asyncio.ensure_future(run_in_db(turns.append, "delivery"))
        await asyncio.sleep(0)  # It has its turn in the queue.
        is_asked.set()
        await delivery

    monkeypatch.setattr(unread, "find_notifications", find)
    unread._cache.clear()
    delivered = asyncio.ensure_future(deliver())
    await run_count()

    await delivered
    assert turns[:3] == ["notifications", "delivery", "notifications"]


async def test_a_request_raises_what_waits_for_animators(open_list, thread, lucie, make_person):
    page = await open_list(lucie)
    await page.next_update()
    await in_db(make_person)("Mona", AUTHORITIES, confirmed=False)
    await run_count()

    while await page.state("decisions") != 1:
        await run_count()


async def test_a_question_put_to_someone_rings_on_their_open_pages(
    open_list, thread, topics, claire, jeanne, viewer_of
):
    page = await open_list(jeanne)
    await page.next_update()
    await run_count()
    await in_db(ask)(await in_db(viewer_of)(claire), jeanne, thread.space, topics[0])

    await badge(page, 1)


def ask(viewer, person, space, topic):
    addressee = find_addressee(viewer, f"person-{person.pk}")
    words = {"title": "Comment faire ?", "text": "Dites-nous tout.", "tags": []}
    where = {"space": space, "topic": topic, "kind": "question"}
    start_new_thread(viewer, **where, **words, idempotency_key=uuid4(), addressees=[addressee])
