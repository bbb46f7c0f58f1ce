"""``manage.py purge_notification_changes``: run daily, from a timer."""

from django.core.management.base import BaseCommand

from forum.inbox.actions import purge_changes


class Command(BaseCommand):
    """Forget what told that notifications changed, but for the newest of each person."""

    help = __doc__

    def handle(self, *args, **options):
        """Forget them and print how many."""
        self.stdout.write(f"{purge_changes()} deleted")
