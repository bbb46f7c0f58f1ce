"""``manage.py extract_reply``: what a mail that answers would be published as."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from forum.mail.incoming_mail.message import plain_text
from forum.mail.incoming_mail.reply_text import extract_reply


class Command(BaseCommand):
    """Prints the text that a reply by mail has for the forum."""

    help = (
        "Print what a reply by mail would be published as: read a raw message from standard "
        "input, or with --text its plain body alone."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether a plain body is given, and whether what is folded is asked for instead."""
        parser.add_argument("--text", action="store_true", help="read a plain body, in UTF-8")
        parser.add_argument(
            "--folded", action="store_true", help="print what is left out instead"
        )

    def handle(self, *, text: bool, folded: bool, **options: Any) -> None:
        """Read all of standard input; print it without what was quoted and signed."""
        raw = sys.stdin.buffer.read()
        body = raw.decode("utf-8", errors="replace") if text else plain_text(raw)
        reply = extract_reply(body)
        self.stdout.write(reply.folded if folded else reply.text)
