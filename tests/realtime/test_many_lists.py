"""Many lists at once: threads go first, and nobody holds any number of lists."""

import asyncio
import threading

import pytest

from forum.models import ThreadKind
from realtime import limits, queries
from realtime.hub import current_hub
from realtime.list_rooms import ListRoom
from realtime.thread_rooms import ThreadRoom
from tests.realtime.conftest import wait_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_thread_waits_for_one_list_and_not_for_all_that_are_open(
    open_list, open_thread, thread, claire, monkeypatch
):
    for room in (ListRoom, ThreadRoom):
        monkeypatch.setattr(room, "min_interval", 0)
    for kind in ThreadKind.values:
        await (await open_list(claire, nature=kind)).next_update()
    page = await open_thread(thread, claire)
    await page.next_update()
    await wait_until_idle()
    asked, hub, announced = [], current_hub(), threading.Event()
    for name in ("frames_for_list", "frames_for_thread"):
        query = noting(asked, getattr(queries, name), announced)
        monkeypatch.setattr(queries, name, query)

    hub.schedule_lists(lambda rights: True)
    for _turn in range(10):  # All of them ask, or wait for their turn to.
        await asyncio.sleep(0)
    hub.registry.thread_rooms[thread.pk].announce(99)
    announced.set()
    await wait_until_idle()

    assert asked.count("frames_for_list") == len(ThreadKind.values)
    assert asked.index("frames_for_thread") <= 1


def noting(asked, query, announced):
    """``query``, which notes its name in ``asked`` and goes on once ``announced`` is set."""

    def noted(*arguments):
        asked.append(query.__name__)
        assert announced.wait(20)
        return query(*arguments)

    return noted


async def test_one_address_does_not_hold_any_number_of_lists(
    open_list, thread, claire, monkeypatch
):
    monkeypatch.setattr(limits, "MAX_LISTINGS_PER_ADDRESS", 3)
    for kind in ("question", "experience", "question"):  # Two lists: one of them twice.
        await (await open_list(claire, nature=kind)).next_update()
    await (await open_list(claire)).next_update()
    refused = await open_list(claire, vue="resolus")

    assert await refused.code() == limits.UNAVAILABLE
