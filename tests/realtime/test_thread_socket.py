"""The socket of a thread's page, end to end: from an action in one session to another."""

import asyncio
import json
import logging

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from accounts.models import Session
from forum.models import Space, Thread
from realtime import bus, limits, queries
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.test_changes import CHANGES, Scene
from tests.page_elements import elements
from tests.realtime.conftest import ORIGIN, run_reconcile

pytestmark = pytest.mark.django_db(transaction=True)


async def test_replies_reach_an_open_page_once_and_in_order(
    open_thread, thread, claire, jeanne
):
    page = await open_thread(thread, claire)
    assert (await page.next_update())["elements"] == {}

    shown = {}
    for n in range(2, 6):
        await in_db(post_reply)(jeanne, thread, f"Réponse {n}")
        news = await page.next_update()
        assert news["seq"] == n and f"Réponse {n}" in news["elements"][f"post-{n}"]
        assert shown.keys() & news["elements"].keys() <= {"thread-head", "thread-foot"}
        shown |= news["elements"]
    assert await page.receives_no_update()


async def test_the_writer_s_own_page_hears_of_it_like_any_other(open_thread, thread, jeanne):
    page = await open_thread(thread, jeanne)
    await page.next_update()
    await in_db(post_reply)(jeanne, thread)

    assert "post-2" in (await page.next_update())["elements"]


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.parametrize("change", CHANGES)
async def test_what_arrives_is_what_a_reload_would_show(
    change, open_thread, people, spaces, thread, viewer_of, browser_of, settings
):
    await in_db(post_reply)(people.projects, thread)
    scene = await in_db(Scene)(people, spaces, thread, viewer_of, browser_of, settings)
    page = await open_thread(thread, people.support, after=2)
    await page.next_update()
    before = await in_db(scene.reload)(people.support)

    await in_db(CHANGES[change])(scene)

    told, last = {}, (await Thread.objects.aget(pk=thread.pk)).seq
    while last > 2:
        news = await page.next_update()
        told |= news["elements"]
        if news["seq"] == last:
            break
    now = {name: html for name, html in (before | told).items() if html}
    assert now == await in_db(scene.reload)(people.support)


async def test_a_page_that_was_away_catches_up_from_its_place(open_thread, thread, jeanne):
    for text in ("un", "deux", "trois"):
        await in_db(post_reply)(jeanne, thread, text)
    page = await open_thread(thread, jeanne, after=2)
    news = await page.next_update()

    assert news["seq"] == 4
    assert {"post-3", "post-4"} == {name for name in news["elements"] if "post-" in name}
    assert news["state"]["posts"] == 4


async def test_the_sweep_heals_a_lost_poke(open_thread, thread, jeanne, without_bus):
    page = await open_thread(thread, jeanne)
    await page.next_update()
    await in_db(post_reply)(jeanne, thread, "Vous avez su ?")
    await run_reconcile()

    assert "post-2" in (await page.next_update())["elements"]
    assert await page.receives_no_update()


async def test_what_commits_between_two_languages_reaches_both(
    open_socket, thread, claire, jeanne, monkeypatch
):
    address, look = f"/live/fils/{thread.pk}/?after=1", queries.thread_changes_for
    english = [ORIGIN, (b"accept-language", b"en")]
    pages = (
        await open_socket(address, jeanne),
        await open_socket(address, claire, headers=english),
    )
    for page in pages:
        await page.next_update()

    def look_then_someone_replies(*args):
        found = look(*args)
        if args[-1] == {1}:
            monkeypatch.setattr(queries, "thread_changes_for", look)
            post_reply(jeanne, thread, "Entre deux langues")
        return found

    monkeypatch.setattr(queries, "thread_changes_for", look_then_someone_replies)
    await in_db(post_reply)(jeanne, thread)

    for page in pages:
        told, seq = {}, 1
        while seq < 3:
            news = await page.next_update()
            told, seq = told | news["elements"], news["seq"]
        assert {"post-2", "post-3"} <= told.keys()


async def test_a_poke_that_comes_twice_or_late_or_lies_says_nothing(
    open_thread, thread, jeanne, next_change
):
    page = await open_thread(thread, jeanne)
    await page.next_update()
    await in_db(post_reply)(jeanne, thread)
    assert (await page.next_update())["seq"] == 2
    await next_change()

    for seq in (2, 1, 99):
        bus.publish(type="hub.change", thread=thread.pk, seq=seq, spaces=[])
        assert await next_change() == (thread.pk, seq)
    assert await page.receives_no_update()
    await in_db(post_reply)(jeanne, thread)
    assert (await page.next_update())["seq"] == 3


async def test_what_commits_between_joining_and_looking_is_not_lost(
    open_thread, thread, jeanne, monkeypatch
):
    look, calls = queries.check_access, []

    def look_then_someone_replies(*args):
        found = look(*args)
        calls.append(found)
        if len(calls) == 1:
            post_reply(jeanne, thread)
        return found

    monkeypatch.setattr(queries, "check_access", look_then_someone_replies)
    page = await open_thread(thread, jeanne)

    news = await page.next_update()
    while news["seq"] == 1:
        news = await page.next_update()
    assert "post-2" in news["elements"]


def end_seat(person, thread, lucie, viewer_of):
    person.seats.update(ended_at=timezone.now())


def suspend(person, thread, lucie, viewer_of):
    type(person).objects.filter(pk=person.pk).update(suspended_at=timezone.now())


def deactivate(person, thread, lucie, viewer_of):
    type(person).objects.filter(pk=person.pk).update(is_active=False)


def sign_out(person, thread, lucie, viewer_of):
    Session.objects.filter(person=person).delete()


def change_password(person, thread, lucie, viewer_of):
    person.set_password("un-autre-mot-de-passe")
    person.save()


def move(person, thread, lucie, viewer_of):
    room = Space.objects.get(college__slug=SUPPORT)
    move_thread(thread, viewer_of(lucie), room)


LOSSES = [end_seat, suspend, deactivate, sign_out, change_password, move]


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("how", ["at the next poke", "at the sweep"])
async def test_rights_lost_while_open_end_the_line_without_a_word_more(
    lose, how, open_thread, thread, claire, lucie, viewer_of, request
):
    if how == "at the sweep":
        request.getfixturevalue("without_bus")
    page = await open_thread(thread, claire)
    await page.next_update()

    await in_db(lose)(claire, thread, lucie, viewer_of)
    if how == "at the next poke":
        await in_db(post_reply)(lucie, thread, "Ceci ne la regarde plus")
    else:
        await run_reconcile()

    assert await page.code() in (limits.NOT_FOUND, limits.RELOAD)


async def test_a_move_is_told_to_those_who_follow_it_and_ends_the_page_of_the_others(
    open_thread, thread, claire, lucie, viewer_of
):
    outside, inside = await open_thread(thread, claire), await open_thread(thread, lucie)
    await outside.next_update(), await inside.next_update()
    await in_db(move)(claire, thread, lucie, viewer_of)

    assert (await inside.next_update())["seq"] == 2
    assert await outside.code() == limits.NOT_FOUND


async def test_hidden_and_missing_end_the_same(open_socket, spaces, claire, lucie):
    room = await in_db(start_thread)(lucie, spaces[SUPPORT])
    for address in (
        f"/live/fils/{room.pk}/?after=1",
        f"/live/fils/{room.pk + 1}/?after=1",
        f"/live/fils/{10**18}/?after=1",
    ):
        for person in (claire, None):
            page = await open_socket(address, person)
            assert await page.code() == limits.NOT_FOUND


@pytest.mark.parametrize("after", ["", "99", "-1", "2.5", "quatre", "1" * 400, "%00", "٣"])
async def test_a_place_that_is_not_in_the_log_means_reload(after, open_thread, thread, claire):
    page = await open_thread(thread, claire, after=after)
    assert await page.code() == limits.RELOAD

    other = await open_thread(thread, claire)
    assert (await other.next_update())["seq"] == 1


async def test_too_much_for_one_message_means_reload(open_thread, thread, jeanne, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ANSWER_BYTES", 2000)
    await in_db(post_reply)(jeanne, thread, "mot " * 600)
    page = await open_thread(thread, jeanne)

    assert await page.code() == limits.RELOAD


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"text": "{"}, limits.MALFORMED),
        ({"text": "3"}, limits.MALFORMED),
        ({"text": "[" * 1000}, limits.MALFORMED),
        ({"text": ""}, limits.MALFORMED),
        ({"bytes": b"\x00\xff"}, limits.MALFORMED),
        ({"bytes": b"{}"}, limits.MALFORMED),
        ({"text": json.dumps({"a": "b" * 1100})}, limits.TOO_BIG),
        ({"bytes": b"0" * 5000}, limits.TOO_BIG),
    ],
)
async def test_a_frame_that_no_page_sends_ends_that_line_only(
    frame, code, open_thread, thread, claire, caplog, monkeypatch
):
    monkeypatch.setattr(logging.getLogger("realtime.clients"), "filters", [])  # Once a minute.
    page, other = await open_thread(thread, claire), await open_thread(thread, claire)
    await page.next_update()
    for _ in range(3):
        await page.communicator.send_input({"type": "websocket.receive"} | frame)

    assert await page.code() == code
    assert (await other.next_update())["seq"] == 1
    await other.communicator.send_json_to({})
    assert await other.state("database_age") == 0
    assert page.communicator.output_queue.empty()
    told = [record for record in caplog.records if record.name == "realtime.clients"]
    assert len(told) == 1 and told[0].exc_info is None


async def test_a_flood_ends_the_line(open_thread, thread, claire):
    page = await open_thread(thread, claire)
    await page.next_update()
    for _ in range(limits.RATE_LIMIT_FRAMES):
        await page.communicator.send_json_to({})

    assert await page.code() == limits.TOO_MANY_FRAMES


async def test_a_line_on_which_nothing_is_heard_is_let_go(
    open_thread, thread, claire, monkeypatch
):
    page = await open_thread(thread, claire)
    await page.next_update()
    monkeypatch.setattr(limits, "IDLE_SECONDS", 0)
    await run_reconcile()

    assert await page.code() == limits.IDLE_TIMEOUT


async def test_an_address_that_is_none_is_refused(open_socket):
    for address in ("/live/autre/", f"/live/fils/{10**25}/?after=1"):
        page = await open_socket(address)
        assert not page.is_open


async def test_guests_read_the_public_square_live(open_thread, spaces, claire):
    public = await in_db(start_thread)(claire, spaces["public"])
    page = await open_thread(public)
    await page.next_update()
    await in_db(post_reply)(claire, public, "Pour tout le monde")

    assert "Pour tout le monde" in (await page.next_update())["elements"]["post-2"]


async def test_another_person_in_the_same_browser_means_reload(
    open_socket, spaces, claire, jeanne, session_of
):
    public = await in_db(start_thread)(claire, spaces["public"])
    page = await open_socket(f"/live/fils/{public.pk}/?after=1", claire)
    await page.next_update()

    await in_db(become)(claire, jeanne, session_of)
    await run_reconcile()
    assert await page.code() == limits.RELOAD


async def test_signing_out_on_a_public_page_means_reload(open_thread, spaces, claire):
    public = await in_db(start_thread)(claire, spaces["public"])
    page = await open_thread(public, claire)
    await page.next_update()
    await in_db(sign_out)(claire, public, None, None)
    await run_reconcile()

    assert await page.code() == limits.RELOAD


@pytest.mark.parametrize(
    "header", [(b"cookie", b"django_language=en"), (b"accept-language", b"en")]
)
async def test_what_arrives_is_in_the_page_s_language(
    header, open_socket, spaces, claire, browser_of
):
    public = await in_db(start_thread)(claire, spaces["public"])
    await in_db(post_reply)(claire, public)
    address = f"/live/fils/{public.pk}/?after=1"
    page = await open_socket(address, headers=(ORIGIN, header))
    shown = await in_db(browser_of(None).get)(
        f"/fils/{public.pk}/", follow=True, headers={"accept-language": "en"}
    )

    news = (await page.next_update())["elements"]
    assert news.items() <= elements(shown.content.decode()).items()


async def test_our_own_failure_ends_the_line_and_not_the_process(
    open_thread, thread, claire, monkeypatch, caplog
):
    page = await open_thread(thread, claire)
    await page.next_update()
    with monkeypatch.context() as broken:
        broken.setattr(queries, "frames_for_thread", broken_look)
        await in_db(post_reply)(claire, thread)
        assert await page.code() == limits.SERVER_ERROR

    assert (await (await open_thread(thread, claire, after=2)).next_update())["seq"] == 2


async def test_many_open_pages_all_hear(open_thread, thread, people):
    readers = [people.projects, people.authorities, people.support, people.animator] * 3
    pages = [await open_thread(thread, person) for person in readers]
    assert [(await page.next_update())["seq"] for page in pages] == [1] * 12
    await in_db(post_reply)(people.projects, thread)

    next_change = await asyncio.gather(*(page.next_update() for page in pages))
    assert {news["seq"] for news in next_change} == {2}
    assert len({json.dumps(news["elements"]) for news in next_change}) == 1


def broken_look(*args):
    raise ZeroDivisionError


def become(person, other, session_of):
    """Make the session of ``person`` one of ``other``'s, as signing in anew may."""
    theirs = Session.objects.get(session_key=session_of(other))
    Session.objects.filter(person=person).update(session_data=theirs.session_data, person=other)
