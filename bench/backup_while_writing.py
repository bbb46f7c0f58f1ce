"""Whether a backup taken while people write is whole.

``python -m bench.backup_while_writing`` has four processes reply, start threads and sign the
charter with a file for some seconds, on SQLite and on PostgreSQL, takes a backup meanwhile, and
restores it on an empty site. There ``check`` and ``verify_register`` must pass, and what the
suite says of every thread, seat and signature must hold. Prints what was written and restored.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import tables
from bench.databases import temporary_database

ROOT = Path(__file__).resolve().parent.parent
WRITERS = 4
_PREPARE = """
from django.core.management import call_command
from django.db import transaction
call_command("migrate", verbosity=0)
from accounts.charter import hash_chain
from accounts.models import College
from tests import factories
factories.create_colleges()
version = factories.create_charter()
with transaction.atomic():
    hash_chain.append(version, hash_chain.PUBLISHED)
factories.create_spaces({one.slug: one for one in College.objects.all()})
factories.create_topics()
"""
_WRITE = """
import hashlib, sys, time
from uuid import uuid4
from django.core.files.base import ContentFile
from accounts.charter.actions import sign_charter
from accounts.charter.uploads import UploadedAct
from accounts.models import CharterVersion
from accounts.organisations.actions import confirm_seat
from forum.models import Space
from tests import factories
version, space = CharterVersion.objects.get(), Space.objects.get(audience="network")
until = time.monotonic() + {seconds}
number = 0
while time.monotonic() < until:
    number += 1
    name = f"Personne {{uuid4().hex[:8]}}"
    person = factories.create_person(name)
    seat = factories.create_seat(person, factories.AUTHORITIES, signed=False)
    act = b"%PDF-1.4 " + name.encode() * 1000
    sign_charter(person, version=version, organisation=seat.organisation,
                 position=seat.position, authority="resolution", authority_detail="12",
                 typed_name=name, document=UploadedAct(ContentFile(act, "acte.pdf"),
                                                       hashlib.sha256(act).hexdigest()))
    thread = factories.start_thread(person, space, title=f"Titre {{name}}", text="Quoi ?")
    for nth in range(5):
        factories.post_reply(person, thread, f"Réponse {{nth}} de {{name}}")
"""
_CHECK = """
from accounts.models import Signature
from forum.models import Post, Thread
from tests.accounts.directory_invariants import check_directory_seats, check_signatories
from tests.accounts.register_invariants import check_signed_versions
from tests.forum import thread_invariants as invariants
for thread in Thread.objects.select_related("space", "accepted"):
    posts = list(thread.posts.select_related("seat__organisation"))
    invariants.check_numbers(thread, posts)
    invariants.check_authors(thread, posts)
invariants.check_thread_counts()
invariants.check_contribution_counts()
invariants.check_taggings()
invariants.check_accepted_answers()
check_signed_versions()
check_directory_seats()
check_signatories()
print(Post.objects.count(), Signature.objects.count())
"""
_COUNT = """
from accounts.models import Signature
from forum.models import Post
print(Post.objects.count(), Signature.objects.count())
"""


def main():
    """Run as the command line asks; print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    asked = parser.parse_args()
    rows = []
    with TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        for name in ("SQLite", "PostgreSQL"):
            sites = []
            for part in ("site", "restored"):
                place = Path(folder) / f"{name}-{part}"
                place.mkdir()
                url = f"sqlite:///{place / 'site.sqlite3'}"
                if name == "PostgreSQL":
                    url = stack.enter_context(temporary_database())
                sites.append(_Site(place, url))
            rows.append({"database": name} | _try(*sites, asked.seconds))
    tables.print_table(rows)


class _Site:
    def __init__(self, folder, database):
        self.folder = folder
        self.environment = os.environ | {
            "DATABASE_URL": database, "FORUM_FILES": str(folder / "files"),
            "DJANGO_SETTINGS_MODULE": "forum.settings", "FORUM_DEBUG": "1",
            "EMAIL_URL": "dummymail://", "REDIS_URL": "", "FORUM_POSTING_LIMITS": "0",
        }  # fmt: skip

    def begin(self, *command):
        """Start ``manage.py`` with ``command``."""
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "manage.py", *map(str, command)], cwd=ROOT, env=self.environment,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *command):
        """What it prints. Raise RuntimeError where it fails."""
        process = self.begin(*command)
        said, _nothing = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{command[0]} failed: {said}")
        return said


def _try(site, restored, seconds):
    site.run("shell", "-v0", "-c", _PREPARE)
    writing = ("shell", "-v0", "-c", _WRITE.format(seconds=seconds))
    writers = [site.begin(*writing) for _one in range(WRITERS)]
    time.sleep(seconds / 2)
    archive = site.folder / "backup.tar"
    site.run("backup", archive)
    if failed := [one for one in writers if one.wait()]:
        raise RuntimeError(f"{len(failed)} writers failed")
    written = site.run("shell", "-v0", "-c", _COUNT).split()
    restored.run("restore", archive)
    restored.run("check")
    restored.run("verify_register")
    found = restored.run("shell", "-v0", "-c", _CHECK).split()
    names = ("posts", "signatures")
    counts = dict(zip(names, zip(found, written, strict=True), strict=True))
    return {f"{name}: restored, written in all": value for name, value in counts.items()}


if __name__ == "__main__":
    main()
