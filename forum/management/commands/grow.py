"""``manage.py grow``: a large forum, or the mails of a large list, to measure on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from forum.site.demo.growth import thread_sizes
from forum.site.demo.growth.loading import grow
from forum.site.demo.growth.mailing_list import write_mailing_list
from forum.site.reference_data.loading import load_reference_data


class Command(BaseCommand):
    """Adds invented people and threads to the database, in the numbers asked for."""

    help = (
        "Add invented people who talk a lot, to measure the forum when it is large. "
        "Do not run it where real people meet: there is no taking it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many threads, posts, people, or mails; and from which seed."""
        parser.add_argument("--threads", type=int, default=2000, help="default: 2000")
        parser.add_argument("--posts", type=int, default=40_000, help="in all; default: 40000")
        parser.add_argument("--people", type=int, default=500, help="default: 500")
        parser.add_argument(
            "--deep", type=int, default=0, help="give one thread exactly this many posts"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same gives the same")
        parser.add_argument(
            "--mbox",
            metavar="FILE",
            help="write an invented list to this file, and nothing to the database",
        )
        parser.add_argument(
            "--mails", type=int, default=4716, help="of that list; default: 4716"
        )
        parser.add_argument(
            "--password", help="a password for all of them; without it they cannot sign in"
        )

    def handle(
        self,
        *,
        threads: int,
        posts: int,
        people: int,
        deep: int,
        seed: int,
        password: str | None,
        **options: Any,
    ) -> None:
        """Check the numbers, load the reference data, and add to it; or write mails."""
        if options["mbox"]:
            self._write_mbox(options["mbox"], options["mails"], seed, options["verbosity"])
            return
        try:
            thread_sizes.check_sizes(threads, posts, people, deep)
        except thread_sizes.ImpossibleSizes as impossible:
            raise CommandError(str(impossible)) from impossible
        load_reference_data()
        created = grow(
            threads=threads, posts=posts, people_count=people, deep=deep,
            seed=seed, password=password,
        )  # fmt: skip
        quiet = None if options["verbosity"] else True
        bar = tqdm(created, total=threads, unit=" threads", disable=quiet)
        urls = [thread.get_absolute_url() for thread in bar]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # As a database does by itself, in time.
        if options["verbosity"]:
            self.stdout.write(f"Added {people} people, {threads} threads and {posts} posts.")
            self.stdout.write(f"The {'deep' if deep else 'first'} one: {urls[0]}")

    def _write_mbox(self, path: str, mails: int, seed: int, verbosity: int) -> None:
        if mails < 1:
            raise CommandError("Ask for one mail at least.")
        try:
            with open(path, "wb") as file:
                created = write_mailing_list(file, mails, seed)
                bar = tqdm(created, total=mails, unit=" mails", disable=not verbosity or None)
                count = sum(1 for _number in bar)
        except OSError as problem:
            raise CommandError(f"{path} cannot be written: {problem.strerror}.") from problem
        if verbosity:
            self.stdout.write(f"Wrote {count} mails to {path}.")
