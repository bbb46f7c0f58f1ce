"""``manage.py restore ARCHIVE``: the site as an archive of ``backup`` holds it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from forum.site.operations.archives import BackupError
from forum.site.operations.restoration import (
    discard_replaced,
    has_people,
    is_replaced,
    put_back,
    restore_backup,
)


class Command(BaseCommand):
    """Restore an archive, migrate it to this version, and verify the register of signatures.

    What it replaces is set aside until ``--discard`` deletes it or ``--undo`` puts it back.
    """

    help = __doc__
    requires_system_checks = []  # The database may be empty.

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive, and whether what is there may go; or what becomes of what was there."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("archive", type=Path, nargs="?")
        what.add_argument(
            "--undo", action="store_true", help="put back what the last restoration replaced"
        )
        what.add_argument(
            "--discard", action="store_true", help="delete what the last restoration replaced"
        )
        parser.add_argument(
            "--replace", action="store_true", help="even where the site has people"
        )

    def handle(
        self, *, archive: Path, undo: bool, discard: bool, replace: bool, **options: Any
    ) -> None:
        """Print the register's newest line. Raise CommandError where nothing was restored."""
        if undo or discard:
            self._end(put_back if undo else discard_replaced)
            return
        if not replace and has_people():
            raise CommandError(
                "This site has people, or a database that cannot be read. To have the archive "
                "instead, add --replace."
            )
        with tqdm(unit="B", unit_scale=True, disable=None) as bar:
            try:
                manifest = restore_backup(archive, bar.update)
            except (BackupError, OSError) as problem:
                raise CommandError(
                    f"{archive}: {problem}\nNothing was restored: the site is as it was."
                ) from problem
        if is_replaced():
            self.stdout.write(
                "What was there is set aside: restore --undo puts it back; once the site has "
                "started on what came, restore --discard deletes it."
            )
        call_command("migrate", verbosity=0)
        self.stdout.write(f"Restored as of {manifest['created_at']}.")
        call_command("verify_register", stdout=self.stdout)

    def _end(self, act: Callable[[], object]) -> None:
        if not is_replaced():
            raise CommandError("Nothing that a restoration replaced is set aside.")
        try:
            act()
        except BackupError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write("It is done.")
