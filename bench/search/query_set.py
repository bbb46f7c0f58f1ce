"""The queries and what they must find, in two halves: one to tune on, one to judge by."""

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench.search.corpus import post_key

_FILES = {"demo": "queries_demo.toml", "manuals": "queries_manuals.toml"}
TUNE, HELD_OUT = "tune", "held_out"


@dataclass(frozen=True)
class Query:
    """A query with the ids of threads: those that answer it, may come first, may not come."""

    text: str
    kind: str
    corpus: str
    half: str
    relevant: frozenset[int] = field(default=frozenset())
    first: frozenset[int] = field(default=frozenset())
    absent: frozenset[int] = field(default=frozenset())


def queries(half=None):
    """The queries of ``half``, or all, with threads of this database.

    Raise KeyError where a thread is not there.
    """
    ids = _thread_ids()
    return [
        Query(
            row["q"],
            row["kind"],
            row["corpus"],
            row["half"],
            _expanded(row, "relevant", ids),
            _expanded(row, "first", ids) or _expanded({"first": row["relevant"][:1]} | {
                "corpus": row["corpus"]}, "first", ids),
            _expanded(row, "absent", ids),
        )
        for row in rows()
        if half in (None, row["half"])
    ]  # fmt: skip


@cache
def rows():
    """What the files say, with the corpus and the half of each.

    In each file, of each kind, every other query belongs to the other half: the first, the
    third and so on are tuned on.
    """
    found = []
    for corpus, name in _FILES.items():
        seen = Counter()
        for row in tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))["queries"]:
            seen[row["kind"]] += 1
            half = TUNE if seen[row["kind"]] % 2 else HELD_OUT
            found.append(row | {"corpus": corpus, "half": half})
    return found


def thread_names():
    """What the threads are called in these files, by id; the others by their id alone."""
    return {number: key for key, number in _thread_ids().items()}


@cache
def _thread_ids():
    """The ids of all threads, by their keys."""
    from bench.search import manuals
    from forum.models import Post
    from forum.site.demo import source_data

    keys = [*manuals.sections(), *(f"demo/{row['slug']}" for row in source_data.threads())]
    posts = Post.objects.filter(number=1).values_list("idempotency_key", "thread_id")
    threads = dict(posts)
    return {key: threads[named] for key in keys if (named := post_key(key)) in threads}


def _expanded(row, name, ids):
    found = set()
    for key in row.get(name, ()):
        if row["corpus"] == "demo":
            key = f"demo/{key}"
        if key.endswith("*"):
            some = [number for one, number in ids.items() if one.startswith(key[:-1])]
            if not some:
                raise KeyError(key)
            found.update(some)
        else:
            found.add(ids[key])
    return frozenset(found)
