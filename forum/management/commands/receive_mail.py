"""``manage.py receive_mail``: the door of mail, one message on standard input."""

import os
import sys

from django.core.management.base import BaseCommand
from django.db import OperationalError

from forum.incoming_mail.message import MAX_BYTES, MailUnreadable
from forum.thread_mail.replies.actions import Received, receive_reply

#: What ends the command is read by the mail server (sysexits.h, where Windows has no names).
_DATAERR, _NOUSER, _TEMPFAIL, _NOPERM = 65, 67, 75, 77
_CODES = {
    Received.SETTLED: (0, ""),
    Received.AUTOMATIC: (0, ""),
    Received.UNKNOWN_ADDRESS: (_NOUSER, "Cette adresse n’est pas celle d’un fil."),
    Received.OTHER_SENDER: (
        _NOPERM,
        "Cette adresse de réponse est celle d’une autre personne.",
    ),
}


class Command(BaseCommand):
    """Publishes an answer by mail; its exit code says whether to try again or to bounce."""

    help = (
        "Publish an answer by mail: read one raw message from standard input. Exit codes are "
        "those of sysexits.h."
    )

    def add_arguments(self, parser):
        """To whom it was sent, where no header says so."""
        parser.add_argument(
            "--recipient",
            default="",
            help="the address that it was sent to; default: of RECIPIENT, else of its headers",
        )

    def handle(self, *, recipient, **options):
        """Receive it; exit by the code that says how it ended."""
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        to = recipient or os.environ.get("RECIPIENT", "")
        try:
            code, words = _CODES[receive_reply(raw, to)]
        except MailUnreadable:
            code, words = _DATAERR, "Ce courriel n’a pas pu être lu."
        except OperationalError as fault:
            code, words = _TEMPFAIL, str(fault)
        if code:
            self.stderr.write(words)
            sys.exit(code)
