"""``manage.py close_account``: close the account of somebody who cannot do it themselves."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.closing.actions import ask_to_close
from accounts.closing.mail import send_asked
from accounts.models import User
from forum.members.closing.actions import close_account


class Command(BaseCommand):
    """Closes an account after the usual wait or, with ``--now``, at once."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose account, when, and what becomes of the posts."""
        parser.add_argument("email", help="the address that they sign in with")
        parser.add_argument("--now", action="store_true", help="without the wait")
        parser.add_argument(
            "--delete-posts", action="store_true", help="erase the text of all their posts"
        )

    def handle(self, *, email: str, now: bool, delete_posts: bool, **options: Any) -> None:
        """Ask for it, or do it to the end; say what was done."""
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError("No account has this address.")
        try:
            closing = ask_to_close(person, delete_posts, days=0 if now else None)
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from None
        if not now:
            send_asked(closing)
            day = timezone.localtime(closing.due_at).date()
            self.stdout.write(f"Account {person.pk} will be closed on {day}.")
        elif close_account(person):
            self.stdout.write(f"Account {person.pk} is closed.")
        else:
            raise CommandError("It was taken back meanwhile, or may not be closed.")
