"""The socket of a list, end to end: rows that come, move and go; rooms that stay shut."""

import asyncio
import threading
from contextvars import Context

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from accounts.models import Session
from forum.moderation import actions as moderation
from realtime import limits, looks, sweeping
from realtime.hub import hub_here
from realtime.pages import ListRoom
from tests.cast import AUTHORITIES, PROJECTS, join_group, reply, start
from tests.realtime.conftest import PATIENCE, sweep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looked(monkeypatch):
    """For which kinds of viewers lists were looked at."""
    kinds, look = [], looks.look_at_list

    def look_at_list(audience, listing, kind, wanted):
        kinds.append(kind)
        return look(audience, listing, kind, wanted)

    monkeypatch.setattr(looks, "look_at_list", look_at_list)
    return kinds


async def test_the_first_answer_brings_what_the_page_does_not_show(open_list, thread, claire):
    page = await open_list(claire)
    news = await page.news()

    assert news["order"] == [thread.pk]
    assert thread.title in news["elements"][f"thread-{thread.pk}"]


async def test_a_page_that_shows_it_all_is_told_the_order_only(open_list, thread, claire):
    page = await open_list(claire, {thread.pk: 1})

    assert await page.news() == {"order": [thread.pk], "elements": {}}


async def test_a_new_thread_appears_on_top(open_list, thread, claire, jeanne, spaces):
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    new = await in_db(start)(jeanne, spaces["public"], title="Qui mutualise un broyeur ?")

    news = await page.news()
    assert news["order"] == [new.pk, thread.pk]
    assert news["elements"].keys() == {f"thread-{new.pk}"}
    assert await page.hears_nothing()


async def test_a_reply_changes_its_row_and_lifts_it(open_list, thread, claire, jeanne, spaces):
    other = await in_db(start)(jeanne, spaces["public"])
    page = await open_list(claire, {other.pk: 1, thread.pk: 1})
    await page.news()
    await in_db(reply)(jeanne, thread)

    news = await page.news()
    assert news["order"] == [thread.pk, other.pk]
    assert news["elements"].keys() == {f"thread-{thread.pk}"}


async def test_a_row_that_left_is_taken_away(
    open_list, thread, claire, lucie, viewer_of, spaces
):
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    room, actor = spaces["structures-de-soutien"], await in_db(viewer_of)(lucie)
    await in_db(moderation.move_thread)(thread, actor, room)

    assert await page.news() == {"order": [], "elements": {f"thread-{thread.pk}": None}}


async def test_a_page_that_was_away_catches_up(open_list, thread, claire, jeanne, spaces):
    other = await in_db(start)(jeanne, spaces["public"])
    await in_db(reply)(jeanne, thread)
    page = await open_list(claire, {thread.pk: 1, 999: 4})

    news = await page.news()
    assert news["order"] == [thread.pk, other.pk]
    assert news["elements"].keys() == {f"thread-{pk}" for pk in (thread.pk, other.pk, 999)}
    assert news["elements"]["thread-999"] is None


async def test_the_sweep_heals_a_lost_poke(open_list, thread, claire, jeanne, deaf):
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    await sweep()
    await in_db(reply)(jeanne, thread)
    await sweep()

    assert f"thread-{thread.pk}" in (await page.news())["elements"]
    assert await page.hears_nothing()


async def test_even_the_first_sweep_heals_a_lost_poke(open_list, thread, claire, jeanne, deaf):
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    await in_db(reply)(jeanne, thread)
    await sweep()

    assert f"thread-{thread.pk}" in (await page.news())["elements"]


async def test_the_sweep_heals_the_lost_poke_of_a_move(
    open_list, spaces, thread, claire, lucie, viewer_of, deaf
):
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    await sweep()
    room, actor = spaces["structures-de-soutien"], await in_db(viewer_of)(lucie)
    await in_db(moderation.move_thread)(thread, actor, room)
    await sweep()

    assert await page.news() == {"order": [], "elements": {f"thread-{thread.pk}": None}}


async def test_only_what_the_list_holds_is_told(
    open_list, thread, claire, jeanne, heard, topics
):
    page = await open_list(claire, sujet=topics[1].slug)
    assert await page.news() == {"order": [], "elements": {}}
    await in_db(reply)(jeanne, thread)
    await heard()

    assert await page.hears_nothing()


async def test_a_private_room_is_not_even_heard_of_outside(
    open_list, spaces, claire, jeanne, heard, looked, viewer_of
):
    """Not even looked for: when an answer comes tells nothing of it either."""
    outside, guest = await open_list(claire), await open_list()
    inside = await open_list(jeanne)
    for page in (outside, guest, inside):
        await page.news()
    await sweep()  # The first one looks at everything.
    looked.clear()

    room = await in_db(start)(jeanne, spaces[PROJECTS], title="Entre nous seulement")
    await heard()
    assert (await inside.news())["order"] == [room.pk]
    assert await outside.hears_nothing() and await guest.hears_nothing()
    assert looked == [(await in_db(viewer_of)(jeanne)).kind]


async def test_guests_hear_of_the_public_square_only(open_list, spaces, claire, heard, looked):
    page = await open_list()
    await page.news()
    await sweep()  # The first one looks at everything.
    looked.clear()
    await in_db(start)(claire, spaces["network"])
    await heard()
    assert await page.hears_nothing() and looked == []

    public = await in_db(start)(claire, spaces["public"])
    assert (await page.news())["order"] == [public.pk]


async def test_a_right_that_ends_empties_the_list(open_list, spaces, jeanne, looked):
    room = await in_db(start)(jeanne, spaces[PROJECTS])
    page = await open_list(jeanne, {room.pk: 1})
    await page.news()
    await jeanne.seats.aupdate(ended_at=timezone.now())

    await sweep()

    assert await page.news() == {"order": [], "elements": {f"thread-{room.pk}": None}}
    looked.clear()
    hub_here().poked(room.pk, 2, {room.space_id})
    assert await page.hears_nothing() and looked == []


async def test_what_was_looked_for_is_not_sent_to_who_lost_the_right_meanwhile(
    open_list, spaces, jeanne, make_person, monkeypatch
):
    """The sweep lets them go while the look waits its turn, and the look finds more."""
    other = await in_db(make_person)("Bruno Projet", PROJECTS)
    page = await open_list(jeanne)
    await page.news()
    hub, loop, look = hub_here(), asyncio.get_running_loop(), looks.look_at_list
    done = threading.Event()

    def look_too_late(audience, *args):
        monkeypatch.setattr(looks, "look_at_list", look)
        jeanne.seats.update(ended_at=timezone.now())
        start(other, spaces[PROJECTS], title="Dit sans elle")
        swept = looks.check(audience, sweeping.pages_of(hub.lines)), list(hub.lines)
        loop.call_soon_threadsafe(admit, *swept, context=Context())
        assert done.wait(PATIENCE)
        return look(audience, *args)

    def admit(found, lines):
        hub.admit(found, lines)
        done.set()

    monkeypatch.setattr(looks, "look_at_list", look_too_late)
    await in_db(start)(other, spaces[PROJECTS], title="Dit devant elle")

    assert await asyncio.to_thread(done.wait, PATIENCE)
    assert await page.hears_nothing()


async def test_a_list_whose_session_was_saved_meanwhile_misses_nothing(
    open_list, thread, claire, jeanne, monkeypatch
):
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    look = looks.look_at_list

    def look_too_late(audience, *args):
        monkeypatch.setattr(looks, "look_at_list", look)
        claire.full_name = "Claire Autrement"
        claire.save()
        return look(audience, *args)

    monkeypatch.setattr(looks, "look_at_list", look_too_late)
    await in_db(reply)(jeanne, thread)

    assert f"thread-{thread.pk}" in (await page.news())["elements"]


async def test_a_right_that_is_given_is_heard_from_the_next_sweep(open_list, spaces, people):
    page = await open_list(people.support)
    await page.news()
    await in_db(join_group)(people.support)
    await sweep()

    room = await in_db(start)(people.group, spaces["group"])
    assert (await page.news())["order"] == [room.pk]


async def test_the_list_of_a_closed_space_ends_like_that_of_none(open_list, people, spaces):
    await in_db(start)(people.authorities, spaces[AUTHORITIES])
    for slug in (spaces[AUTHORITIES].slug, "nulle-part"):
        page = await open_list(people.projects, espace=slug)
        assert await page.code() == limits.GONE

    page = await open_list(people.authorities, espace=spaces[AUTHORITIES].slug)
    assert len((await page.news())["order"]) == 1


async def test_pokes_soon_after_a_look_wait_and_are_one(
    open_list, thread, claire, jeanne, monkeypatch, heard, looked
):
    monkeypatch.setattr(ListRoom, "pace", 0.5)
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    for n in range(10):
        await in_db(reply)(jeanne, thread, f"Réponse {n}")
        await heard()

    while 'data-seq="11"' not in (await page.news())["elements"][f"thread-{thread.pk}"]:
        continue
    assert len(looked) <= 3


async def test_a_poke_that_had_to_wait_is_not_forgotten(
    open_list, thread, claire, jeanne, monkeypatch
):
    monkeypatch.setattr(ListRoom, "pace", 0.05)
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    for n in range(3):
        await in_db(reply)(jeanne, thread, f"Réponse {n}")

    while 'data-seq="4"' not in (await page.news())["elements"][f"thread-{thread.pk}"]:
        continue


async def test_another_person_in_the_same_browser_means_reload(open_list, spaces, claire):
    page = await open_list(claire)
    await page.news()
    await Session.objects.filter(person=claire).adelete()
    await sweep()

    assert await page.code() == limits.RELOAD


@pytest.mark.parametrize(
    "params",
    [
        {"connus": "7:x,,:,9", "page": "-1", "vue": "?"},
        {"connus": "9" * 50 + ":1", "page": "9" * 9},
        {"sujet": "\x00", "mot": "\x00", "espace": ""},
        {f"x{n}": "1" for n in range(1200)},
    ],
)
async def test_what_is_not_understood_ends_no_process(params, open_list, thread, claire):
    page = await open_list(claire, **params)
    await page.line.receive_output(10)

    assert (await (await open_list(claire)).news())["order"] == [thread.pk]


async def test_pages_that_show_the_same_are_looked_for_once(
    open_list, thread, claire, jeanne, make_person, looked
):
    neighbour = await in_db(make_person)("Noé Voisin", AUTHORITIES)
    pages = [await open_list(who, {thread.pk: 1}) for who in (claire, neighbour) for _ in "ab"]
    for page in pages:
        await page.news()
    looked.clear()
    await in_db(reply)(jeanne, thread)

    told = [await page.news() for page in pages]
    assert all(news == told[0] for news in told)
    assert len(looked) == 1
