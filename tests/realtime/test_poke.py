"""The nudge after a commit: whom it reaches, and that it never costs the writer a reply."""

import socket
import time
from contextlib import contextmanager

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async as in_db
from channels.layers import channel_layers, get_channel_layer
from django.conf import settings

from forum.events import recorded
from forum.models import Post
from forum.moderation import actions as moderation
from realtime import poke
from realtime.poke import space_group, thread_group
from tests.cast import reply, start

pytestmark = pytest.mark.django_db(transaction=True)
REDIS = "channels_redis.pubsub.RedisPubSubChannelLayer"


@pytest.fixture
def sent(monkeypatch):
    """What is sent, as (group, message), instead of sending it."""
    messages = []

    async def group_send(group, message):
        messages.append((group, message))

    monkeypatch.setattr(get_channel_layer(), "group_send", group_send, raising=False)
    return messages


def test_a_change_is_told_to_its_thread_and_its_space_and_says_nothing_of_it(
    sent, thread, jeanne
):
    sent.clear()
    reply(jeanne, thread, "Un secret")

    about = {"type": "thread.poke", "thread": thread.pk, "seq": 2}
    assert sent == [
        (thread_group(thread.pk), about),
        (space_group(thread.space_id), {"type": "list.poke"}),
    ]


def test_a_move_is_told_to_both_spaces(sent, thread, lucie, viewer_of, spaces):
    sent.clear()
    moderation.move_thread(thread, viewer_of(lucie), spaces["public"])

    told = {group for group, _message in sent}
    assert told == {
        thread_group(thread.pk),
        space_group(spaces["network"].pk),
        space_group(spaces["public"].pk),
    }


def test_the_poke_is_connected_once():
    names = [lookup[0] for lookup, *_rest in recorded.receivers]
    assert names.count("realtime.poke") == 1


async def test_pokes_arrive_again_and_again_from_threads(thread, jeanne, ear):
    heard = await ear(thread_group(thread.pk))
    for n in range(2, 7):
        await in_db(reply)(jeanne, thread, f"Réponse {n}")
        assert (await heard())["seq"] == n


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs REDIS_URL")
async def test_pokes_arrive_from_threads_without_a_loop(thread, jeanne, ear):
    """As from WSGI workers: each poke has a loop and a connection of its own."""
    import asyncio

    heard = await ear(thread_group(thread.pk))
    for n in range(2, 7):
        await asyncio.to_thread(_reply_and_close, jeanne, thread)
        assert (await heard())["seq"] == n


def test_a_reply_stands_and_is_quick_with_the_layer_down(settings, thread, jeanne, caplog):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        _layer_at(settings, unused.getsockname()[1])
        took = _timed(reply, jeanne, thread)

    assert Post.objects.filter(thread=thread, number=2).exists()
    assert took < poke.LIMIT
    assert [record.name for record in caplog.records] == ["realtime"]


def test_a_reply_stands_and_waits_little_for_a_layer_that_hangs(
    settings, thread, jeanne, caplog
):
    with _silent_server() as port:
        _layer_at(settings, port)
        took = _timed(reply, jeanne, thread)

    assert Post.objects.filter(thread=thread, number=2).exists()
    assert took < poke.LIMIT + 1
    assert [record.name for record in caplog.records] == ["realtime"]


async def test_it_is_as_quick_in_the_process_that_serves_both(settings, thread, jeanne):
    with _silent_server() as port:
        _layer_at(settings, port)
        took = await in_db(_timed)(reply, jeanne, thread)
        await get_channel_layer().flush()

    assert took < poke.LIMIT + 1


def test_a_socket_is_refused_in_order_with_the_layer_down(settings, thread, caplog):
    from tests.realtime.conftest import Page

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        _layer_at(settings, unused.getsockname()[1])
        page = Page(f"/live/fils/{thread.pk}/?after=1")
        assert not async_to_sync(page.connect)()

    told = [record for record in caplog.records if record.name == "realtime"]
    assert len(told) == 1 and told[0].exc_info is None


def test_nothing_is_told_of_what_was_rolled_back(sent, thread, jeanne, claire, spaces):
    sent.clear()
    key = Post.objects.get(thread=thread).key
    start(claire, spaces["public"], key=key)

    assert sent == []


def _layer_at(settings, port):
    config = {"hosts": [f"redis://127.0.0.1:{port}/0"]}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": REDIS, "CONFIG": config}}
    assert channel_layers.backends == {}


@contextmanager
def _silent_server():
    """A port that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _timed(work, *args):
    started = time.monotonic()
    work(*args)
    return time.monotonic() - started


def _reply_and_close(person, thread):
    from django.db import connection

    reply(person, thread)
    connection.close()
