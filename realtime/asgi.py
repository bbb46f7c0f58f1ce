"""The ASGI application: pages and sockets."""

import asyncio
import logging
import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
# The hub asks the database in one thread: no query may hold it for ever.
os.environ.setdefault("FORUM_STATEMENT_TIMEOUT", "30")
http_application = get_asgi_application()

from forum.operations.worker import start_inside  # noqa: E402  (these need Django set up)
from forum.warm import warm_up  # noqa: E402
from realtime import bus, daphne_protocol, systemd  # noqa: E402
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


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell systemd that the process serves; before it ends, let the bus send what it holds.

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
    {"http": http_application, "websocket": serve_websocket, "lifespan": lifespan}
)
