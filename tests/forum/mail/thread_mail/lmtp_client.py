"""A mail server that hands mail over by LMTP, and is told the answers."""

import asyncio
import smtplib
from functools import partial

from asgiref.sync import SyncToAsync, async_to_sync

from forum.mail.thread_mail.reception.lmtp import LmtpServer

#: A server that says nothing fails a test, and does not hold it.
connect = partial(smtplib.LMTP, timeout=10)


def over_lmtp(talk, listen="127.0.0.1:0"):
    """What ``talk(client)`` gives, in another thread, as a mail server would."""

    async def serve():
        # In the thread in which sockets ask, whose connection is kept from test to test.
        server = LmtpServer(listen, SyncToAsync.single_thread_executor)
        await server.start()
        try:
            return await asyncio.to_thread(_talk, talk, listen, server)
        finally:
            await server.stop()

    return async_to_sync(serve)()


def _talk(talk, listen, server):
    path = listen.removeprefix("unix:")
    client = connect(path, 0) if path != listen else connect("127.0.0.1", server.port)
    with client:
        return talk(client)


def hand_over(raw, *recipients):
    """The code and the words for each recipient, of RCPT if that refuses it, else of DATA."""

    def talk(client):
        client.ehlo()
        client.mail("claire@example.org")
        given = {it: client.rcpt(it) for it in recipients}
        taken = [it for it, (code, _words) in given.items() if code == 250]
        if not taken:
            return list(given.values())
        client.docmd("DATA")
        client.send(raw.replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
        given |= {it: client.getreply() for it in taken}
        return list(given.values())

    return over_lmtp(talk)
