"""The process that serves it: ``uvicorn bench.group_send.asgi:application``."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.group_send.settings")
pages = get_asgi_application()

from bench.group_send.consumer import ThreadConsumer  # noqa: E402  (needs Django set up)

lines = URLRouter([path("live/fils/<id:thread_id>/", ThreadConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {"http": pages, "websocket": AllowedHostsOriginValidator(CookieMiddleware(lines))}
)
