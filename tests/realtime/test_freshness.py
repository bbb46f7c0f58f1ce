"""Live that never lies: a page is told how long ago the database was looked at."""

import time

import pytest
from channels.db import database_sync_to_async as in_db
from django.db import OperationalError

from realtime import freshness, looks, sweeping
from realtime.hub import hub_here
from tests.cast import reply
from tests.realtime.conftest import quiet, sweep

pytestmark = pytest.mark.django_db(transaction=True)


def absent(*args):
    raise OperationalError("the server closed the connection")


async def failing_sweep():
    await hub_here().guarded(sweeping.sweep(hub_here()))


async def test_a_heartbeat_is_answered_with_the_age_of_what_is_shown(
    open_thread, thread, claire
):
    page = await open_thread(thread, claire)
    await page.news()
    hub_here().freshness._looked = time.monotonic() - 42
    await page.line.send_json_to({})

    assert await page.state("late") in (42, 43)


async def test_while_the_database_is_down_pages_stay_open_and_say_so_once_and_heal(
    open_thread, open_list, thread, claire, jeanne, monkeypatch, caplog
):
    page, listing = await open_thread(thread, claire), await open_list(claire, {thread.pk: 1})
    await page.news(), await listing.news()
    with monkeypatch.context() as broken:
        broken.setattr(freshness, "PATIENCE", 0)
        for name in ("sweep", "check", "look_at_thread", "look_at_list"):
            broken.setattr(looks, name, absent)
        await in_db(reply)(jeanne, thread)
        for _ in range(3):
            await failing_sweep()
        assert await page.state("late") >= 0 and await listing.state("late") >= 0
    await sweep()

    assert "post-2" in (await page.news())["elements"]
    assert (await listing.news())["elements"]
    told = [record.message for record in caplog.records if record.name == "realtime"]
    assert [words.split(":")[0] for words in told] == [
        "The database does not answer open pages",
        "The database answers open pages again.",
    ]


async def test_that_there_was_nothing_to_ask_is_no_answer_of_the_database(
    open_thread, thread, claire, monkeypatch
):
    page = await open_thread(thread, claire)
    await page.news()
    monkeypatch.setattr(freshness, "PATIENCE", 0)
    monkeypatch.setattr(looks, "sweep", absent)
    await failing_sweep()
    hub_here().serve(hub_here().thread_room(thread.pk))
    await quiet()

    assert hub_here().freshness._is_late


async def test_a_query_that_took_too_long_is_not_asked_again():
    asked = []

    def slow():
        asked.append(1)
        error = OperationalError("canceling statement due to statement timeout")
        error.__cause__ = type("QueryCanceled", (Exception,), {"sqlstate": "57014"})()
        raise error

    with pytest.raises(OperationalError):
        await looks.ask(slow)
    assert len(asked) == 1


async def test_a_connection_that_was_cut_is_opened_again_without_anyone_noticing(
    open_thread, thread, claire, jeanne, monkeypatch
):
    page = await open_thread(thread, claire)
    await page.news()
    look, failures = looks.look_at_thread, [OperationalError("terminating connection")]

    def look_at_thread(*args):
        if failures:
            raise failures.pop()
        return look(*args)

    monkeypatch.setattr(looks, "look_at_thread", look_at_thread)
    await in_db(reply)(jeanne, thread)

    assert (await page.news())["seq"] == 2
    assert not failures
