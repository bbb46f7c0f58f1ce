"""Rooms that open and close: open pages follow, by a commit or by the passing of time."""

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from accounts.models import BreakGlassAccess, WorkingGroup
from realtime import limits
from tests.factories import AUTHORITIES, break_glass, join_group, post_reply, start_thread
from tests.realtime.conftest import let_time_pass, run_reconcile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def said(claire, spaces):
    """What was said among local authorities."""
    return start_thread(claire, spaces[AUTHORITIES])


async def test_a_room_that_opens_is_followed_and_closes_with_its_opening(
    claire, lucie, said, open_thread
):
    opening = await in_db(break_glass)(lucie, AUTHORITIES)
    page = await open_thread(said, lucie)
    assert (await page.next_update())["seq"] == 1
    await in_db(post_reply)(claire, said)
    assert "post-2" in (await page.next_update())["elements"]

    await BreakGlassAccess.objects.filter(pk=opening.pk).aupdate(closed_at=timezone.now())
    await run_reconcile()
    assert await page.code() == limits.NOT_FOUND


async def test_it_closes_by_itself_when_its_time_has_come(lucie, said, open_thread):
    await in_db(break_glass)(lucie, AUTHORITIES, hours=1)
    page = await open_thread(said, lucie)
    assert (await page.next_update())["seq"] == 1

    await let_time_pass(lambda end: BreakGlassAccess.objects.aupdate(closes_at=end))
    await run_reconcile()
    assert await page.code() == limits.NOT_FOUND


async def test_nothing_of_a_room_reaches_who_opened_another(lucie, said, spaces, open_thread):
    await in_db(break_glass)(lucie, "porteurs-de-projet")
    page = await open_thread(said, lucie)

    assert await page.code() == limits.NOT_FOUND


async def test_an_open_list_gains_the_room_and_loses_it(lucie, said, open_list):
    page = await open_list(lucie)
    assert (await page.next_update())["order"] == []
    opening = await in_db(break_glass)(lucie, AUTHORITIES)
    await run_reconcile()
    assert (await page.next_update())["order"] == [said.pk]

    await BreakGlassAccess.objects.filter(pk=opening.pk).aupdate(closed_at=timezone.now())
    await run_reconcile()
    assert await page.next_update() == {"order": [], "elements": {f"thread-{said.pk}": None}}


@pytest.mark.parametrize("by_itself", [False, True])
async def test_pages_are_loaded_again_where_a_group_is_archived(
    by_itself, claire, spaces, open_thread
):
    await in_db(join_group)(claire)
    thread = await in_db(start_thread)(claire, spaces["group"])
    page = await open_thread(thread, claire)
    assert (await page.next_update())["seq"] == 1

    if by_itself:
        await let_time_pass(lambda end: WorkingGroup.objects.aupdate(ends_at=end))
    else:
        await WorkingGroup.objects.aupdate(ends_at=timezone.now())
    await run_reconcile()
    assert await page.code() == limits.RELOAD


async def test_who_leaves_a_group_hears_no_more_of_it(claire, spaces, open_thread):
    place = await in_db(join_group)(claire)
    thread = await in_db(start_thread)(claire, spaces["group"])
    page = await open_thread(thread, claire)
    assert (await page.next_update())["seq"] == 1

    await in_db(place.delete)()
    await run_reconcile()
    assert await page.code() == limits.NOT_FOUND
