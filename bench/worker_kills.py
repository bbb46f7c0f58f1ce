"""Whether each task is done, and once, while workers are killed.

``python -m bench.worker_kills`` enqueues 2,000 tasks on PostgreSQL and on SQLite, and kills a
worker (SIGKILL) 50 times while they are worked off: on PostgreSQL one of two, which share
nothing but the database, as on two machines; on SQLite the one there is. Prints how many tasks
are done, how many were begun more than once, and whose effect stands twice or not at all.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import tables
from bench.databases import temporary_database

ROOT = Path(__file__).resolve().parent.parent
#: Seconds of work of one task, twice.
WORK = 0.02
#: Seconds after which tasks that are not done count as lost.
PATIENCE = 900


def main():
    """Run as the command line asks; print Markdown, and fail where a task is lost or twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    asked = parser.parse_args()
    with temporary_database() as database:
        rows = [_run("PostgreSQL", database, 2, asked)]
    with TemporaryDirectory(prefix="bench-") as folder:
        rows.append(_run("SQLite", f"sqlite:///{folder}/site.sqlite3", 1, asked))
    tables.print_table(rows)
    expected = {"done": asked.tasks, "effects": asked.tasks, "not done": 0}
    return 0 if all(expected.items() <= row.items() for row in rows) else 1


def _run(name, database, worker_count, asked):
    environment = os.environ | {
        "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "bench.worker_settings",
        "FORUM_DEBUG": "1", "EMAIL_URL": "dummymail://", "REDIS_URL": "",
    }  # fmt: skip
    _shell(
        environment,
        f"""
from django.core.management import call_command
from django.db import connection
from bench.worker_tasks import TABLES, leave_mark
call_command("migrate", verbosity=0)
for table in TABLES:
    connection.cursor().execute(table)
for number in range({asked.tasks}):
    leave_mark.enqueue(number, {WORK})
""",
    )
    began, kills = time.monotonic(), 0
    with _workers(environment, worker_count) as workers:
        while (left := _left(environment)) and time.monotonic() - began < PATIENCE:
            for _pause in range(10 if kills < asked.kills else 1):
                time.sleep(random.uniform(1.5, 4))  # noqa: S311
                if kills < asked.kills and left:
                    workers.kill_one()
                    kills += 1
    seconds = round(time.monotonic() - began)
    said = _shell(
        environment,
        """
from django.db import connection
from django_ox.models import OxTask
done = OxTask.objects.filter(status="SUCCESSFUL").count()
dead = OxTask.objects.exclude(status="SUCCESSFUL").count()
cursor = connection.cursor()
cursor.execute("SELECT COUNT(*) FROM bench_effect")
(effects,) = cursor.fetchone()
cursor.execute("SELECT COUNT(*) FROM (SELECT number FROM bench_attempt GROUP BY number"
               " HAVING COUNT(*) > 1) AS again")
print(done, dead, effects, *cursor.fetchone())
""",
    )
    names = ("done", "not done", "effects", "begun again")
    counts = dict(zip(names, map(int, said.split()), strict=True))
    head = {"database": name, "workers": worker_count, "killed": kills}
    return head | {"tasks": asked.tasks} | counts | {"seconds": seconds}


class _Workers:
    def __init__(self, environment, count):
        self._environment = environment
        self.processes = [self._start() for _one in range(count)]

    def _start(self):
        command = [sys.executable, "manage.py", "ox_worker"]
        return subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill_one(self):
        """Kill one without a word, and start another."""
        victim = random.choice(self.processes)  # noqa: S311
        victim.kill()
        victim.wait()
        self.processes[self.processes.index(victim)] = self._start()


@contextmanager
def _workers(environment, count):
    workers = _Workers(environment, count)
    try:
        yield workers
    finally:
        for process in workers.processes:
            process.terminate()
            process.wait()


def _left(environment):
    """How many tasks wait or run."""
    return int(
        _shell(
            environment,
            """
from django_ox.models import OxTask
print(OxTask.objects.filter(status__in=["READY", "RUNNING"]).count())
""",
        )
    )


def _shell(environment, code):
    done = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=ROOT, env=environment, check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
