"""``manage.py set_mail_content``: what mails tell of a space in which no animator writes."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from forum.base.spaces.models import MailContent
from forum.models import Space
from forum.site.space_settings.actions import set_mail_content


class Command(BaseCommand):
    """Sets whether mails bring texts, titles alone, or neither."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which space, and what."""
        parser.add_argument("slug", help="of the space, as in its address")
        parser.add_argument("content", choices=MailContent.values)

    def handle(self, *, slug: str, content: str, **options: Any) -> None:
        """Set it."""
        try:
            set_mail_content(slug, MailContent(content))
        except Space.DoesNotExist:
            raise CommandError("There is no such space.") from None
        self.stdout.write(f"Mails of {slug}: {content}.")
