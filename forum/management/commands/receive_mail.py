"""``manage.py receive_mail``: receives mail by a pipe, one message at a time."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from forum.mail.incoming_mail.message import MAX_BYTES
from forum.mail.thread_mail.reception.answers import answer_to


class Command(BaseCommand):
    """Publishes an answer by mail; its exit code says whether to try again or to bounce."""

    help = (
        "Publish an answer by mail: read one raw message from standard input. Exit codes are "
        "those of sysexits.h."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """To whom it was sent, where no header says so."""
        parser.add_argument(
            "--recipient",
            default="",
            help="the address that it was sent to; default: of RECIPIENT, else of its headers",
        )

    def handle(self, *, recipient: str, **options: Any) -> None:
        """Receive it; exit by the code that says how it ended."""
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        answer = answer_to(raw, recipient or os.environ.get("RECIPIENT", ""))
        if answer.exit_code:
            self.stderr.write(answer.words)
            sys.exit(answer.exit_code)
