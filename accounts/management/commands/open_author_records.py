"""``manage.py open_author_records``: what is kept of an author, where the law asks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.author_records.actions import open_records
from accounts.base.parsing import parse_natural_number
from accounts.users.models import User

if TYPE_CHECKING:
    pass


class Command(BaseCommand):
    """Print what is kept of an author; the log of moderation notes who opened it and why."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, by whom, and on what request."""
        about = parser.add_mutually_exclusive_group(required=True)
        about.add_argument("--person", help="the number of a person, or their address")
        about.add_argument("--post", type=int, help="the number of a post: /messages/NUMBER/")
        parser.add_argument("--by", required=True, help="who opens them: a name and a function")
        parser.add_argument(
            "--reason", required=True, help="who asks, and the request's number"
        )

    def handle(
        self,
        *args: Any,
        by: str,
        reason: str,
        person: str | None = None,
        post: int | None = None,
        **options: Any,
    ) -> None:
        """Note it in the log, then print the records as JSON, one a line."""
        person_id = None if person is None else _person_id(person)
        try:
            records = open_records(by=by, reason=reason, person_id=person_id, post_id=post)
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from None
        for record, values in records:
            line = {
                "at": record.at.isoformat(),
                "category": record.category,
                "person": record.person_id,
                "post": record.post_id,
                "operation": record.operation,
                "values": values if values is not None else "encrypted with another key",
            }
            self.stdout.write(json.dumps(line, ensure_ascii=False))
        self.stderr.write(f"{len(records)} records; the log of moderation has noted it")


def _person_id(given: str) -> int:
    if (number := parse_natural_number(given)) is not None:
        return number
    pk = User.objects.filter(email__iexact=given).values_list("pk", flat=True).first()
    if pk is None:
        raise CommandError("No account has this address: give the person's number.")
    return pk
