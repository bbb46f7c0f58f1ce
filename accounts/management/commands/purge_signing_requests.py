"""``manage.py purge_signing_requests``: run daily, from a timer."""

from django.core.management.base import BaseCommand

from accounts.charter.signing_requests.actions import purge_requests


class Command(BaseCommand):
    """Delete signing requests whose time is over, with the acts and addresses in them."""

    help = __doc__

    def handle(self, *args, **options):
        """Delete them and print how many."""
        self.stdout.write(f"{purge_requests()} deleted")
