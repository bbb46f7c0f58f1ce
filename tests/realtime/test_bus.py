"""The nudge after a commit: whom it reaches, and that it never costs the writer a reply."""

import asyncio
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from channels.db import database_sync_to_async as in_db
from channels.layers import channel_layers, get_channel_layer
from django.conf import settings

from forum.base.events import event_recorded
from forum.models import Post
from realtime import bus
from tests.factories import move_thread, post_reply, start_thread
from tests.realtime.conftest import TIMEOUT, run_reconcile

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "127.0.0.1"
REDIS = "channels_redis.pubsub.RedisPubSubChannelLayer"


@pytest.fixture
def sent(monkeypatch):
    """What is sent, as (group, message), instead of sending it."""
    messages = []

    async def group_send(group, message):
        messages.extend((group, told) for told in message["messages"])

    monkeypatch.setattr(get_channel_layer(), "group_send", group_send, raising=False)

    def sent():
        bus.wait_until_sent(TIMEOUT)
        told, messages[:] = list(messages), []
        return told

    return sent


def test_a_change_is_told_to_the_hubs_and_nothing_is_said_of_it(sent, thread, jeanne):
    sent()
    post_reply(jeanne, thread, "Un secret")

    about = {"thread": thread.pk, "seq": 2, "spaces": [thread.space_id]}
    assert sent() == [(bus.GROUP, {"type": "hub.change"} | about)]


def test_what_many_tell_at_once_leaves_as_one(monkeypatch):
    held, left = threading.Event(), []

    async def group_send(group, message):
        left.append([told["seq"] for told in message["messages"]])

    monkeypatch.setattr(get_channel_layer(), "group_send", group_send, raising=False)
    bus._sending_loop().call_soon_threadsafe(held.wait, TIMEOUT)
    for seq in range(2 * bus.MAX_BATCH):
        bus.publish(type="hub.change", thread=1, seq=seq, spaces=[])
    held.set()
    bus.wait_until_sent(TIMEOUT)

    assert [len(told) for told in left] == [bus.MAX_BATCH, bus.MAX_BATCH]
    assert [seq for told in left for seq in told] == list(range(2 * bus.MAX_BATCH))


def test_a_move_tells_of_both_spaces(sent, thread, lucie, viewer_of, spaces):
    sent()
    move_thread(thread, viewer_of(lucie), spaces["public"])

    ((_group, message),) = sent()
    assert message["spaces"] == sorted([spaces["network"].pk, spaces["public"].pk])


def test_the_poke_is_connected_once():
    names = [lookup[0] for lookup, *_rest in event_recorded.receivers]
    assert names.count(bus.SIGNAL_UID) == 1


async def test_pokes_arrive_again_and_again_from_threads(
    open_thread, thread, jeanne, next_change
):
    await (await open_thread(thread, jeanne)).next_update()
    for n in range(2, 7):
        await in_db(post_reply)(jeanne, thread, f"Réponse {n}")
        assert await next_change() == (thread.pk, n)


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs REDIS_URL")
async def test_pokes_arrive_from_a_process_that_serves_no_page(
    open_thread, thread, jeanne, next_change, monkeypatch
):
    """As from WSGI workers: what they tell leaves from a loop of its own."""
    await (await open_thread(thread, jeanne)).next_update()
    monkeypatch.setattr(bus, "_sending_loop", lambda: bus._own_loop or bus._start_own_loop())
    for n in range(2, 7):
        await in_db(post_reply)(jeanne, thread, f"Réponse {n}")
        assert await next_change() == (thread.pk, n)


async def test_what_is_told_before_a_command_ends_still_leaves(monkeypatch):
    gate, left = threading.Event(), []

    async def slow(told):
        await asyncio.to_thread(gate.wait, TIMEOUT)
        left.extend(told)

    monkeypatch.setattr(bus, "_send_batch", slow)
    bus.publish(type="hub.change")
    assert left == []
    gate.set()
    await asyncio.to_thread(bus.wait_until_sent, TIMEOUT)
    assert left == [{"type": "hub.change"}]


@pytest.mark.parametrize("layer", ["down", "silent"])
def test_a_reply_stands_and_does_not_wait_for_a_layer_that_fails(
    layer, settings, thread, jeanne, caplog
):
    bus.wait_until_sent(TIMEOUT)  # The thread was told of while the layer was well.
    with _broken(layer) as port:
        _layer_at(settings, port)
        took = _timed(post_reply, jeanne, thread)
        for n in range(5):
            post_reply(jeanne, thread, f"Encore {n}")
        bus.wait_until_sent(TIMEOUT)

    assert Post.objects.filter(thread=thread, number=7).exists()
    assert took < bus.SEND_TIMEOUT / 2
    told = [record for record in caplog.records if record.name == "realtime"]
    assert len(told) == 1 and "look by themselves" in told[0].message


@pytest.mark.parametrize("layer", ["down", "silent"])
async def test_pages_are_served_without_the_layer_by_the_sweep(
    layer, settings, open_thread, thread, jeanne, caplog, monkeypatch
):
    monkeypatch.setattr("realtime.bus.JOIN_TIMEOUT", 0.1)
    monkeypatch.setattr("realtime.bus.SEND_TIMEOUT", 0.1)
    with _broken(layer) as port:
        _layer_at(settings, port)
        page = await open_thread(thread, jeanne)
        assert (await page.next_update())["seq"] == 1
        await in_db(post_reply)(jeanne, thread)
        await run_reconcile()
        assert (await page.next_update())["seq"] == 2
        await page.communicator.disconnect()
        page.is_open = False
        await asyncio.to_thread(bus.wait_until_sent, TIMEOUT)

    told = [record.message for record in caplog.records if record.name == "realtime"]
    assert len(told) <= 2, told  # Once of hearing, once of telling.


def test_nothing_is_told_of_what_was_rolled_back(sent, thread, jeanne, claire, spaces):
    sent()
    post = Post.objects.get(thread=thread)
    again = {"idempotency_key": post.idempotency_key, "text": post.text}
    start_thread(claire, spaces["public"], **again)

    assert sent() == []


def _layer_at(settings, port):
    config = {"hosts": [f"redis://127.0.0.1:{port}/0"]}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": REDIS, "CONFIG": config}}
    assert channel_layers.backends == {}


@contextmanager
def _broken(layer):
    """A port on which nobody listens, or one that accepts and never answers."""
    with socket.socket() if layer == "down" else socket.create_server((HERE, 0)) as server:
        if layer == "down":
            server.bind((HERE, 0))
        yield server.getsockname()[1]


def _timed(work, *args):
    started = time.monotonic()
    work(*args)
    return time.monotonic() - started
