"""How long the mails of a list take to become threads, on SQLite and on PostgreSQL.

``python -m bench.mail_archive`` writes an mbox as ``manage.py grow --mbox`` does, imports it,
imports it again, opens the archive and has its threads made. Prints Markdown: seconds, and the
largest that a process was meanwhile.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import databases, tables

ROOT = Path(__file__).resolve().parent.parent


def main():
    """Measure on both databases, each in a process of its own."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--mails", type=int, default=4716)
    args.add_argument("--here", metavar="FILE", help="on DATABASE_URL, and only there")
    args = args.parse_args()
    if args.here:
        return tables.print_table([_row(args.here)])
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/list.mbox"
        _run({}, "manage.py", "grow", "--mbox", path, f"--mails={args.mails}", "-v0")
        _there(f"sqlite:///{folder}/archive.sqlite3", path)
        server = os.environ.get("DATABASE_URL", "")
        server = server if server.startswith("postgres") else None
        with databases.temporary_database(server) as url:
            _there(url, path)


def _there(url, path):
    there = {"DATABASE_URL": url}
    for command in ("migrate", "load_network"):
        _run(there, "manage.py", command, "-v0")
    _run(there, "-m", "bench.mail_archive", "--here", path)


def _run(there, *command):
    environment = os.environ | {"FORUM_DEBUG": "1"} | there
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)


def _row(path):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    settings.DEBUG = False  # It would keep all queries.
    from forum.mail.mail_archives.importing.actions import find_by_slug, import_mbox
    from forum.mail.mail_archives.models import MailArchive
    from forum.mail.mail_archives.publishing.actions import publish_next_threads
    from forum.models import Post, Space, Thread, Topic

    places = find_by_slug(Space, "reseau"), find_by_slug(Topic, "vie-du-reseau")

    def read():
        with open(path, "rb") as file:
            return import_mbox(file, *places)

    def publish(archive):
        MailArchive.objects.filter(pk=archive.pk).update(opened_at=timezone.now())
        while publish_next_threads(archive.pk):
            pass

    archive, imported = _timed(read)
    archive, again = _timed(read)
    _none, opened = _timed(lambda: publish(archive))
    return {
        "database": connection.vendor,
        "mails": archive.report["read"],
        "MB": os.path.getsize(path) / 1e6,
        "threads": Thread.objects.count(),
        "posts": Post.objects.count(),
        "s: import": imported,
        "again": again,
        "open": opened,
        "MB, process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


def _timed(work):
    start = time.monotonic()
    result = work()
    return result, time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
