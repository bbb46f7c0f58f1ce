"""Who may read a thread: the line on its open pages follows what the line tells of."""

import pytest
from channels.db import database_sync_to_async as in_db
from django.utils import timezone

from accounts.models import BreakGlassAccess
from forum.base.readership import readership_of
from tests.factories import AUTHORITIES, break_glass, join_group, move_thread, start_thread
from tests.realtime.conftest import ORIGIN, run_reconcile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def said(claire, spaces):
    """What was said among local authorities."""
    return start_thread(claire, spaces[AUTHORITIES])


async def readers(page):
    """The line that the page is sent when next compared with the database."""
    await run_reconcile()
    return (await page.state("readers"))["html"]


async def test_the_line_names_who_opens_the_room_and_no_longer_once_it_is_closed(
    claire, lucie, said, open_thread
):
    page = await open_thread(said, claire)
    await page.next_update()

    await in_db(break_glass)(lucie, AUTHORITIES)
    assert f"<b>{lucie.full_name}</b>, qui a ouvert cette pièce" in await readers(page)

    await BreakGlassAccess.objects.aupdate(closed_at=timezone.now())
    assert "et nul autre" in await readers(page)


async def test_the_line_counts_who_takes_a_seat(claire, said, make_person, open_thread):
    page = await open_thread(said, claire)
    await page.next_update()

    await in_db(make_person)("Rose", AUTHORITIES)

    assert "2\N{NO-BREAK SPACE}personnes" in await readers(page)


async def test_the_line_counts_who_joins_the_group(claire, jeanne, spaces, open_thread):
    await in_db(join_group)(claire)
    thread = await in_db(start_thread)(claire, spaces["group"])
    page = await open_thread(thread, claire)
    await page.next_update()

    await in_db(join_group)(jeanne)

    assert "2\N{NO-BREAK SPACE}personnes" in await readers(page)


async def test_the_line_changes_with_a_move(
    claire, lucie, thread, spaces, viewer_of, open_thread
):
    page = await open_thread(thread, claire)
    await page.next_update()

    await in_db(lambda: move_thread(thread, viewer_of(lucie), spaces["public"]))()

    assert "Tout le monde" in (await page.state("readers"))["html"]


async def test_a_page_that_was_away_is_told_and_one_that_knows_is_not(
    claire, lucie, said, open_socket
):
    address = f"/live/fils/{said.pk}/?after=1&readers="
    before = (await in_db(readership_of)(said.space)).summary
    await in_db(break_glass)(lucie, AUTHORITIES)
    after = (await in_db(readership_of)(said.space)).summary

    page = await open_socket(address + before, claire)
    assert lucie.full_name in (await page.state("readers"))["html"]

    page = await open_socket(address + after, claire)
    await page.next_update()
    await run_reconcile()
    assert page.communicator.output_queue.empty()


async def test_each_page_is_told_in_its_language(claire, said, open_socket):
    headers = ORIGIN, (b"accept-language", b"en")
    address = f"/live/fils/{said.pk}/?after=1&readers=0.0."
    page = await open_socket(address, claire, headers=headers)

    assert "and no one else" in (await page.state("readers"))["html"]


async def test_over_plain_http_the_line_comes_where_it_changed(claire, lucie, said, browser_of):
    def ask(summary):
        return (
            browser_of(claire).get(f"/fils/{said.pk}/suite/?after=1&readers={summary}").json()
        )

    before = (await in_db(readership_of)(said.space)).summary
    assert "readers" not in await in_db(ask)(before)

    await in_db(break_glass)(lucie, AUTHORITIES)
    assert lucie.full_name in (await in_db(ask)(before))["readers"]["html"]
