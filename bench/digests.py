"""How long the digests of a network take on a busy day, and what each weighs and asks.

``python -m bench.digests`` fills a PostgreSQL database with people, who each subscribe to three
topics and have followed threads in their digest, and with threads and replies of one day. Then
the worker's own steps run in as many processes as asked: subscribers follow the new threads,
digests are planned, and each is composed and handed to a mail backend that drops it. Prints
how long each step takes, the queries of one digest, and how heavy they are.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench import tables
from bench.databases import temporary_database

ROOT = Path(__file__).resolve().parent.parent
#: Digests that are looked at, and sent before time is taken.
_LOOKED = 200
_FILL = """
from datetime import timedelta
from itertools import islice
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
call_command("migrate", verbosity=0)
call_command("grow", threads={threads}, posts={posts}, people={people}, verbosity=0)
from accounts.models import User
from forum.conversation.follows.subscriptions.actions import follow_new_threads
from forum.conversation.follows.subscriptions.models import Subscription
from forum.models import Thread, Topic
from forum.mail.thread_mail.models import MailSetting, new_key
with connection.cursor() as cursor:
    day = "now() - random() * interval '20 hours'"
    cursor.execute(f"UPDATE forum_post SET created_at = {{day}}")
    cursor.execute(f"UPDATE forum_thread SET created_at = {{day}}")
    cursor.execute("UPDATE forum_thread SET last_posted_at = created_at + interval '1 hour'")
topics, people = list(Topic.objects.all()), list(User.objects.filter(is_active=True))
Subscription.objects.bulk_create(
    (Subscription(person=person, topic=topics[(n + step) % len(topics)])
     for n, person in enumerate(people) for step in range(3)),
    batch_size=1000,
)
past = timezone.now() - timedelta(minutes=1)
MailSetting.objects.bulk_create(
    (MailSetting(person=person, channel="digest", digest="daily", next_digest_at=past,
                 stop_key=new_key()) for person in people),
    batch_size=1000,
)
import time
began = time.monotonic()
rows = Thread.objects.select_related("seat").order_by("pk").iterator(chunk_size=50)
while some := list(islice(rows, 50)):
    follow_new_threads(some)
print("seconds to follow:", round(time.monotonic() - began, 1))
began = time.monotonic()
from forum.mail.thread_mail.digests.actions import plan_due_digests
while plan_due_digests():
    pass
print("seconds to plan:", round(time.monotonic() - began, 1))
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
"""
_SEND = """
from forum.mail.thread_mail.digests.actions import send_next_digest
from forum.base.outgoing_mail.actions import Sent
while send_next_digest() is not None:
    pass
"""
_LOOK = """
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from forum.mail.thread_mail.digests.actions import send_next_digest
from forum.mail.thread_mail.digests.models import Digest
from django.core.mail.backends.dummy import EmailBackend
weights, asked = [], []
def weigh(self, messages):
    weights.extend(len(one.message().as_bytes()) for one in messages)
    return len(messages)
EmailBackend.send_messages = weigh
while len(weights) < {looked}:
    with CaptureQueriesContext(connection) as captured:
        if send_next_digest() is None:
            break
    asked.append(len(captured))
weights.sort()
print("bytes, median and most:", weights[len(weights) // 2], weights[-1])
print("queries, least and most:", min(asked), max(asked))
"""


def main():
    """Run as the command line asks; print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=500)
    parser.add_argument("--replies", type=int, default=4_000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    posts = asked.threads + asked.replies
    sizes = {"people": asked.people, "threads": asked.threads, "posts": posts}
    with temporary_database() as database:
        environment = os.environ | {
            "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "forum.settings",
            "FORUM_DEBUG": "1", "EMAIL_URL": "dummymail://", "REDIS_URL": "",
        }  # fmt: skip

        def run(code):
            command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
            return subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603

        for code in (_FILL.format(**sizes), _LOOK.format(looked=_LOOKED)):
            if run(code).wait():
                return 1
        began, used = time.monotonic(), _cpu_of_children()
        senders = [run(_SEND) for _process in range(asked.processes)]
        codes = [sender.wait() for sender in senders]
        seconds, used = time.monotonic() - began, _cpu_of_children() - used
    sent = max(1, asked.people - _LOOKED)
    tables.print_table([
        {"digests": sent, "processes": asked.processes, "seconds to send": seconds,
         "ms a digest": 1000 * seconds / sent, "CPU ms of the sender": 1000 * used / sent,
         "load": os.getloadavg()[0]}
    ])  # fmt: skip
    return int(any(codes))


def _cpu_of_children():
    """Seconds of CPU that processes had which were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
