"""``manage.py index``: what search finds, made anew or completed."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from forum.models import Post, Thread
from forum.search_index.analysis import VERSION
from forum.search_index.indexing import begin_again, index_next_threads, learn_next_words
from forum.search_index.models import IndexVersion, PostDocument


class Command(BaseCommand):
    """Completes the index of searches while the site runs; interrupted, it goes on later."""

    help = (
        "Index the threads that searches do not find yet. The site may run meanwhile; "
        "interrupted, the command goes on where it was."
    )

    def add_arguments(self, parser):
        """Whether to begin again, or to say only how far it is."""
        parser.add_argument(
            "--again", action="store_true", help="index all threads anew, from the first"
        )
        parser.add_argument(
            "--status", action="store_true", help="say what the index holds, and change nothing"
        )

    def handle(self, *, again, status, **options):
        """Index step by step, with a bar of threads."""
        if status:
            self._say_status()
            return
        if again:
            begin_again()
        quiet = None if options["verbosity"] else True
        posts = self._index(quiet)
        while learn_next_words():
            pass
        if options["verbosity"]:
            self.stdout.write(
                f"The index is complete (version {VERSION}): {posts} posts indexed."
            )

    def _index(self, quiet):
        done = IndexVersion.objects.filter(version=VERSION).values_list(
            "last_thread", flat=True
        )
        left = Thread.objects.filter(pk__gt=done.first() or 0).count()
        posts = 0
        with tqdm(total=left, unit=" threads", disable=quiet) as bar:
            while not (step := index_next_threads()).is_last:
                bar.update(step.threads)
                posts += step.posts
        return posts

    def _say_status(self):
        total = Post.objects.filter(deleted_at=None).count()
        for index in IndexVersion.objects.order_by("version"):
            number = PostDocument.objects.filter(version=index.version).count()
            state = f"in progress, at thread {index.last_thread}"
            if index.finished_at:
                state = f"complete since {index.finished_at:%Y-%m-%d %H:%M}"
            self.stdout.write(f"version {index.version}: {number} of {total} posts, {state}")
        if not IndexVersion.objects.filter(version=VERSION).exists():
            self.stdout.write(f"version {VERSION}: not begun; manage.py index begins it")
