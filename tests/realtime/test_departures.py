"""Open pages learn who left, and nothing else waits for that."""

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from realtime import reconcile
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _swift(monkeypatch):
    monkeypatch.setattr(reconcile, "INTERVAL", 0.05)


async def test_an_open_page_learns_that_a_mandate_ended_by_itself(
    claire, jeanne, spaces, open_thread
):
    thread = await in_db(factories.start_thread)(claire, spaces["network"])
    page = await open_thread(thread, jeanne)
    await page.next_update()  # It is up to now.
    await in_db(claire.seats.update)(ended_at=timezone.now())
    assert "ancien membre" in (await page.next_update())["elements"]["post-1"]


async def test_what_cannot_be_told_of_who_left_holds_up_no_sweep(
    claire, jeanne, spaces, open_thread, without_bus, monkeypatch
):
    def fails():
        raise RuntimeError

    monkeypatch.setattr(reconcile, "announce_departures", fails)
    thread = await in_db(factories.start_thread)(claire, spaces["network"])
    page = await open_thread(thread, jeanne)
    await page.next_update()
    await in_db(factories.post_reply)(claire, thread)
    assert "post-2" in (await page.next_update())["elements"]
