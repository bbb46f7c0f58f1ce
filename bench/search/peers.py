"""What other forums' ways of searching do with the same posts and the same queries.

``python -m bench.search.peers --peer french`` makes a table of its own in the PostgreSQL
database of ``DATABASE_URL``: the title and the text of each post as one ``tsvector`` of the
configuration ``french``, with a GIN index, asked for all words and ordered by ``ts_rank``,
among the threads that the person sees. Misago searches so, but for the rank: for it, the
version that was read makes the vectors of all posts found anew; here it is the stored one's.

``--peer whoosh`` indexes the posts with Whoosh, the engine of Spirit's search, in a folder: its
French analyser, all words, its BM25. Spirit gives it titles alone.

``--relevance`` measures recall on the corpus of ``bench.search.corpus`` instead of times.
"""

import argparse
import os
import tempfile
import time
from importlib import import_module

import django

from bench import tables
from bench.search import query_set, samples
from bench.search.corpus import READER
from bench.search.relevance import is_first_right, recall

_PAGE = 20
#: Posts that are read to have a page of threads.
_POSTS = 200


def main():
    """Index, then ask."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--peer", choices=["french", "whoosh"], required=True)
    args.add_argument("--queries", type=int, default=30)
    args.add_argument("--relevance", action="store_true")
    args = args.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    django.setup()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        peer = {"french": _French, "whoosh": _Whoosh}[args.peer](folder)
        started = time.monotonic()
        peer.index()
        print(f"Indexed in {time.monotonic() - started:.0f} s.")
        print("Load before:", ", ".join(f"{one:.1f}" for one in os.getloadavg()), "\n")
        tables.print_table(
            _relevance(peer) if args.relevance else _times(peer, args.queries, args.peer)
        )


def _posts():
    """Rows of post, thread, space, and its words: those of the title where it is the first."""
    from forum.models import Post

    rows = Post.objects.order_by("pk").values_list(
        "pk", "thread_id", "thread__space_id", "number", "thread__title", "text"
    )
    for pk, thread, space, number, title, text in rows.iterator(5000):
        yield pk, thread, space, f"{title}\n{text}" if number == 1 else text


def _spaces(name):
    from accounts.models import User
    from accounts.viewers.viewers import GUEST, viewer_of_person
    from forum.models import Space

    person = name and User.objects.get(email=name)
    viewer = viewer_of_person(person) if person else GUEST
    return list(Space.objects.visible_to(viewer).values_list("pk", flat=True))


def _times(peer, number, peer_name):
    for viewer, email in {"guest": None, "member of everything": READER}.items():
        spaces = _spaces(email)
        peer.search("annonce", spaces)
        every = []
        for kind, texts in samples.query_samples(number).items():
            times = []
            for text in texts:
                started = time.perf_counter()
                peer.search(text, spaces)
                times.append((time.perf_counter() - started) * 1000)
            every += times
            yield _row(peer_name, viewer, kind, times)
        yield _row(peer_name, viewer, "all", every)


def _row(peer_name, viewer, kind, times):
    times = sorted(times)
    parts = times[len(times) // 2], times[int(len(times) * 0.95)], times[-1]
    return {"peer": peer_name, "viewer": viewer, "queries": kind, "asked": str(len(times)),
            "ms p50, p95, worst": parts}  # fmt: skip


def _relevance(peer):
    spaces = _spaces(READER)
    asked = [(one, peer.search(one.text, spaces)) for one in query_set.queries()
             if one.kind != "filter"]  # fmt: skip
    for corpus in ("demo", "manuals", None):
        some = [one for one in asked if corpus in (None, one[0].corpus)]
        yield {
            "queries": corpus or "all",
            "number": len(some),
            "recall@10": f"{sum(recall(*one) for one in some) / len(some):.3f}",
            "first right": f"{sum(is_first_right(*one) for one in some) / len(some):.3f}",
        }


def _threads(rows):
    """The threads of posts, each once, in their order."""
    return list(dict.fromkeys(thread for _post, thread in rows))[:_PAGE]


class _French:
    """PostgreSQL's own French configuration."""

    def __init__(self, folder):
        """It lives in the database."""

    def index(self):
        """Make the table anew."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_peer")
            cursor.execute(
                "CREATE TABLE bench_peer AS SELECT p.id AS post_id, p.thread_id,"
                " to_tsvector('french', CASE WHEN p.number = 1 THEN t.title || ' ' || p.text"
                " ELSE p.text END) AS vector"
                " FROM forum_post p JOIN forum_thread t ON t.id = p.thread_id"
            )
            cursor.execute("CREATE INDEX ON bench_peer USING gin (vector)")
            cursor.execute("CREATE INDEX ON bench_peer (post_id)")
            cursor.execute("ANALYZE bench_peer")

    def search(self, text, spaces):
        """The threads of the best posts; as for a page, it is counted how many posts are."""
        from django.db import connection

        found = (
            "FROM bench_peer, plainto_tsquery('french', %s) AS query WHERE vector @@ query"
            " AND thread_id IN (SELECT id FROM forum_thread WHERE space_id = ANY(%s))"
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {found}", [text, spaces])
            cursor.execute(
                f"SELECT post_id, thread_id {found}"
                f" ORDER BY ts_rank(vector, query) DESC, post_id DESC LIMIT {_POSTS}",
                [text, spaces],
            )
            return _threads(cursor.fetchall())


class _Whoosh:
    """Whoosh, in a folder."""

    def __init__(self, folder):
        self._folder = folder

    def index(self):
        """Index all posts."""
        fields, analysis = import_module("whoosh.fields"), import_module("whoosh.analysis")
        schema = fields.Schema(
            post=fields.NUMERIC(stored=True, sortable=True),
            thread=fields.NUMERIC(stored=True),
            space=fields.ID(),
            text=fields.TEXT(analyzer=analysis.LanguageAnalyzer("fr")),
        )
        index = import_module("whoosh.index").create_in(self._folder, schema)
        writer = index.writer(limitmb=512)
        for pk, thread, space, text in _posts():
            writer.add_document(post=pk, thread=thread, space=str(space), text=text)
        writer.commit()
        self._searcher = index.searcher()
        self._parser = import_module("whoosh.qparser").QueryParser("text", schema)

    def search(self, text, spaces):
        """The threads of the best posts."""
        query = import_module("whoosh.query")
        seen = query.Or([query.Term("space", str(space)) for space in spaces])
        found = self._searcher.search(self._parser.parse(text), limit=_POSTS, filter=seen)
        return _threads([(hit["post"], hit["thread"]) for hit in found])


if __name__ == "__main__":
    main()
