"""``manage.py index``: rebuilds or completes the search index."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from tqdm import tqdm

from forum.base.search_index.analysis import VERSION
from forum.base.search_index.models import IndexedWord, PostDocument, ThreadDocument
from forum.base.search_index.queries import index_states, threads_to_index
from forum.base.search_index.reindexing.actions import (
    begin_again,
    learn_next_words,
    threads_indexed,
)


class Command(BaseCommand):
    """Completes the index of searches while the site runs; interrupted, it goes on later."""

    help = (
        "Index the threads that searches do not find yet. The site may run meanwhile; "
        "interrupted, the command goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to begin again, or to say only how far it is."""
        parser.add_argument(
            "--again", action="store_true", help="index all threads anew, from the first"
        )
        parser.add_argument(
            "--status", action="store_true", help="say what the index holds, and change nothing"
        )

    def handle(self, *, again: bool, status: bool, **options: Any) -> None:
        """Index step by step, with a bar of threads."""
        if status:
            self._write_status()
            return
        if again:
            begin_again()
        bar = tqdm(
            threads_indexed(),
            total=threads_to_index(),
            unit=" threads",
            disable=None if options["verbosity"] else True,
        )
        threads = sum(1 for _thread in bar)
        while learn_next_words():
            pass
        _analyze()
        if options["verbosity"]:
            self.stdout.write(f"The index is complete: {threads} threads more.")

    def _write_status(self) -> None:
        states = index_states()
        for version, indexed, posts in states:
            state = f"in progress, at thread {version.last_thread}"
            if version.finished_at:
                state = f"complete since {version.finished_at:%Y-%m-%d %H:%M}"
            self.stdout.write(f"Version {version}: {indexed} of {posts} posts, {state}.")
        if all(state.version.version != VERSION for state in states):
            self.stdout.write(f"Version {VERSION}: not begun.")


def _analyze() -> None:
    """Have the database look at what it holds now, as it does by itself in time."""
    with connection.cursor() as cursor:
        for model in (ThreadDocument, PostDocument, IndexedWord):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
