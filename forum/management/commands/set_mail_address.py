"""``manage.py set_mail_address``: the address of a space in which no animator writes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError

from forum.models import Space
from forum.site.space_settings.actions import set_mail_address
from forum.site.space_settings.queries import is_site_address


class Command(BaseCommand):
    """Sets by which address members write to a space, such as that of an old list."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which space, and which."""
        parser.add_argument("slug", help="of the space, as in its address")
        parser.add_argument("address", nargs="?", default="", help="none takes it away")

    def handle(self, *, slug: str, address: str, **options: Any) -> None:
        """Set it."""
        try:
            if address:
                validate_email(address)
            if is_site_address(address):
                raise CommandError("That is an address of the site itself.")
            set_mail_address(slug, address)
        except ValidationError:
            raise CommandError("That is no address.") from None
        except Space.DoesNotExist:
            raise CommandError("There is no such space.") from None
        except IntegrityError:
            raise CommandError("That is the address of another space.") from None
        self.stdout.write(f"Address of {slug}: {address.lower() or 'none'}.")
