"""The process that serves the site: pages and sockets."""

import logging
import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
pages = get_asgi_application()

from realtime.limits import LATER  # noqa: E402  (these need Django set up)
from realtime.routing import urlpatterns  # noqa: E402
from realtime.visitors import with_visitor  # noqa: E402

known = AllowedHostsOriginValidator(with_visitor(URLRouter(urlpatterns)))


async def sockets(scope, receive, send):
    """Serve a line; refuse one that cannot even be set up, at the cost of a line of log."""
    try:
        await known(scope, receive, send)
    except OSError:  # The other end went while something was sent to it.
        return
    except Exception as error:  # No such address, no layer, an absurd Origin…
        logging.getLogger("realtime").warning("A socket was refused: %r", error)
        await send({"type": "websocket.close", "code": LATER})


application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
