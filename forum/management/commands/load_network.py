"""``manage.py load_network``: colleges, spaces, topics, tags, territories…"""

from typing import Any

from django.core.management.base import BaseCommand

from forum.site.reference_data.loading import load_communes, load_reference_data


class Command(BaseCommand):
    """Creates what is missing of the network's reference data."""

    help = (
        "Create the colleges, spaces, topics, tags, synonyms, departments, territories, "
        "communes and first charter that are missing. "
        "Of what exists only the keys of the search are made anew, so it is safe to run again "
        "after editing."
    )

    def handle(self, **options: Any) -> None:
        """Load it, and print what was created."""
        created = load_reference_data() | load_communes()
        if options["verbosity"]:
            counts = ", ".join(f"{count} {name}" for name, count in created.items())
            self.stdout.write(f"Network: {f'created {counts}' if counts else 'all there'}.")
