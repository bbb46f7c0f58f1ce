"""What calendar feeds cost that 5,000 people ask for each hour, while one meeting moves.

``python -m bench.calendar_feeds`` fills a PostgreSQL database with people of three colleges,
who each have a feed, and with meetings to come: half for the network, the others for a college
each. All ask for their first file. Then an hour passes in which a meeting of one college moves
at its middle: each asks in turn with the ETag that they have. CPU is of this process and of its
PostgreSQL process. Prints Markdown.
"""

import argparse
import sys

from bench.databases import run_in_shell, temporary_database

_CODE = """
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from statistics import median
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
call_command("migrate", verbosity=0)
from bench import tables
from forum.conversation.meetings.calendar_feeds.models import CalendarFeed
from forum.conversation.meetings.models import Meeting
from forum.models import Space
from tests import factories
from tests.forum.conversation.meeting_helpers import create_meeting
factories.create_all()
colleges = list(factories.COLLEGES)
people = [factories.create_person(f"Personne {{n}}", colleges[n % 3]) for n in range({people})]
feeds = CalendarFeed.objects.bulk_create(CalendarFeed(person=one) for one in people)
spaces = [Space.objects.get(audience="network")]
spaces += [Space.objects.get(college__slug=slug) for slug in colleges]
for n in range({meetings}):
    space = spaces[n // 2 % 3 + 1 if n % 2 else 0]
    author = people[n // 2 % 3 + 3 * (n % ({people} // 3))]
    thread = factories.start_thread(author, space, title=f"La rencontre {{n}}")
    create_meeting(thread, days=10 + n / 2)
moving = Meeting.objects.filter(thread__space=spaces[1]).first()
client = Client(SERVER_NAME="localhost")
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
    cursor.execute("SELECT pg_backend_pid()")
    clock = Path(f"/proc/{{cursor.fetchone()[0]}}/schedstat")

def used():
    return time.process_time(), int(clock.read_text().split()[0]) / 1e9

def ask(feed):
    known = {{"If-None-Match": etags[feed.pk]}} if feed.pk in etags else {{}}
    before = used()
    answer = client.get(feed.get_absolute_url(), headers=known)
    spent = [1000 * (now - then) for now, then in zip(used(), before)]
    etags[feed.pk] = answer["ETag"]
    return answer.status_code, *spent, len(answer.content)

def rows(name, answers):
    by_status = defaultdict(list)
    for status, *costs in answers:
        by_status[status].append(costs)
    for status, costs in by_status.items():
        pages, database, sizes = map(list, zip(*costs))
        yield {{"asked": name, "answer": status, "share": f"{{len(costs) / len(answers):.1%}}",
               "ms of CPU, median": median(map(sum, zip(pages, database))),
               "of which the database's": median(database),
               "bytes": median(sizes)}}

etags = {{}}
for feed in feeds[:20]:  # Until statements are planned and templates compiled.
    ask(feed)
etags.clear()
found = list(rows("at first", [ask(feed) for feed in feeds]))
began, answers = used(), []
for n, feed in enumerate(feeds):
    if n == len(feeds) // 2:
        later = moving.starts_at + timedelta(hours=1), moving.ends_at + timedelta(hours=1)
        moving.starts_at, moving.ends_at = later
        moving.sequence, moving.changed_at = moving.sequence + 1, timezone.now()
        moving.save()
    answers.append(ask(feed))
hour = sum(used()) - sum(began)
tables.print_table(found + list(rows("in the next hour", answers)))
print()
ask(feeds[0])  # It has the meeting that moved.
for known in etags[feeds[0].pk], "":
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(feeds[0].get_absolute_url(), headers={{"If-None-Match": known}})
    print(f"{{answer.status_code}}: {{len(captured)}} queries.")
print(f"That hour took {{hour:.0f}} s of CPU.")
"""


def main():
    """Run as the command line asks; print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--meetings", type=int, default=200)
    asked = parser.parse_args()
    with temporary_database() as database:
        code = _CODE.format(people=asked.people, meetings=asked.meetings)
        return run_in_shell(database, code)


if __name__ == "__main__":
    sys.exit(main())
