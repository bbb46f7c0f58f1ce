"""A site of one's own to measure: database, Redis and servers, on separate cores."""

import os
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from bench.databases import temporary_database
from bench.servers import Redis, Site

#: Sockets have a core for themselves, as far as there are two.
CORES = (
    {"sockets": "0", "pages": "1", "redis": "1", "client": "1"}
    if (os.cpu_count() or 1) > 1
    else dict.fromkeys(("sockets", "pages", "redis", "client"), "")
)
#: The textbook design on Channels, in place of ours.
GROUP_SEND = {
    "settings": "bench.group_send.settings",
    "serving": (
        "bench.group_send.asgi:application", "--port", "%i", "--loop", "uvloop",
        "--http", "httptools", "--ws", "websockets-sansio", "--backlog", "2048",
        "--ws-per-message-deflate", "false", "--no-access-log", "--log-level", "warning",
    ),
}  # fmt: skip
#: A forum of some years.
LARGE_FORUM = {"threads": 2000, "posts": 40_000, "people": 500, "deep": 1000}


@contextmanager
def temporary_forum_database(database=None, grown=None):
    """Yield ``database``, or a new one with the network in it and as much as ``grown``."""
    if database:
        yield database
        return
    with temporary_database() as database:
        with TemporaryDirectory(prefix="bench-") as folder, Redis(folder) as layer:
            Site(database, layer.url, sockets=0).prepare(
                **(LARGE_FORUM if grown is None else grown)
            )
        yield database


@contextmanager
def running_site(database=None, cores=CORES, **options):
    """Yield a site that serves ``database``, or an empty forum."""
    with (
        temporary_forum_database(database, grown={}) as database,
        TemporaryDirectory(prefix="bench-") as folder,
        Redis(folder, cores["redis"]) as layer,
        Site(database, layer.url, cores=cores, **options) as site,
    ):
        yield site
