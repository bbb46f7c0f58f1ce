"""Who reads a thread with whom, who is writing: names for members, a number for guests."""

from types import SimpleNamespace

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from accounts.profiles.actions import save_profile
from accounts.viewers.viewers import AccessLevel, AuthenticatedSession, Viewer
from realtime import bus, limits, presence
from realtime.hub import current_hub
from realtime.thread_rooms import ThreadRoom
from tests.factories import PROJECTS, post_reply, start_thread
from tests.realtime.conftest import ORIGIN, run_reconcile, wait_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(presence, "MIN_INTERVAL", 0)


@pytest.fixture
async def public(spaces, claire):
    return await in_db(start_thread)(claire, spaces["public"])


@pytest.fixture
def read(open_socket):
    """Open a page that is looked at."""

    async def read(thread, person=None):
        page = await open_socket(f"/live/fils/{thread.pk}/?after=1&reading=1", person)
        await page.next_update()
        return page

    return read


async def until(page, name, *words):
    """The first state of ``name`` that says all of ``words``; fails after a while."""
    while True:
        told = await page.state(name)
        if all(word in told for word in words):
            return told


async def test_members_see_names_and_guests_a_number(read, public, claire, jeanne):
    first, second, guest = [await read(public, who) for who in (claire, jeanne, None)]

    others = "et 1 autre personne lisent aussi ce fil"
    assert "Claire" not in await until(first, "thread-readers", "Jeanne Brunel", others)
    assert "Jeanne" not in await until(second, "thread-readers", "Claire Le Bihan", others)
    outside = await until(guest, "thread-readers", "3 personnes")
    assert "Claire" not in outside and "Jeanne" not in outside


async def test_who_is_not_a_member_is_never_named(read, public, claire, people):
    page = await read(public, claire)
    for person in (people.registered, people.former, people.suspended):
        await read(public, person)

    told = await until(page, "thread-readers", "3 autres personnes lisent aussi ce fil")
    assert not any(name in told for name in ("Claire", "Rita", "Odile", "Serge"))


@pytest.mark.parametrize("choice", [{"shows_presence": False}, {"is_listed": False}])
async def test_who_does_not_wish_it_is_counted_without_a_name_from_that_moment_on(
    read, public, claire, jeanne, choice
):
    page, theirs = await read(public, claire), await read(public, jeanne)
    await until(page, "thread-readers", "Jeanne Brunel")
    await in_db(save_profile)(jeanne, **choice)
    await run_reconcile()
    await theirs.communicator.send_json_to({"writing": True})

    assert "Jeanne" not in await until(page, "thread-readers", ">1 autre personne lit")
    assert await until(theirs, "thread-readers", ">Claire Le Bihan lit aussi ce fil<")


async def test_one_person_in_two_tabs_is_one_and_one_who_is_alone_is_told_nothing(
    read, public, claire, jeanne
):
    page, _second_tab = await read(public, claire), await read(public, claire)
    other = await read(public, jeanne)
    await until(page, "thread-readers", ">Jeanne Brunel lit aussi ce fil<")
    await other.communicator.disconnect()
    other.is_open = False

    assert await until(page, "thread-readers", "></p>")


async def test_a_tab_that_is_hidden_reads_no_more(read, public, claire, jeanne):
    page, other = await read(public, claire), await read(public, jeanne)
    await until(page, "thread-readers", "Jeanne")
    await other.communicator.send_json_to({"reading": False})
    await until(page, "thread-readers", "></p>")
    await other.communicator.send_json_to({"reading": True})

    await until(page, "thread-readers", "Jeanne")


async def test_who_is_writing_is_told_and_gone_soon_after(
    read, public, claire, jeanne, monkeypatch
):
    monkeypatch.setattr(presence, "WRITING_SECONDS", 0.3)
    page, guest, writer = [await read(public, who) for who in (claire, None, jeanne)]
    await writer.communicator.send_json_to({"writing": True})

    await until(page, "thread-writers", "Jeanne Brunel écrit une réponse…")
    assert "Jeanne" not in await until(guest, "thread-writers", "Quelqu’un écrit")
    await until(page, "thread-writers", "></p>")


async def test_one_is_not_told_that_one_writes_oneself(
    read, public, claire, jeanne, monkeypatch
):
    monkeypatch.setattr(presence, "WRITING_SECONDS", 1.0)
    page, writer, second_tab = [await read(public, who) for who in (claire, jeanne, jeanne)]
    await writer.communicator.send_json_to({"writing": True})
    await until(page, "thread-writers", "Jeanne Brunel écrit")
    await page.communicator.send_json_to({"writing": True})

    for own in (writer, second_tab):
        told = ""
        while "Claire Le Bihan écrit" not in told:
            told = await own.state("thread-writers")
            assert "Jeanne" not in told


def test_where_many_write_all_are_told_the_same():
    here = ThreadRoom(1, listener=None).presence
    for many, frames in (
        (presence.MAX_PERSONAL_WRITERS, 2),
        (presence.MAX_PERSONAL_WRITERS + 1, 1),
    ):
        here._combined, here._frames = presence.PresenceState(writers=set(range(many))), {}
        told = [
            here._frame_for(Viewer(AccessLevel.MEMBER, person_id=who), "fr")
            for who in (0, many)
        ]
        assert len({frame.data for frame in told}) == frames


def test_where_many_read_only_those_who_would_be_named_are_told_apart():
    here = ThreadRoom(1, listener=None).presence
    readers = {n: f"Personne {n}" for n in range(40)}
    here._combined = presence.PresenceState(readers=set(readers), names=readers)
    here._named = here._combined.named(here._combined.readers)
    told = {
        who: here._frame_for(Viewer(AccessLevel.MEMBER, person_id=who), "fr").data.decode()
        for who in readers
    }

    assert len({*told.values()}) == presence.MAX_NAMES + 1
    for who, words in told.items():
        assert f"Personne {who}," not in words and f"Personne {who} " not in words
        assert f"et {39 - presence.MAX_NAMES} autres personnes" in words


async def test_who_may_not_reply_is_not_said_to_write(read, public, claire, people):
    page = await read(public, claire)
    for person in (people.registered, people.suspended, None):
        silent = await read(public, person)
        await silent.communicator.send_json_to({"writing": True})
        await silent.state("database_age")

    assert "écri" not in await until(page, "thread-readers", "3 autres")
    await run_reconcile()
    told = [str(page.communicator.output_queue.get_nowait()) for _ in range(_waiting(page))]
    assert not any("écri" in text for text in told)


async def test_who_is_silenced_is_not_said_to_write():
    silent = Viewer(AccessLevel.MEMBER, person_id=1, silenced_until=timezone.now())
    about = {"signed_in": AuthenticatedSession(silent), "writing_until": 0.0}
    page = SimpleNamespace(**about, push=lambda _frame: True)
    ThreadRoom(1, listener=current_hub()).on_message(page, {"writing": True})

    assert page.writing_until == 0.0


def _waiting(page):
    return page.communicator.output_queue.qsize()


async def test_readers_on_other_processes_count_for_as_long_as_they_are_told_of(
    read, public, claire
):
    page = await read(public, claire)
    bus.publish(
        type="hub.presence",
        thread=public.pk,
        process="another",
        readers=[10**6],
        others=2,
        writers=[10**6],
        names=[[10**6, "Zoé d’Ailleurs"]],
    )
    await until(page, "thread-readers", ">Zoé d’Ailleurs et 2 autres personnes")
    current_hub().registry.thread_rooms[public.pk].presence._remote["another"] = (
        presence.PresenceState(),
        0,
    )
    await run_reconcile()

    await until(page, "thread-readers", "></p>")


async def test_what_other_processes_need_is_told_again_and_again(
    read, public, claire, monkeypatch
):
    told = []
    monkeypatch.setattr(presence, "publish", lambda **message: told.append(message))
    monkeypatch.setattr(presence, "LEASE_RENEWAL", 0)
    await read(public, claire)
    for _ in range(2):
        await run_reconcile()
        current_hub().registry.thread_rooms[public.pk].presence._update()

    mine = [message for message in told if message["readers"] == [claire.pk]]
    assert len(mine) >= 2
    assert mine[-1]["names"] == [[claire.pk, "Claire Le Bihan"]]


async def test_company_in_a_room_that_has_closed_to_someone_is_not_told_to_them(
    read, spaces, jeanne, make_person
):
    room = await in_db(start_thread)(jeanne, spaces[PROJECTS])
    other, third = [
        await in_db(make_person)(name, PROJECTS) for name in ("Bruno Projet", "Ida")
    ]
    page, theirs, still = [await read(room, one) for one in (jeanne, other, third)]
    await until(page, "thread-readers", "Bruno Projet")
    await until(theirs, "thread-readers", "Jeanne Brunel")

    await other.seats.aupdate(ended_at=timezone.now())
    await page.communicator.send_json_to({"writing": True})
    await until(still, "thread-writers", "Jeanne Brunel écrit")
    message = await theirs.communicator.receive_output(10)
    assert message == {"type": "websocket.close", "code": limits.NOT_FOUND}


async def test_it_is_said_in_the_page_s_language(open_socket, public, claire):
    english = (ORIGIN, (b"accept-language", b"en"))
    address = f"/live/fils/{public.pk}/?after=1&reading=1"
    page = await open_socket(address, claire, headers=english)
    await open_socket(address)

    await until(page, "thread-readers", "1 other person", "is reading")


async def test_what_commits_while_it_is_shown_who_is_there_still_arrives(
    open_thread, thread, jeanne, without_bus
):
    page = await open_thread(thread, jeanne)
    await page.next_update()
    await in_db(post_reply)(jeanne, thread, "Vous avez su ?")
    room = current_hub().open_room(thread.pk)
    room.presence_due()
    await wait_until_idle()

    current_hub().on_change(thread.pk, 2, [thread.space_id])  # The message, late.
    await wait_until_idle()

    assert [connection.seq for connection in room.connections] == [2]
