"""How long a right takes to end while the worker deletes sessions that have expired.

``python -m bench.session_deletion`` fills a PostgreSQL database with expired sessions of many
people, has the worker's task delete them, and ends a seat every tenth of a second meanwhile.
Prints how long the deletion takes, and the longest that the end of a seat did, from the
statement to the moment at which another connection reads that the right is gone.
"""

import argparse
import sys

from bench.databases import run_in_shell, temporary_database

_CODE = """
import threading, time
from datetime import timedelta
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
call_command("migrate", verbosity=0)
from accounts.models import Seat, Session, User
from accounts.users.tasks import delete_expired_sessions
from accounts.viewers.viewers import viewer_of_person
from bench import tables
from tests import factories
factories.create_all()
people = [factories.create_person(f"Personne {{n}}", factories.SUPPORT) for n in range(100)]
past = timezone.now() - timedelta(hours=1)
Session.objects.bulk_create(
    (Session(session_key=f"{{n:032d}}", session_data="", person=people[n % 100],
             expire_date=past) for n in range({count})), batch_size=1000)
took = []
is_over = threading.Event()

def delete():
    delete_expired_sessions.call()
    connection.close()
    is_over.set()

began = time.monotonic()
deletion = threading.Thread(target=delete)
deletion.start()
for person in people:
    if is_over.is_set():
        break
    start = time.monotonic()
    Seat.objects.filter(person=person).update(ended_at=timezone.now())
    while viewer_of_person(User.objects.get(pk=person.pk)).is_member:
        pass
    took.append(time.monotonic() - start)
    time.sleep(0.1)
deletion.join()
seconds = time.monotonic() - began
worst = max(took) * 1000 if took else float("nan")
tables.print_table([{{"sessions": {count}, "left": Session.objects.count(), "seconds": seconds,
                     "seats ended meanwhile": len(took), "ms, slowest": worst}}])
"""


def main():
    """Run as the command line asks; print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20_000)
    asked = parser.parse_args()
    with temporary_database() as database:
        code = _CODE.format(count=asked.sessions)
        return run_in_shell(database, code)


if __name__ == "__main__":
    sys.exit(main())
