"""``manage.py fetch_mail``: receives mail from a mailbox, which is emptied."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from forum.mail.thread_mail.mailbox.actions import FAULTS, fetch


class Command(BaseCommand):
    """Receives the answers by mail that lie in a mailbox."""

    help = "Receive the answers by mail that lie in the mailbox FORUM_IMAP_URL."

    def handle(self, **options: Any) -> None:
        """Receive them once; the worker does so every minute."""
        if not settings.FORUM_IMAP_URL:
            raise CommandError("FORUM_IMAP_URL is not set.")
        try:
            self.stdout.write(str(fetch(settings.FORUM_IMAP_URL)))
        except FAULTS as fault:
            raise CommandError(str(fault)) from fault
