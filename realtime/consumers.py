"""The sockets of open pages: accept, hold, hear, let go."""

import logging

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict

from accounts.base.parsing import parse_natural_number
from forum.lists.changes import parse_known
from forum.lists.listing import Listing
from realtime import limits
from realtime.frame import FRAME_WRITER
from realtime.hub import current_hub
from realtime.rooms import ListConnection, ThreadConnection

log = logging.getLogger("realtime")

#: The largest id there is, in any of our databases.
MAX_ID = 2**63 - 1


async def thread_consumer(scope, receive, send):
    """The socket of a page of a thread that has seen change ``?after=``."""
    thread_id = scope["url_route"]["kwargs"]["thread_id"]
    try:
        params = QueryDict(scope["query_string"])
        after = parse_natural_number(params.get("after", ""))
    except SuspiciousOperation:
        after = None
    if thread_id > MAX_ID:
        return await _reject(receive, send, limits.NOT_FOUND)
    if after is None:
        return await _reject(receive, send, limits.RELOAD)

    def open_connection(hub):
        room = hub.thread_room(thread_id)
        return ThreadConnection(
            room, after, "lit" in params, **_connection_options(scope, send)
        )

    return await _run_connection(open_connection, scope, receive, send)


async def list_consumer(scope, receive, send):
    """The socket of a page of a list, which says what it shows in ``?connus=``."""
    try:
        params = QueryDict(scope["query_string"])
    except SuspiciousOperation:
        return await _reject(receive, send, limits.RELOAD)
    known = frozenset(parse_known(params.get("connus", "")).items())
    listing = Listing.from_query(params)

    def open_connection(hub):
        return ListConnection(hub.list_room(listing), known, **_connection_options(scope, send))

    return await _run_connection(open_connection, scope, receive, send)


async def _run_connection(open_connection, scope, receive, send):
    hub, address = current_hub(), _client_address(scope)
    await receive()
    # Accepted before anything is looked at: a code says more than a refused handshake.
    await send({"type": "websocket.accept"})
    connection = open_connection(hub)
    hub.join(connection, address)
    try:
        await _receive_all(hub, connection, receive)
    finally:
        hub.leave(connection, address)


async def _receive_all(hub, connection, receive):
    while (message := await receive())["type"] != "websocket.disconnect":
        if not connection.is_open:
            continue
        try:
            connection.on_message(hub, connection.receive(message))
        except limits.ClientFault as fault:
            log.warning("A client was cut off with code %s.", fault.close_code)
            connection.close(fault.close_code)


def _connection_options(scope, send):
    frame_writer = scope.get("extensions", {}).get(FRAME_WRITER)
    return {"handshake": scope["handshake"], "send": send, "frame_writer": frame_writer}


async def _reject(receive, send, close_code):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": close_code})


def _client_address(scope):
    """The visitor's address, on the word of the web servers that stand in front."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted:
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                hops = value.decode("latin1").split(",")
                return hops[-min(trusted, len(hops))].strip()
    return (scope.get("client") or ("",))[0]
