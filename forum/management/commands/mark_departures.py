"""``manage.py announce_departures``: tell open pages who has left."""

from django.core.management.base import BaseCommand

from forum.handover.actions import announce_departures


class Command(BaseCommand):
    """For a site without processes of sockets, which do this by themselves."""

    help = "Tell open pages of the mandates that have ended. Run it again whenever you like."

    def handle(self, **options):
        """Go on until nothing is left to tell."""
        while announce_departures():
            pass
