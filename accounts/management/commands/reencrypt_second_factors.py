"""``manage.py reencrypt_second_factors``: before a key of the site is taken away."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.users.actions import reencrypt_second_factors


class Command(BaseCommand):
    """Encrypt the secrets of all second factors with today's key of the site."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt the second factors anew, and print how many."""
        self.stdout.write(f"{reencrypt_second_factors()} encrypted with today's key")
