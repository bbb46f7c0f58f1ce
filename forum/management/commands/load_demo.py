"""``manage.py load_demo``: a network of invented members, to try the forum with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from forum.site.demo.avatars import create_avatars
from forum.site.demo.loading import load_demo
from forum.site.demo.public_sheets import create_public_sheets
from forum.site.demo.sheets import create_more_sheets
from forum.site.demo.tools import create_tools


class Command(BaseCommand):
    """Loads the demonstration once, where demonstrations are allowed."""

    help = (
        "Load invented organisations, people and threads, once. Their password is public, "
        "so this needs FORUM_DEMO=1, which production refuses."
    )

    def handle(self, **options: Any) -> None:
        """Load the demonstration, and print whether it was there."""
        if not settings.FORUM_DEMO:
            raise CommandError(
                "Set FORUM_DEMO=1 to load the demonstration: its people all have one public "
                "password, so it has no place on a real site."
            )
        is_new = load_demo()
        if is_new:
            create_tools()
            create_avatars()
            create_more_sheets(now := timezone.now())
            create_public_sheets(now)
        if options["verbosity"]:
            self.stdout.write(f"Demonstration: {'loaded' if is_new else 'there already'}.")
