"""LMTP (RFC 2033): a mail server hands mail over and is answered for each address.

It listens on this machine only, or on a socket: whoever reaches it is believed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, AnyStr

from aiosmtpd.lmtp import LMTP
from asgiref.sync import sync_to_async
from django.db import connection

from forum.mail.incoming_mail.message import MAX_BYTES
from forum.mail.thread_mail.reception.answers import (
    ServerAnswer,
    answer_to_address,
    answer_to_long_mail,
    answers_to,
)

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session


#: Bytes from one line break to the next; addresses of one mail.
_MAX_LENGTH, _MAX_RECIPIENTS = 1_000_000, 100
#: Seconds that a connection may say nothing, and that a server which stops waits.
_SILENCE, _STOP_SECONDS = 300, 30
#: What aiosmtpd says once of a mail, where each of its addresses is to be answered.
_OF_THE_MAIL = "500 Line too long", "552 Error: Too much mail data"


class ListenAddress:
    """Where to listen: ``127.0.0.1:8024``, ``[::1]:8024`` or ``unix:/run/foirail/lmtp.sock``.

    Raise ValueError for what is neither a socket nor this machine's own.
    """

    def __init__(self, text: str) -> None:
        self.path = text.removeprefix("unix:") if text.startswith("unix:") else ""
        if self.path:
            return
        host, colon, port = text.rpartition(":")
        self.host, self.port = host.strip("[]"), int(port) if port.isdecimal() else -1
        if not colon or not ip_address(self.host).is_loopback or self.port not in range(65_536):
            raise ValueError(f"{text} is no address of this machine.")


class _Connection(LMTP):
    """One connection of a mail server."""

    def __init__(self, server: LmtpServer) -> None:
        # Longer ones than RFC 5321 allows are read all the same.
        self.line_length_limit = _MAX_LENGTH
        hooks = SimpleNamespace(handle_RCPT=server.add_recipient, handle_DATA=server.receive)
        super().__init__(
            hooks, data_size_limit=MAX_BYTES, hostname="foirail", ident="LMTP", timeout=_SILENCE
        )
        self._connections = server.connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.discard(self)
        super().connection_lost(error)

    async def push(self, status: AnyStr) -> None:
        if isinstance(status, str) and status.startswith("552 Error"):
            await _in_database(answer_to_long_mail)
        if isinstance(status, str) and status.startswith(_OF_THE_MAIL):
            recipients = self.envelope.rcpt_tos if self.envelope else []
            status = "\r\n".join([status] * len(recipients))
        await super().push(status)


class LmtpServer:
    """Listens once ``start`` has returned, until ``stop``.

    ``receiver``: runs what receives a mail, one after another, so that meanwhile other servers
    are told whose addresses are; by default in a thread of its own.
    """

    def __init__(self, listen: str, receiver: ThreadPoolExecutor | None = None) -> None:
        self._address = ListenAddress(listen)
        self._server: asyncio.Server | None = None
        self._at_work: set[asyncio.Future[None]] = set()
        self.connections: set[_Connection] = set()
        self._receiver = receiver or ThreadPoolExecutor(1)

    async def start(self) -> None:
        """Listen. A socket is open to the group of its folder's owner."""
        loop, make = asyncio.get_running_loop(), lambda: _Connection(self)
        if path := self._address.path:
            self._server = await loop.create_unix_server(make, path)
            Path(path).chmod(0o660)
        else:
            host, port = self._address.host, self._address.port
            self._server = await loop.create_server(make, host, port)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Take no further mail; answer those that are being received, then hang up."""
        assert self._server is not None
        self._server.close()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=_STOP_SECONDS)
        for open_connection in list(self.connections):
            if open_connection.transport:
                open_connection.transport.close()  # It sends what is to be sent still.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), _STOP_SECONDS)
        if self._address.path:
            Path(self._address.path).unlink(missing_ok=True)

    async def add_recipient(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """The answer to RCPT: whether the address is somebody's."""
        if len(envelope.rcpt_tos) >= _MAX_RECIPIENTS:
            return "452 4.5.3 Trop de destinataires."
        answer = await _in_database(answer_to_address, address)
        if answer is ServerAnswer.TAKEN:
            envelope.rcpt_tos.append(address)
        return answer.reply

    async def receive(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The answers to a mail, one for each address (RFC 2033, 4.2)."""
        sender = (envelope.mail_from or "").strip("<>").encode("utf-8", "surrogateescape")
        raw = b"Return-Path: <%s>\r\n%s" % (sender, envelope.original_content)
        finished = asyncio.get_running_loop().create_future()
        self._at_work.add(finished)
        try:
            receive = sync_to_async(_receive, thread_sensitive=False, executor=self._receiver)
            answers = await receive(raw, envelope.rcpt_tos)
        finally:
            self._at_work.discard(finished)
            finished.set_result(None)
        return "\r\n".join(answer.reply for answer in answers)


def _receive(raw: bytes, recipients: list[str]) -> list[ServerAnswer]:
    """The answers to the mail ``raw``; no connection that is old is left behind."""
    try:
        return answers_to(raw, recipients)
    finally:
        connection.close_if_unusable_or_obsolete()


@sync_to_async
def _in_database[**P](
    answer: Callable[P, ServerAnswer], *args: P.args, **kwargs: P.kwargs
) -> ServerAnswer:
    """Call ``answer`` in the thread that asks the database; keep no connection that is old."""
    try:
        return answer(*args, **kwargs)
    finally:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
