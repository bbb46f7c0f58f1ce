"""The ASGI application: pages and sockets."""

import asyncio
import logging
import os
from typing import Any, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
# The hub asks the database in one thread: no query may hold it for ever.
os.environ.setdefault("FORUM_STATEMENT_TIMEOUT", "30")
http_application = cast(Any, get_asgi_application())

from forum.site.operations.worker import start_inside  # noqa: E402  (these need Django set up)
from forum.site.warm import warm_up  # noqa: E402
from realtime import bus, daphne_protocol, systemd  # noqa: E402
from realtime.concurrency import MAX_CONCURRENT_REQUESTS, RequestSlot  # noqa: E402
from realtime.handshake import (  # noqa: E402
    Receive,
    Scope,
    Send,
    own_origin_only,
    with_handshake,
)
from realtime.limits import UNAVAILABLE  # noqa: E402
from realtime.routing import urlpatterns  # noqa: E402

warm_up()
daphne_protocol.install()
start_inside()
request_slots = asyncio.Semaphore(MAX_CONCURRENT_REQUESTS)
websocket_application = own_origin_only(with_handshake(URLRouter(urlpatterns)))


async def serve_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a socket; refuse one that cannot be set up, at the cost of one line of log."""
    try:
        await websocket_application(scope, receive, send)
    except OSError:  # The other end went while something was sent to it.
        return
    except Exception as error:  # No such address, no layer, an absurd Origin…
        logging.getLogger("realtime.clients").warning("A socket was refused: %r", error)
        await send({"type": "websocket.close", "code": UNAVAILABLE})


async def serve_http(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a page in a task of its own, which a server that ends does not cut off.

    A view runs in a thread, which the end of the event loop would leave waiting for ever.
    """
    if daphne_protocol.is_ending():
        headers = [(b"retry-after", b"5"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body"})
        return
    slot = RequestSlot(request_slots)
    answering = asyncio.ensure_future(_answer(scope, receive, send, slot))
    daphne_protocol.await_at_end(answering)
    try:
        await asyncio.shield(answering)
    except asyncio.CancelledError:
        slot.leave_queue()
        raise


async def _answer(scope: Scope, receive: Receive, send: Send, slot: RequestSlot) -> None:
    """Make a page. Where its reader leaves meanwhile, wait until its thread is free."""
    is_whole = False

    async def note_and_send(message: Any) -> None:
        nonlocal is_whole
        is_body = message["type"] == "http.response.body"
        is_whole = is_body and not message.get("more_body", False)
        await send(message)

    async with ThreadSensitiveContext():
        try:
            await http_application(scope, slot.receiver(receive), slot.sender(note_and_send))
        finally:
            try:
                if slot.is_acquired and not is_whole:
                    await sync_to_async(int)()  # In the same thread, after the page.
            finally:
                slot.release()


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Notify systemd that the process serves; before it ends, let the bus send what it holds.

    Uvicorn ends by its signal, after this and before ``atexit``; Daphne knows only the latter.
    """
    await receive()
    await send({"type": "lifespan.startup.complete"})
    notifying = asyncio.create_task(systemd.notify_forever())
    await receive()
    notifying.cancel()
    systemd.notify("STOPPING=1")
    await asyncio.to_thread(bus.wait_until_sent)
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter(
    {"http": serve_http, "websocket": serve_websocket, "lifespan": lifespan}
)
