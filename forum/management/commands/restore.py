"""``manage.py restore ARCHIVE``: the site as an archive of ``backup`` holds it."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from forum.operations.archives import BadArchive
from forum.operations.backups import restore_backup


class Command(BaseCommand):
    """Restore an archive, migrate it to this version, and verify the register of signatures."""

    help = __doc__
    requires_system_checks = []  # The database may be empty.

    def add_arguments(self, parser):
        """The archive, and whether what is there may go."""
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="even where the site has people: they go"
        )

    def handle(self, *, archive, replace, **options):
        """Print the register's newest line. Raise CommandError where nothing was restored."""
        if not replace and _has_people():
            raise CommandError("This site has people. To lose all of it, say --replace.")
        with tqdm(unit="B", unit_scale=True, disable=None) as bar:
            try:
                manifest = restore_backup(archive, bar.update)
            except BadArchive as problem:
                raise CommandError(
                    f"{archive}: {problem}\nNothing was restored: the site is as it was."
                ) from problem
        call_command("migrate", verbosity=0)
        self.stdout.write(f"Restored as of {manifest['created_at']}.")
        call_command("verify_register", stdout=self.stdout)


def _has_people():
    try:
        return get_user_model().objects.exists()
    except DatabaseError:
        return False  # No tables yet.
