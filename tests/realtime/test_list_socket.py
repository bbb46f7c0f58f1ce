"""The socket of a list, end to end: rows that come, move and go; rooms that stay shut."""

import asyncio
import threading
from contextvars import Context

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from accounts.models import Session
from realtime import limits, queries
from realtime.hub import current_hub
from realtime.list_rooms import ListRoom
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    join_group,
    move_thread,
    post_reply,
    start_thread,
)
from tests.realtime.conftest import TIMEOUT, run_reconcile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looked(monkeypatch):
    """For which kinds of viewers lists were looked at."""
    rights_set, look = [], queries.frames_for_list

    def frames_for_list(session_viewers, listing, rights, wanted):
        rights_set.append(rights)
        return look(session_viewers, listing, rights, wanted)

    monkeypatch.setattr(queries, "frames_for_list", frames_for_list)
    return rights_set


async def test_the_first_answer_brings_what_the_page_does_not_show(open_list, thread, claire):
    page = await open_list(claire)
    news = await page.next_update()

    assert news["order"] == [thread.pk]
    assert thread.title in news["elements"][f"thread-{thread.pk}"]


async def test_a_page_that_shows_it_all_is_told_the_order_only(open_list, thread, claire):
    page = await open_list(claire, {thread.pk: 1})

    assert await page.next_update() == {"order": [thread.pk], "elements": {}}


async def test_a_new_thread_appears_on_top(open_list, thread, claire, jeanne, spaces):
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    new = await in_db(start_thread)(
        jeanne, spaces["public"], title="Qui mutualise un broyeur ?"
    )

    news = await page.next_update()
    assert news["order"] == [new.pk, thread.pk]
    assert news["elements"].keys() == {f"thread-{new.pk}"}
    assert await page.receives_no_update()


async def test_a_reply_changes_its_row_and_lifts_it(open_list, thread, claire, jeanne, spaces):
    other = await in_db(start_thread)(jeanne, spaces["public"])
    page = await open_list(claire, {other.pk: 1, thread.pk: 1})
    await page.next_update()
    await in_db(post_reply)(jeanne, thread)

    news = await page.next_update()
    assert news["order"] == [thread.pk, other.pk]
    assert news["elements"].keys() == {f"thread-{thread.pk}"}


async def test_a_row_that_left_is_taken_away(
    open_list, thread, claire, lucie, viewer_of, spaces
):
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    room, actor = spaces["structures-de-soutien"], await in_db(viewer_of)(lucie)
    await in_db(move_thread)(thread, actor, room)

    assert await page.next_update() == {"order": [], "elements": {f"thread-{thread.pk}": None}}


async def test_a_page_that_was_away_catches_up(open_list, thread, claire, jeanne, spaces):
    other = await in_db(start_thread)(jeanne, spaces["public"])
    await in_db(post_reply)(jeanne, thread)
    page = await open_list(claire, {thread.pk: 1, 999: 4})

    news = await page.next_update()
    assert news["order"] == [thread.pk, other.pk]
    assert news["elements"].keys() == {f"thread-{pk}" for pk in (thread.pk, other.pk, 999)}
    assert news["elements"]["thread-999"] is None


async def test_the_sweep_heals_a_lost_poke(open_list, thread, claire, jeanne, without_bus):
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    await run_reconcile()
    await in_db(post_reply)(jeanne, thread)
    await run_reconcile()

    assert f"thread-{thread.pk}" in (await page.next_update())["elements"]
    assert await page.receives_no_update()


async def test_even_the_first_sweep_heals_a_lost_poke(
    open_list, thread, claire, jeanne, without_bus
):
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    await in_db(post_reply)(jeanne, thread)
    await run_reconcile()

    assert f"thread-{thread.pk}" in (await page.next_update())["elements"]


async def test_the_sweep_heals_the_lost_poke_of_a_move(
    open_list, spaces, thread, claire, lucie, viewer_of, without_bus
):
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    await run_reconcile()
    room, actor = spaces["structures-de-soutien"], await in_db(viewer_of)(lucie)
    await in_db(move_thread)(thread, actor, room)
    await run_reconcile()

    assert await page.next_update() == {"order": [], "elements": {f"thread-{thread.pk}": None}}


async def test_only_what_the_list_holds_is_told(
    open_list, thread, claire, jeanne, next_change, topics
):
    page = await open_list(claire, sujet=topics[1].slug)
    assert await page.next_update() == {"order": [], "elements": {}}
    await in_db(post_reply)(jeanne, thread)
    await next_change()

    assert await page.receives_no_update()


async def test_a_private_room_is_not_even_heard_of_outside(
    open_list, spaces, claire, jeanne, next_change, looked, viewer_of
):
    """Not even looked for: when an answer comes tells nothing of it either."""
    outside, guest = await open_list(claire), await open_list()
    inside = await open_list(jeanne)
    for page in (outside, guest, inside):
        await page.next_update()
    await run_reconcile()  # The first one looks at everything.
    looked.clear()

    room = await in_db(start_thread)(jeanne, spaces[PROJECTS], title="Entre nous seulement")
    await next_change()
    assert (await inside.next_update())["order"] == [room.pk]
    assert await outside.receives_no_update() and await guest.receives_no_update()
    assert looked == [(await in_db(viewer_of)(jeanne)).rights]


async def test_guests_hear_of_the_public_square_only(
    open_list, spaces, claire, next_change, looked
):
    page = await open_list()
    await page.next_update()
    await run_reconcile()  # The first one looks at everything.
    looked.clear()
    await in_db(start_thread)(claire, spaces["network"])
    await next_change()
    assert await page.receives_no_update() and looked == []

    public = await in_db(start_thread)(claire, spaces["public"])
    assert (await page.next_update())["order"] == [public.pk]


async def test_a_right_that_ends_empties_the_list(open_list, spaces, jeanne, looked):
    room = await in_db(start_thread)(jeanne, spaces[PROJECTS])
    page = await open_list(jeanne, {room.pk: 1})
    await page.next_update()
    await jeanne.seats.aupdate(ended_at=timezone.now())

    await run_reconcile()

    assert await page.next_update() == {"order": [], "elements": {f"thread-{room.pk}": None}}
    looked.clear()
    current_hub().on_change(room.pk, 2, {room.space_id})
    assert await page.receives_no_update() and looked == []


async def test_what_was_looked_for_is_not_sent_to_who_lost_the_right_meanwhile(
    open_list, spaces, jeanne, make_person, monkeypatch
):
    """The sweep lets them go while the look waits its turn, and the look finds more."""
    other = await in_db(make_person)("Bruno Projet", PROJECTS)
    page = await open_list(jeanne)
    await page.next_update()
    hub, loop, look = current_hub(), asyncio.get_running_loop(), queries.frames_for_list
    done = threading.Event()

    def look_too_late(session_viewers, *args):
        monkeypatch.setattr(queries, "frames_for_list", look)
        jeanne.seats.update(ended_at=timezone.now())
        start_thread(other, spaces[PROJECTS], title="Dit sans elle")
        connections = list(hub.registry.connections)
        swept = (
            queries.check_access(session_viewers, hub.registry.open_pages(connections)),
            connections,
        )
        loop.call_soon_threadsafe(apply_access, *swept, context=Context())
        assert done.wait(TIMEOUT)
        return look(session_viewers, *args)

    def apply_access(access, connections):
        hub.apply_access(access, connections)
        done.set()

    monkeypatch.setattr(queries, "frames_for_list", look_too_late)
    await in_db(start_thread)(other, spaces[PROJECTS], title="Dit devant elle")

    assert await asyncio.to_thread(done.wait, TIMEOUT)
    assert await page.receives_no_update()


async def test_a_list_whose_session_was_saved_meanwhile_misses_nothing(
    open_list, thread, claire, jeanne, monkeypatch
):
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    look = queries.frames_for_list

    def look_too_late(session_viewers, *args):
        monkeypatch.setattr(queries, "frames_for_list", look)
        claire.full_name = "Claire Autrement"
        claire.save()
        return look(session_viewers, *args)

    monkeypatch.setattr(queries, "frames_for_list", look_too_late)
    await in_db(post_reply)(jeanne, thread)

    assert f"thread-{thread.pk}" in (await page.next_update())["elements"]


async def test_a_right_that_is_given_is_heard_from_the_next_sweep(open_list, spaces, people):
    page = await open_list(people.support)
    await page.next_update()
    await in_db(join_group)(people.support)
    await run_reconcile()

    room = await in_db(start_thread)(people.group, spaces["group"])
    assert (await page.next_update())["order"] == [room.pk]


async def test_the_list_of_a_closed_space_ends_like_that_of_none(open_list, people, spaces):
    await in_db(start_thread)(people.authorities, spaces[AUTHORITIES])
    for slug in (spaces[AUTHORITIES].slug, "nulle-part"):
        page = await open_list(people.projects, espace=slug)
        assert await page.code() == limits.NOT_FOUND

    page = await open_list(people.authorities, espace=spaces[AUTHORITIES].slug)
    assert len((await page.next_update())["order"]) == 1


@pytest.mark.parametrize("name", ["mot", "sujet"])
async def test_the_list_of_nothing_ends(name, open_list, people):
    page = await open_list(people.projects, **{name: "invente-1"})

    assert await page.code() == limits.NOT_FOUND


async def test_the_list_of_a_tag_ends_for_whom_its_threads_are_not(open_list, people, spaces):
    await in_db(start_thread)(people.authorities, spaces[AUTHORITIES], tags=["Bois secret"])
    page = await open_list(people.projects, mot="bois-secret")
    assert await page.code() == limits.NOT_FOUND

    page = await open_list(people.authorities, mot="bois-secret")
    assert len((await page.next_update())["order"]) == 1


async def test_pokes_soon_after_a_look_wait_and_are_one(
    open_list, thread, claire, jeanne, monkeypatch, next_change, looked
):
    monkeypatch.setattr(ListRoom, "min_interval", 0.5)
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    for n in range(10):
        await in_db(post_reply)(jeanne, thread, f"Réponse {n}")
        await next_change()

    while 'data-seq="11"' not in (await page.next_update())["elements"][f"thread-{thread.pk}"]:
        continue
    assert len(looked) <= 3


async def test_a_poke_that_had_to_wait_is_not_forgotten(
    open_list, thread, claire, jeanne, monkeypatch
):
    monkeypatch.setattr(ListRoom, "min_interval", 0.05)
    page = await open_list(claire, {thread.pk: 1})
    await page.next_update()
    for n in range(3):
        await in_db(post_reply)(jeanne, thread, f"Réponse {n}")

    while 'data-seq="4"' not in (await page.next_update())["elements"][f"thread-{thread.pk}"]:
        continue


async def test_another_person_in_the_same_browser_means_reload(open_list, spaces, claire):
    page = await open_list(claire)
    await page.next_update()
    await Session.objects.filter(person=claire).adelete()
    await run_reconcile()

    assert await page.code() == limits.RELOAD


@pytest.mark.parametrize(
    "params",
    [
        {"known": "7:x,,:,9", "page": "-1", "vue": "?"},
        {"known": "9" * 50 + ":1", "page": "9" * 9},
        {"sujet": "\x00", "mot": "\x00", "espace": ""},
        {f"x{n}": "1" for n in range(1200)},
    ],
)
async def test_what_is_not_understood_ends_no_process(params, open_list, thread, claire):
    page = await open_list(claire, **params)
    await page.communicator.receive_output(10)

    assert (await (await open_list(claire)).next_update())["order"] == [thread.pk]


async def test_pages_that_show_the_same_are_looked_for_once(
    open_list, thread, claire, jeanne, make_person, looked
):
    neighbour = await in_db(make_person)("Noé Voisin", AUTHORITIES)
    pages = [await open_list(who, {thread.pk: 1}) for who in (claire, neighbour) for _ in "ab"]
    for page in pages:
        await page.next_update()
    looked.clear()
    await in_db(post_reply)(jeanne, thread)

    told = [await page.next_update() for page in pages]
    assert all(news == told[0] for news in told)
    assert len(looked) == 1
