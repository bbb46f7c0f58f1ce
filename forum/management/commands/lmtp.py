"""``manage.py lmtp``: receives mail over LMTP, from a mail server on this machine."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.mail.thread_mail.reception.lmtp import LmtpServer


class Command(BaseCommand):
    """Receives answers by mail over LMTP until it is told to stop."""

    help = "Receive answers by mail over LMTP, on this machine or a socket, until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where it listens."""
        parser.add_argument(
            "--listen",
            default="127.0.0.1:8024",
            help="127.0.0.1:8024, which is the default, [::1]:8024 or unix:/path/of/a/socket",
        )

    def handle(self, *, listen: str, **options: Any) -> None:
        """Serve; return once the mails that were being received are answered."""
        try:
            server = LmtpServer(listen)
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            asyncio.run(self._serve(server, listen))
        except OSError as fault:
            raise CommandError(f"{listen}: {fault}") from fault

    async def _serve(self, server: LmtpServer, listen: str) -> None:
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        await server.start()
        self.stdout.write(f"LMTP: {listen}")
        self.stdout.flush()
        await stopped.wait()
        await server.stop()
