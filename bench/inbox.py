"""What an inbox, a badge and a digest cost someone who follows two threads, and 2,000.

``python -m bench.inbox`` fills a PostgreSQL database with ``manage.py grow``, or takes the one
that ``--database`` names; there a person then follows other threads than before. A cost is CPU
time, of the page's process and of its PostgreSQL process together: the lower quartile of the
runs, since what else a machine does makes a run dearer and never cheaper. Prints Markdown.
"""

import argparse
import sys
from contextlib import nullcontext

from bench.databases import run_in_shell, temporary_database

_FILL = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("grow", threads={threads}, posts={posts}, people={people}, verbosity=0)
"""
_MEASURE = """
import os, time
from datetime import timedelta
from pathlib import Path
from random import Random
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from bench import tables
from forum.conversation.follows.unread import unread_count
from forum.models import Follow, Thread
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.models import MailSetting

with connection.cursor() as cursor:
    cursor.execute("SET max_parallel_workers_per_gather = 0")
    cursor.execute("SELECT pg_backend_pid()")
    clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def used():
    return time.process_time() + int(clock.read_text().split()[0]) / 1e9


def cost(work):
    for _run in range(10):
        work()
    with CaptureQueriesContext(connection) as captured:
        work()
    queries, times = len(captured), []
    for _run in range(40):
        began = used()
        work()
        times.append(1000 * (used() - began))
    return queries, sorted(times)[10]


def measured(follows):
    person = User.objects.order_by("pk")[100]
    viewer = viewer_of_person(person)
    threads = Thread.objects.visible_to(viewer).order_by("pk").values_list("pk", "post_count")
    chosen = Random(1).sample(list(threads), follows)
    Follow.objects.filter(person=person).delete()
    Follow.objects.bulk_create(
        Follow(person=person, thread_id=pk, last_read_number=count - (n % 10 == 0))
        for n, (pk, count) in enumerate(chosen)
    )
    MailSetting.objects.update_or_create(person=person, defaults={"channel": "digest"})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE forum_follow")
    client, inbox = Client(headers={"host": "localhost"}), reverse("inbox")
    client.force_login(person)
    person = User.objects.select_related("mail_setting").get(pk=person.pk)
    since = timezone.now() - timedelta(days=7)
    works = {
        "the badge": lambda: unread_count(viewer),
        "the inbox": lambda: client.get(inbox),
        "its threads alone": lambda: client.get(inbox, {"voir": "fils"}),
        "the page of follows": lambda: client.get(reverse("follows")),
        "what a digest says": lambda: digest_content(person, viewer, since),
    }
    assert client.get(inbox).status_code == 200
    for name, work in works.items():
        queries, milliseconds = cost(work)
        yield {"what": name, "follows": follows, "queries": queries, "ms of CPU": milliseconds}


tables.print_table(row for follows in (2, 2_000) for row in measured(follows))
print(f"threads: {Thread.objects.count()}, load: {os.getloadavg()[0]:.1f}")
"""


def main():
    """Fill a database, unless there is one; measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", help="one that is filled already")
    parser.add_argument("--threads", type=int, default=30_000)
    parser.add_argument("--posts", type=int, default=120_000)
    parser.add_argument("--people", type=int, default=5_000)
    asked = parser.parse_args()
    sizes = {"threads": asked.threads, "posts": asked.posts, "people": asked.people}
    with nullcontext(asked.database) if asked.database else temporary_database() as database:
        for code in ([] if asked.database else [_FILL.format(**sizes)]) + [_MEASURE]:
            if code := run_in_shell(database, code):
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
