"""``manage.py verify_register``: check the hash chain of signatures and their documents."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.base.parsing import parse_natural_number
from accounts.charter import hash_chain, verification


class Command(BaseCommand):
    """Checks the register; lists what was altered."""

    help = (
        "Check the register of signatures line by line: that none was altered, removed or put "
        "elsewhere, and that signatures, acts and charter versions are what it says. Note the "
        "hash that it prints, somewhere else: with --since, a later run proves that line too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--since``."""
        parser.add_argument(
            "--since", metavar="NUMBER:HASH", help="a line as an earlier run printed it"
        )

    def handle(self, *, since: str | None, **options: Any) -> None:
        """Print the newest line. Raise CommandError where there are problems, each printed."""
        problems = [*verification.register_problems(), *verification.document_problems()]
        problems += _noted_line_problems(since) if since else ()
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} things are not as they were written.")
        number, sha256 = hash_chain.last_line()
        self.stdout.write(f"The register is whole: {number}:{sha256}")


def _noted_line_problems(since: str) -> Iterator[str]:
    typed, _colon, sha256 = since.partition(":")
    number = parse_natural_number(typed)
    if number is None:
        raise CommandError("--since takes a line as it was printed: NUMBER:HASH.")
    if not hash_chain.has_line(number, sha256):
        yield f"Line {number} is not the one that was noted."
