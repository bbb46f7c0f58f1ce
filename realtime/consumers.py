"""The consumers of the sockets: accept, hold a connection, apply what its page sends."""

import ipaddress
import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict

from accounts.base.parsing import parse_natural_number
from forum.finding.lists.changes import parse_known
from forum.finding.lists.listing import Listing
from realtime import limits
from realtime.connections import FRAME_WRITER, Connection, ListConnection, ThreadConnection
from realtime.handshake import Receive, Scope, Send
from realtime.hub import current_hub
from realtime.rooms import Room

log = logging.getLogger("realtime.clients")

#: Characters of a summary of readers; more than any page of ours has.
MAX_SUMMARY_LENGTH = 400
#: The largest id there is, in any of our databases.
MAX_ID = 2**63 - 1


async def thread_consumer(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a page of a thread at change ``?after=``; ``&reading``: it is in view.

    ``&readers=``: the summary of who reads the thread, as the page shows it.
    """
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
    await _accept(receive, send)
    connection = ThreadConnection(
        after,
        "reading" in params,
        params["readers"][:MAX_SUMMARY_LENGTH] if "readers" in params else None,
        **_connection_options(scope, send),
    )
    room = current_hub().registry.thread_room(thread_id)
    return await _run_connection(connection, room, scope, receive)


async def list_consumer(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a page of a list, which says what it shows in ``?known=``."""
    try:
        params = QueryDict(scope["query_string"])
    except SuspiciousOperation:
        return await _reject(receive, send, limits.RELOAD)
    known = frozenset(parse_known(params.get("known", "")).items())
    listing = Listing.from_query(params)
    await _accept(receive, send)
    connection = ListConnection(known, **_connection_options(scope, send))
    room = current_hub().registry.list_room(listing)
    return await _run_connection(connection, room, scope, receive)


async def _run_connection[C: Connection](
    connection: C, room: Room[C], scope: Scope, receive: Receive
) -> None:
    hub, address = current_hub(), _client_address(scope)
    hub.join(connection, room, address)
    try:
        while (message := await receive())["type"] != "websocket.disconnect":
            if connection.is_open:
                _apply_message(connection, room, message)
    finally:
        hub.leave(connection, address)


def _apply_message[C: Connection](
    connection: C, room: Room[C], message: dict[str, Any]
) -> None:
    try:
        room.on_message(connection, connection.receive(message))
    except limits.ClientFault as fault:
        log.warning("A client was cut off with code %s.", fault.close_code)
        connection.close(fault.close_code)


def _connection_options(scope: Scope, send: Send) -> dict[str, Any]:
    frame_writer = scope.get("extensions", {}).get(FRAME_WRITER)
    return {"handshake": scope["handshake"], "send": send, "frame_writer": frame_writer}


async def _accept(receive: Receive, send: Send) -> None:
    """Accept before anything is asked: a close code says more than a refused handshake."""
    await receive()
    await send({"type": "websocket.accept"})


async def _reject(receive: Receive, send: Send, close_code: int) -> None:
    await _accept(receive, send)
    await send({"type": "websocket.close", "code": close_code})


def _client_address(scope: Scope) -> str:
    """The visitor's address, as the trusted proxies in front give it.

    Of an IPv6 address the first 64 bits: one subscriber has all the others of that network.
    """
    address = _forwarded_address(scope)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # No address at all, such as a Unix socket's.
        return address
    if parsed.version == 4:
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((int(parsed), 64), strict=False))


def _forwarded_address(scope: Scope) -> str:
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted:
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                hops: list[str] = value.decode("latin1").split(",")
                return hops[-min(int(trusted), len(hops))].strip()
    client: tuple[str, int] | None = scope.get("client")
    return client[0] if client else ""
