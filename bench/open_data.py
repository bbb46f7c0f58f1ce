"""What the files of the open data cost with 500 public sheets, on SQLite and PostgreSQL.

``python -m bench.open_data`` fills a database of each with ``--sheets`` public sheets, each
part of ``--characters``, and asks for every file as a guest does, in a process of its own: the
median times of five, its own CPU's too, and how much memory it took besides. Prints Markdown.
"""

import argparse
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from bench import tables
from bench.databases import temporary_database

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    "fiches.csv", "chiffres.csv", "fiches-tableur.csv", "experiences.ods", "experiences.json",
    "fiches.atom",
)  # fmt: skip
_SET_UP = "import django; django.setup();"
_FILL = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import transaction
from bench.open_data import fill
with transaction.atomic():
    fill({sheets}, {characters})
"""
_MEASURE = "from bench.open_data import measure; print(measure({file!r}))"


def fill(sheets, characters):
    """Create so many public sheets of two authors, with ten figures each."""
    from django.utils import timezone

    from accounts.models import User
    from forum.library.sheets.figures.figure_kinds import FigureKind
    from forum.library.sheets.models import PARTS, ExperienceSheet
    from forum.library.sheets.public_versions.consents.models import AuthorConsent
    from forum.library.sheets.public_versions.models import PublicVersion
    from forum.models import Post, Space, Thread, Topic

    now, topic = timezone.now(), Topic.objects.create(slug="bois", name="Bois-énergie")
    space = Space.objects.create(slug="place", name="Place publique", audience="public")
    authors = [
        User.objects.create(email=f"auteur{n}@exemple.fr", full_name=f"Autrice {n}")
        for n in range(2)
    ]
    words = "La régie a rénové la chaufferie de l’école ; deux hivers sans panne. "
    parts = dict.fromkeys(PARTS, (words * (characters // len(words) + 1))[:characters])
    figure = {"typed": "1 200 MWh/an", "amount": "1200000", "unit": "MWh/an", "year": 2023,
              "tax": "", "vector": "heat", "note": "Compteur de la chaufferie."}  # fmt: skip
    figures = [{"kind": kind.value} | figure for kind in list(FigureKind)[:10]]
    for n in range(sheets):
        title = f"Une chaufferie au bois, la numéro {n}"
        about = {"title": title, "topic": topic, "author": authors[0], "space": space}
        thread = Thread.objects.create(kind="experience", post_count=1, has_sheet=True, **about)
        Post.objects.create(
            thread=thread, number=1, author=authors[0], text=words, html=words,
            idempotency_key=uuid4(),
        )  # fmt: skip
        sheet = ExperienceSheet.objects.create(thread=thread, published_at=now, **about)
        version = PublicVersion.objects.create(
            sheet=sheet, title=title, topic=topic, summary=words * 4, licence="etalab-2.0",
            proposed_by=authors[0], published_at=now, figures=figures, **parts,
        )  # fmt: skip
        AuthorConsent.objects.bulk_create(
            AuthorConsent(version=version, person=one, answer="yes", answered_at=now)
            for one in authors
        )


def measure(file):
    """The cost of ``file`` in this process, as JSON."""
    import resource
    import time
    from statistics import median

    from django.test import Client

    from forum.site.warm import warm_up

    warm_up()
    client, took, used = Client(headers={"host": "localhost"}), [], []
    client.get("/donnees-ouvertes/fiches-schema.json")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _run in range(5):
        began, cpu = time.perf_counter(), time.process_time()
        answer = client.get(f"/donnees-ouvertes/{file}")
        took.append(time.perf_counter() - began)
        used.append(time.process_time() - cpu)
        assert answer.status_code == 200, answer.status_code
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    about = {"kB": len(answer.content) / 1e3, "ms": 1e3 * median(took)}
    about |= {"ms of CPU": 1e3 * median(used), "MB more": more / 1e3}
    return json.dumps({"file": file} | about)


@contextmanager
def _databases():
    """Yield ``(name, address)`` of an empty database of each kind."""
    with TemporaryDirectory() as folder, temporary_database() as postgresql:
        yield [("SQLite", f"sqlite:///{folder}/forum.sqlite3"), ("PostgreSQL", postgresql)]


def _run(address, code):
    environment = os.environ | {
        "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "forum.settings",
        "FORUM_WORKER_INSIDE": "",
    }  # fmt: skip
    command = [sys.executable, "-c", _SET_UP + code]
    return subprocess.run(  # noqa: S603  (of this file)
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def main():
    """Print a table of both databases."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--sheets", type=int, default=500)
    args.add_argument("--characters", type=int, default=1500)
    args = args.parse_args()
    tables.print_table(_rows(args.sheets, args.characters))


def _rows(sheets, characters):
    with _databases() as databases:
        for name, address in databases:
            _run(address, _FILL.format(sheets=sheets, characters=characters))
            for file in FILES:
                measured = json.loads(_run(address, _MEASURE.format(file=file)))
                yield {"database": name} | measured


if __name__ == "__main__":
    main()
