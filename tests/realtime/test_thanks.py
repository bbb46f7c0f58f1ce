"""Thanks for a post reach all who have its thread open by one delivery."""

import pytest
from channels.db import database_sync_to_async as in_db

from accounts.viewers.viewers import viewer_of_person
from forum.thanks.actions import thank_for_post
from realtime import queries
from realtime.thread_rooms import ThreadRoom
from tests.factories import post_reply
from tests.realtime.conftest import wait_until_idle

pytestmark = pytest.mark.django_db(transaction=True)
#: Pages that have it open: one delivery asks for all of them, however many.
PAGES = 60


async def test_thanks_cost_one_delivery_however_many_have_the_thread_open(
    open_thread, thread, claire, jeanne, monkeypatch
):
    monkeypatch.setattr(ThreadRoom, "min_interval", 0)
    post = await in_db(post_reply)(jeanne, thread)
    pages = [await open_thread(thread, claire) for _n in range(PAGES)]
    for page in pages:
        await page.next_update()
    await wait_until_idle()
    asked, ask = [], queries.frames_for_thread

    def noted(*arguments):
        asked.append(arguments)
        return ask(*arguments)

    monkeypatch.setattr(queries, "frames_for_thread", noted)
    await in_db(thank_for_post)(post, await in_db(viewer_of_person)(claire))
    for page in pages:
        assert "/remerciements/" in str((await page.next_update())["elements"])
    await wait_until_idle()

    assert len(asked) == 1
