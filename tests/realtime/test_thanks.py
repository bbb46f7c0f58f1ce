"""Thanks for a post reach all who have its thread open by one delivery."""

from collections import Counter
from contextlib import contextmanager

import pytest
from channels.db import database_sync_to_async as in_db
from channels.layers import get_channel_layer
from django.db import connection
from django.template.base import Template

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.thanks.actions import thank_for_post
from realtime import queries
from realtime.thread_rooms import ThreadRoom
from tests.factories import post_reply
from tests.realtime.conftest import wait_until_idle

pytestmark = pytest.mark.django_db(transaction=True)
#: Pages that have it open. ``python -m bench.thanks`` opens thousands, by real sockets.
PAGES = 500


@contextmanager
def counted(monkeypatch):
    """Count messages of changes, deliveries, and their queries and renderings."""
    counts, layer = Counter(), get_channel_layer()
    send, ask, render = layer.group_send, queries.frames_for_thread, Template.render

    def group_send(group, batch):
        counts["messages"] += any(it["type"] == "hub.change" for it in batch["messages"])
        return send(group, batch)

    def rendering(*arguments):
        counts["renderings"] += 1
        return render(*arguments)

    def query(execute, *arguments):
        counts["queries"] += 1
        return execute(*arguments)

    def delivery(sessions, thread_id, rights_set, positions, *more):
        arguments = sessions, thread_id, rights_set, positions, *more
        if not positions:  # It shows who else is there: not what thanks are the reason of.
            return ask(*arguments)
        counts["deliveries"] += 1
        with connection.execute_wrapper(query), monkeypatch.context() as patched:
            patched.setattr(Template, "render", rendering)
            return ask(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(layer, "group_send", group_send, raising=False)
        patched.setattr(queries, "frames_for_thread", delivery)
        yield counts


@pytest.mark.deep
@pytest.mark.postgresql
async def test_thanks_cost_the_same_however_many_have_the_thread_open(
    open_thread, thread, claire, jeanne, lucie, monkeypatch
):
    monkeypatch.setattr(ThreadRoom, "min_interval", 0)
    post, pages, costs = await in_db(post_reply)(jeanne, thread), [], []
    for person, count in (claire, 1), (lucie, PAGES):
        new = [await open_thread(thread, claire) for _n in range(count - len(pages))]
        for page in new:
            await page.next_update()
        pages += new
        await wait_until_idle()
        with counted(monkeypatch) as counts:
            await in_db(thank_for_post)(post, await in_db(viewer_of_person)(person))
            for page in pages:
                assert "/remerciements/" in str((await page.next_update())["elements"])
            await wait_until_idle()
        costs.append(counts)

    assert costs[0] == costs[1]
    assert costs[1]["messages"] == costs[1]["deliveries"] == 1
    assert 0 < costs[1]["queries"] < 10 and 0 < costs[1]["renderings"] < 10
