"""``manage.py dev``: the forum with its demonstration, set up and served in one command."""

import os
import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from forum.site.demo.people import PASSWORD
from forum.site.demo.queries import DemoAccount, accounts_by_college

HOST = "127.0.0.1"
#: How many ports to try, from the one asked for.
_PORTS_TRIED = 20


class Command(BaseCommand):
    """Migrates, loads reference data and demonstration, lists its accounts, and serves."""

    help = "Set up, load the demonstration and serve pages and sockets on this machine."
    requires_system_checks = []  # runserver checks; so does migrate.

    def add_arguments(self, parser: CommandParser) -> None:
        """A port to serve on, and whether to serve at all."""
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")
        parser.add_argument(
            "--no-serve", action="store_true", help="stop once all is loaded and said"
        )

    def handle(self, *, port: int, no_serve: bool, **options: Any) -> None:
        """Do all of it; a process that the autoreloader starts again only serves."""
        if not settings.FORUM_DEMO:
            raise CommandError("Run it as « manage.py dev », which turns the demonstration on.")
        if os.environ.get(DJANGO_AUTORELOAD_ENV) == "true":
            return self._serve(os.environ["FORUM_DEV_ADDRESS"], options)
        for command in ("migrate", "load_network", "load_demo"):
            call_command(command, verbosity=0)
        free_port = None if no_serve else self._free_port(port)
        address = f"http://{HOST}:{free_port}" if free_port else None
        self._list_accounts(address)
        if address:
            os.environ["FORUM_DEV_ADDRESS"] = address
            connections.close_all()
            self._serve(address, options)

    def _free_port(self, first: int) -> int:
        """``first``, or else the next free port, which is printed."""
        if not 1 <= first <= 65535:
            raise CommandError(f"A port is a number from 1 to 65535, not {first}.")
        for port in range(first, min(first + _PORTS_TRIED, 65536)):
            if _is_free(port):
                if port != first:
                    self.stdout.write(f"Port {first} is taken; using {port} instead.")
                return port
        raise CommandError(f"Ports {first} to {port} are taken. Choose one with --port.")

    def _list_accounts(self, address: str | None) -> None:
        """Print some of the accounts, and the ``address`` that is served, if any."""
        rows = [
            (account.person.email, _label(account), college.name if college else "—")
            for college, accounts in accounts_by_college()
            for account in _examples(accounts)
        ]
        widths = [max((len(row[n]) for row in rows), default=0) for n in (0, 1)]
        self.stdout.write(f"\nDemonstration people; their password is {PASSWORD}\n\n")
        for email, label, college in rows:
            self.stdout.write(f"  {email:<{widths[0]}}  {label:<{widths[1]}}  {college}")
        if address:
            url = self.style.SUCCESS(f"{address}/")
            self.stdout.write(f"\nFoirail: {url}")
            self.stdout.write(f"Everyone, one click each: {address}/demonstration/\n\n")
        self.stdout.flush()

    def _serve(self, address: str, options: dict[str, Any]) -> None:
        """Serve pages, sockets and static files in one process, until Ctrl-C.

        The autoreloader starts it, and reads the settings anew.
        """
        netloc = urlsplit(address).netloc
        call_command("runserver", netloc, verbosity=options["verbosity"])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server does: a port whose last connections are closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _examples(accounts: list[DemoAccount]) -> list[DemoAccount]:
    """The accounts that are particular in some way, and two others."""
    plain = [account for account in accounts if not account.notes]
    return [account for account in accounts if account.notes or account in plain[:2]]


def _label(account: DemoAccount) -> str:
    name = account.person.full_name
    return f"{name} ({', '.join(account.notes)})" if account.notes else name
