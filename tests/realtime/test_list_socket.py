"""The socket of a list, end to end: rows that come, move and go; rooms that stay shut."""

import asyncio

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from accounts.models import Session
from forum.moderation import actions as moderation
from realtime import consumers, limits, poke
from realtime.consumers import ListConsumer
from realtime.poke import space_group
from tests.cast import AUTHORITIES, PROJECTS, join_group, reply, start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(ListConsumer, "interval", 0)


@pytest.fixture
def poked(monkeypatch):
    """What list sockets were poked with."""
    pokes, true_poke = [], ListConsumer.list_poke

    async def list_poke(self, message):
        pokes.append(message)
        await true_poke(self, message)

    monkeypatch.setattr(ListConsumer, "list_poke", list_poke)
    return pokes


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


async def test_the_heartbeat_heals_a_lost_poke(open_list, thread, claire, jeanne, monkeypatch):
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    monkeypatch.setattr(poke, "_tell", lost)
    await in_db(reply)(jeanne, thread)

    assert f"thread-{thread.pk}" in (await page.ask())["elements"]
    assert await page.hears_nothing()


async def test_only_what_the_list_holds_is_told(open_list, thread, claire, jeanne, ear, topics):
    page = await open_list(claire, sujet=topics[1].slug)
    assert await page.news() == {"order": [], "elements": {}}
    heard = await ear(space_group(thread.space_id))
    await in_db(reply)(jeanne, thread)
    await heard()

    assert await page.hears_nothing()


async def test_a_private_room_is_not_even_heard_of_outside(
    open_list, spaces, claire, jeanne, ear, poked
):
    outside, guest = await open_list(claire), await open_list()
    inside = await open_list(jeanne)
    for page in (outside, guest, inside):
        await page.news()
    heard = await ear(space_group(spaces[PROJECTS].pk))

    room = await in_db(start)(jeanne, spaces[PROJECTS], title="Entre nous seulement")
    await heard()
    assert (await inside.news())["order"] == [room.pk]
    assert await outside.hears_nothing() and await guest.hears_nothing()
    assert len(poked) == 1


async def test_guests_hear_of_the_public_square_only(open_list, spaces, claire, ear, poked):
    page = await open_list()
    await page.news()
    heard = await ear(space_group(spaces["network"].pk))
    await in_db(start)(claire, spaces["network"])
    await heard()
    assert await page.hears_nothing() and poked == []

    public = await in_db(start)(claire, spaces["public"])
    assert (await page.news())["order"] == [public.pk]


async def test_a_right_that_ends_empties_the_list(open_list, spaces, jeanne, ear, poked):
    room = await in_db(start)(jeanne, spaces[PROJECTS])
    page = await open_list(jeanne, {room.pk: 1})
    await page.news()
    await jeanne.seats.aupdate(ended_at=timezone.now())

    assert await page.ask() == {"order": [], "elements": {f"thread-{room.pk}": None}}
    heard = await ear(space_group(room.space_id))
    await poke._tell(room.pk, 2, {room.space_id})
    await heard()
    assert await page.hears_nothing() and poked == []


async def test_a_right_that_is_given_is_heard_from_the_next_heartbeat(
    open_list, spaces, people, poked
):
    page = await open_list(people.support)
    await page.news()
    await in_db(join_group)(people.support)
    await page.ask()

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
    open_list, thread, claire, jeanne, monkeypatch, ear
):
    monkeypatch.setattr(ListConsumer, "interval", 3600)
    looks, look = [], consumers.look_at_list

    async def counted(*args):
        looks.append(args)
        return await look(*args)

    monkeypatch.setattr(consumers, "look_at_list", counted)
    page, heard = (
        await open_list(claire, {thread.pk: 1}),
        await ear(space_group(thread.space_id)),
    )
    await page.news()
    for n in range(10):
        await in_db(reply)(jeanne, thread, f"Réponse {n}")
        await heard()

    assert (await page.ask())["elements"]
    assert len(looks) == 2


async def test_a_poke_that_had_to_wait_is_not_forgotten(
    open_list, thread, claire, jeanne, monkeypatch
):
    monkeypatch.setattr(ListConsumer, "interval", 0.05)
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
    await page.line.send_json_to({})

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


async def test_one_slow_look_does_not_run_beside_another(
    open_list, thread, claire, jeanne, monkeypatch
):
    running, most, look = [], [], consumers.look_at_list

    async def watched(*args):
        running.append(1)
        most.append(len(running))
        found = await look(*args)
        running.pop()
        return found

    monkeypatch.setattr(consumers, "look_at_list", watched)
    page = await open_list(claire, {thread.pk: 1})
    await page.news()
    await asyncio.gather(in_db(reply)(jeanne, thread), page.ask(), page.line.send_json_to({}))
    await page.news()

    assert max(most) == 1


async def lost(*args, **kwargs):
    raise ConnectionError("nobody there")
