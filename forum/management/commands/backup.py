"""``manage.py backup ARCHIVE``: database and files in one archive, while the site serves."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from forum.site.operations.archives import BackupError
from forum.site.operations.backups import check_archive, create_backup


class Command(BaseCommand):
    """Write an archive, and read it whole again; ``--check`` only reads one."""

    help = __doc__
    requires_system_checks = []  # One of them would make a SQLite database that is missing.

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive, and whether only to check it."""
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="read an archive that there is, and no more"
        )

    def handle(self, *, archive: Path, check: bool, **options: Any) -> None:
        """Print when it was made. Raise CommandError where it is not whole."""
        with tqdm(unit="B", unit_scale=True, disable=None) as bar:
            try:
                if not check:
                    create_backup(archive, bar.update)
                manifest = check_archive(archive, bar.update)
            except (BackupError, OSError) as problem:
                raise CommandError(f"{archive}: {problem}") from problem
        self.stdout.write(f"{archive} is whole, of {manifest['created_at']}.")
