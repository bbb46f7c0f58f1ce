"""``manage.py announce_departures``: announce to open pages that seats have ended."""

from django.core.management.base import BaseCommand

from forum.handover.actions import announce_departures


class Command(BaseCommand):
    """For a site without socket processes, which do this by themselves."""

    help = "Announce to open pages the seats that have ended. It may be run at any time."

    def handle(self, **options):
        """Announce until none is left."""
        while announce_departures():
            pass
