"""The sockets of open pages: accept, hold, hear, let go."""

import logging

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict

from accounts.natural import natural
from forum.lists.listing import Listing
from forum.lists.refresh import parse_known
from realtime import limits
from realtime.frame import WIRE
from realtime.hub import hub_here
from realtime.pages import ListLine, ThreadLine

log = logging.getLogger("realtime")

#: The largest id there is, in any of our databases.
LARGEST_ID = 2**63 - 1


async def thread_page(scope, receive, send):
    """The socket of a page of a thread that has seen change ``?after=``."""
    thread_id = scope["url_route"]["kwargs"]["thread_id"]
    try:
        params = QueryDict(scope["query_string"])
        after = natural(params.get("after", ""))
    except SuspiciousOperation:
        after = None
    if thread_id > LARGEST_ID:
        return await _turn_away(receive, send, limits.GONE)
    if after is None:
        return await _turn_away(receive, send, limits.RELOAD)

    def open_line(hub):
        room = hub.thread_room(thread_id)
        return ThreadLine(room, after, "lit" in params, **_ends(scope, send))

    return await _serve(open_line, scope, receive, send)


async def list_page(scope, receive, send):
    """The socket of a page of a list, which says what it shows in ``?connus=``."""
    try:
        params = QueryDict(scope["query_string"])
    except SuspiciousOperation:
        return await _turn_away(receive, send, limits.RELOAD)
    known = frozenset(parse_known(params.get("connus", "")).items())
    listing = Listing.of(params)

    def open_line(hub):
        return ListLine(hub.list_room(listing), known, **_ends(scope, send))

    return await _serve(open_line, scope, receive, send)


async def _serve(open_line, scope, receive, send):
    hub, address = hub_here(), _address(scope)
    await receive()
    # Accepted before anything is looked at: a code says more than a refused handshake.
    await send({"type": "websocket.accept"})
    line = open_line(hub)
    hub.join(line, address)
    try:
        await _hear(hub, line, receive)
    finally:
        hub.leave(line, address)


async def _hear(hub, line, receive):
    while (message := await receive())["type"] != "websocket.disconnect":
        if not line.is_open:
            continue
        try:
            line.told(hub, line.hear(message))
        except limits.Fault as fault:
            log.warning("A client was cut off with code %s.", fault.code)
            line.end(fault.code)


def _ends(scope, send):
    wire = scope.get("extensions", {}).get(WIRE)
    return {"visitor": scope["visitor"], "send": send, "wire": wire}


async def _turn_away(receive, send, code):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code})


def _address(scope):
    """The visitor's address, on the word of the web servers that stand in front."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted:
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                hops = value.decode("latin1").split(",")
                return hops[-min(trusted, len(hops))].strip()
    return (scope.get("client") or ("",))[0]
