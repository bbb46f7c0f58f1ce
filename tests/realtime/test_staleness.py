"""Live that never lies: a page is told how long ago the database was looked at."""

import time

import pytest
from channels.db import database_sync_to_async as in_db
from django.db import OperationalError

from realtime import queries, reconcile
from realtime.hub import current_hub
from tests.factories import post_reply
from tests.realtime.conftest import run_reconcile, wait_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


def absent(*args):
    raise OperationalError("the server closed the connection")


async def failing_sweep():
    await current_hub().run_logged(current_hub().reconcile())


async def test_a_heartbeat_is_answered_with_the_age_of_what_is_shown(
    open_thread, thread, claire
):
    page = await open_thread(thread, claire)
    await page.next_update()
    current_hub().queries._answered_at = time.monotonic() - 42
    await page.communicator.send_json_to({})

    assert await page.state("database_age") in (42, 43)


async def test_while_the_database_is_down_pages_stay_open_and_say_so_once_and_heal(
    open_thread, open_list, thread, claire, jeanne, monkeypatch, caplog
):
    page, listing = await open_thread(thread, claire), await open_list(claire, {thread.pk: 1})
    await page.next_update(), await listing.next_update()
    with monkeypatch.context() as broken:
        broken.setattr(queries, "STALE_AFTER", 0)
        broken.setattr(reconcile, "check_access_and_log", absent)
        for name in ("check_access", "frames_for_thread", "frames_for_list"):
            broken.setattr(queries, name, absent)
        await in_db(post_reply)(jeanne, thread)
        for _ in range(3):
            await failing_sweep()
        assert (
            await page.state("database_age") >= 0 and await listing.state("database_age") >= 0
        )
    await run_reconcile()

    assert "post-2" in (await page.next_update())["elements"]
    assert (await listing.next_update())["elements"]
    told = [record.message for record in caplog.records if record.name == "realtime"]
    assert [words.split(":")[0] for words in told] == [
        "The database does not answer open pages",
        "The database answers open pages again.",
    ]


async def test_that_there_was_nothing_to_ask_is_no_answer_of_the_database(
    open_thread, thread, claire, monkeypatch
):
    page = await open_thread(thread, claire)
    await page.next_update()
    monkeypatch.setattr(queries, "STALE_AFTER", 0)
    monkeypatch.setattr(reconcile, "check_access_and_log", absent)
    await failing_sweep()
    current_hub().request_delivery(current_hub().registry.thread_room(thread.pk))
    await wait_until_idle()

    assert current_hub().queries._is_stale


async def test_a_query_that_took_too_long_is_not_asked_again():
    asked = []

    def slow():
        asked.append(1)
        error = OperationalError("canceling statement due to statement timeout")
        error.__cause__ = type("QueryCanceled", (Exception,), {"sqlstate": "57014"})()
        raise error

    with pytest.raises(OperationalError):
        await queries.run_in_db(slow)
    assert len(asked) == 1


async def test_a_connection_that_was_cut_is_opened_again_without_anyone_noticing(
    open_thread, thread, claire, jeanne, monkeypatch
):
    page = await open_thread(thread, claire)
    await page.next_update()
    look, failures = queries.frames_for_thread, [OperationalError("terminating connection")]

    def frames_for_thread(*args):
        if failures:
            raise failures.pop()
        return look(*args)

    monkeypatch.setattr(queries, "frames_for_thread", frames_for_thread)
    await in_db(post_reply)(jeanne, thread)

    assert (await page.next_update())["seq"] == 2
    assert not failures
