"""``manage.py dev``: the forum with its demonstration, set up and served in one command."""

import os
import socket

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from forum.demo.people import PASSWORD
from forum.demo.queries import accounts_by_college

HOST = "127.0.0.1"
#: Ports tried, from the one asked for.
_TRIED = 20


class Command(BaseCommand):
    """Migrates, loads the network and the demonstration, says who one may be, and serves."""

    help = "Set up, load the demonstration and serve pages and sockets on this machine."
    requires_system_checks = []  # runserver checks; so does migrate.

    def add_arguments(self, parser):
        """A port to serve on, and whether to serve at all."""
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")
        parser.add_argument(
            "--no-serve", action="store_true", help="stop once all is loaded and said"
        )

    def handle(self, *, port, no_serve, **options):
        """Do it all once; what the autoreloader starts again only serves."""
        if not settings.FORUM_DEMO:
            raise CommandError("Run it as « manage.py dev », which turns the demonstration on.")
        if os.environ.get(DJANGO_AUTORELOAD_ENV) == "true":
            return self._serve(int(os.environ["FOIRAIL_PORT"]), options)
        for command in ("migrate", "load_network", "load_demo"):
            call_command(command, verbosity=0)
        free = None if no_serve else self._free_port(port)
        self._say_who(free)
        if free:
            os.environ["FOIRAIL_PORT"] = str(free)
            connections.close_all()
            self._serve(free, options)

    def _free_port(self, asked):
        """``asked``, or the next port that nobody listens on, saying so."""
        if not 1 <= asked <= 65535:
            raise CommandError(f"A port is a number from 1 to 65535, not {asked}.")
        for port in range(asked, min(asked + _TRIED, 65536)):
            if _is_free(port):
                if port != asked:
                    self.stdout.write(f"Port {asked} is taken; using {port} instead.")
                return port
        raise CommandError(f"Ports {asked} to {port} are taken. Choose one with --port.")

    def _say_who(self, port):
        """The address, and a line for some of the people one may be."""
        rows = [
            (demo_account.person.email, _who(demo_account), college.name if college else "—")
            for college, demo_accounts in accounts_by_college()
            for demo_account in _telling(demo_accounts)
        ]
        widths = [max((len(row[n]) for row in rows), default=0) for n in (0, 1)]
        self.stdout.write(f"\nDemonstration people; their password is {PASSWORD}\n\n")
        for email, who, college in rows:
            self.stdout.write(f"  {email:<{widths[0]}}  {who:<{widths[1]}}  {college}")
        if port:
            address = self.style.SUCCESS(f"http://{HOST}:{port}/")
            self.stdout.write(f"\nFoirail: {address}")
            self.stdout.write(
                f"Everyone, one click each: http://{HOST}:{port}/demonstration/\n\n"
            )
        self.stdout.flush()

    def _serve(self, port, options):
        """Pages, sockets and static files in one process, until Ctrl-C."""
        call_command("runserver", f"{HOST}:{port}", verbosity=options["verbosity"])


def _is_free(port):
    with socket.socket() as probe:
        # As the server will: a port that only waits out its last connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _telling(demo_accounts):
    """Whoever has something particular, and two more who stand for their college."""
    plain = [demo_account for demo_account in demo_accounts if not demo_account.notes]
    return [
        demo_account
        for demo_account in demo_accounts
        if demo_account.notes or demo_account in plain[:2]
    ]


def _who(demo_account):
    name = demo_account.person.full_name
    return f"{name} ({', '.join(demo_account.notes)})" if demo_account.notes else name
