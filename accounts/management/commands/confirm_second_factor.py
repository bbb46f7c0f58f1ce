"""``manage.py confirm_second_factor``: the first animator of a site waits for nobody."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.factor_waits.actions import confirm_factor
from accounts.users.models import User


class Command(BaseCommand):
    """Opens the rights of an animator or administrator whose first second factor waits."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose it is: you have made sure of it."""
        parser.add_argument("email", help="the address that they sign in with")

    def handle(self, *, email: str, **options: Any) -> None:
        """Confirm the second factor, and print whose."""
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError("No account has this address.")
        try:
            confirm_factor(person.pk, None)
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"The second factor of account {person.pk} opens its rights now.")
