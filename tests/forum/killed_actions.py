"""Actions in processes that are killed on the way, each at another of its queries.

Run as a program, this module is told on its standard input, in lines of JSON, what to do on a
site of its own, and answers likewise. Each action is done by a child that it forks, which has
a connection of its own and ends by SIGKILL.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

STARTED_AT = datetime.now(UTC)


class KilledActions:
    """The program, on the database of a test and a folder of files."""

    def __init__(self, database_url, files):
        """Not started: ``with`` starts it."""
        self._environment = os.environ | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "forum.settings",
            "FORUM_FILES": str(files),
            "FORUM_POSTING_LIMITS": "0",
            "FORUM_WORKER_INSIDE": "0",
        }

    def __enter__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-W", "ignore", "-m", __name__]
        self._process = subprocess.Popen(command, env=self._environment, **pipes)
        return self

    def __exit__(self, *failure):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def ask(self, what, **given):
        """What the program answers; KeyError where it failed, which it says on its own."""
        self._process.stdin.write(json.dumps({"what": what, **given}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline() or "{}")["answer"]

    def do(self, action, *given, kill_at=None):
        """Do an action, and be killed there: before this query, ``commit`` or ``announcement``.

        How the child ended: ``killed``, or 0 where it got through before.
        """
        return self.ask("run", action=action, given=given, kill_at=kill_at)

    def rehearse(self, action, *given):
        """Do an action and undo it; how many queries it asked."""
        return self.ask("rehearse", action=action, given=given)

    def changed(self):
        """The rows that are not to the letter as they were before the rehearsal."""
        return self.ask("changed")

    def unlike_rehearsed(self):
        """The rows that are not as the rehearsal left them, but for keys and times."""
        return self.ask("unlike_rehearsed")


def every_row():
    """Lines that say all of every table, to the letter: its rows, or a digest of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            digests = " UNION ALL ".join(
                f"SELECT '{name}', md5(string_agg(t::text, ' ' ORDER BY t::text)) "
                f'FROM "{name}" t'
                for (name,) in cursor.fetchall()
            )
            cursor.execute(digests)
            return sorted(f"{name} {digest}" for name, digest in cursor.fetchall())
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%%'"
        )
        rows = []
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{name}"')
            rows += [f"{name} {row}" for row in map(repr, cursor.fetchall())]
        return sorted(rows)


def known_keys():
    """The keys of all rows, by table, and all UUIDs: what is there before an action."""
    rows = _rows_by_model()
    keys = {model: {pk for pk, *_values in found} for model, found in rows.items()}
    values = {it for found in rows.values() for row in found for it in row}
    return keys, {it for it in values if isinstance(it, UUID)}


def rows_as_left(known):
    """All rows, alike for two who did the same: new rows and times are only named so.

    What refers to a new row says how manieth of its table that is.
    """
    from forum.base.search_index.models import OF_TAG
    from forum.conversation.tags.models import Tag

    keys, uuids = known
    rows = _rows_by_model()
    names = {
        model: {
            row[0]: f"new {number}"
            for number, row in enumerate(it for it in found if it[0] not in keys[model])
        }
        for model, found in rows.items()
    }

    def new_tag(found):
        return f"{OF_TAG}{names[Tag].get(int(found[1]), found[1])}"

    def said(field, value):
        if isinstance(value, str) and OF_TAG in value:  # The words of tags are their ids.
            return re.sub(rf"{OF_TAG}(\d+)", new_tag, value)
        if field.is_relation:
            return names.get(field.related_model, {}).get(value, value)
        if field.primary_key and value not in keys[field.model]:
            return "new"  # Triggers write rows in whatever order they find others.
        if isinstance(value, UUID) and value not in uuids:
            return "new"
        if isinstance(value, float):  # Drawn at random, to tell a cache of a change.
            return "random"
        return "now" if isinstance(value, datetime) and value > STARTED_AT else value

    return sorted(
        repr([model._meta.label, *map(said, model._meta.concrete_fields, values)])
        for model, found in rows.items()
        for _pk, *values in found
    )


def _rows_by_model():
    """``{model: [(pk, value of each field…)]}``, in the order in which rows were made."""
    from django.apps import apps

    models = [it for it in apps.get_models(include_auto_created=True) if it._meta.managed]
    return {
        model: [
            tuple(_hashable(it) for it in row)
            for row in model._base_manager.order_by("pk").values_list(
                "pk", *(field.attname for field in model._meta.concrete_fields)
            )
        ]
        for model in models
    }


def _hashable(value):
    return json.dumps(value) if isinstance(value, list | dict) else value


def merge(thread, into, actor):
    """An action: what is given are keys; so below."""
    from forum.moderation.thread_moves.merges.actions import merge_threads

    merge_threads(_thread(thread), _thread(into), _viewer(actor), "La même.")


def split(thread, numbers, actor):
    from forum.moderation.thread_moves.splits.actions import split_thread

    one = _thread(thread)
    about = {"topic": one.topic, "kind": "question", "tags": ["bois", "régie"]}
    split_thread(one, _viewer(actor), numbers=numbers, title="Et la régie ?", **about)


def delete(post, actor):
    from forum.conversation.threads.edits.actions import delete_post
    from forum.models import Post

    delete_post(Post.objects.get(pk=post), _viewer(actor))


def reply(session, address, form):
    """A picture that is sent by itself, and the request of a form with a document."""
    from accounts.viewers.rate_limits import MemberRateLimit
    from forum.conversation.files import sent_files, views
    from tests.clients import client_of_session
    from tests.forum.conversation.files.file_helpers import PDF, picture, sent, uploaded

    most = MemberRateLimit("upload-many", "9999/h/user", waiting="9999/h/user")
    views.UPLOADS = sent_files.UPLOADS = most
    browser = client_of_session(session)
    row = uploaded(browser, "b.jpg", picture((400, 300)))
    files = {"file": str(row.pk), f"description-{row.pk}": "Un pré."}
    answer = browser.post(address, form | files | {"files": [sent("a.pdf", PDF)]})
    assert answer.status_code == 302 and "#post-" in answer.url, answer


def tasks():
    """What the worker has to do."""
    from django_ox.testing import run_tasks

    run_tasks()


def sweep():
    """What the worker does every half hour, three days later."""
    from django.conf import settings
    from django.utils import timezone

    from forum.conversation.files.models import StoredFile
    from forum.conversation.files.tasks import sweep_files

    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=3))
    for path in Path(settings.MEDIA_ROOT, "posts").rglob("*"):
        os.utime(path, (1, 1))
    sweep_files.call()


def _thread(pk):
    from forum.models import Thread

    return Thread.objects.get(pk=pk)


def _viewer(pk):
    from accounts.users.models import User
    from accounts.viewers.viewers import viewer_of_person

    return viewer_of_person(User.objects.get(pk=pk))


ACTIONS = {one.__name__: one for one in (merge, split, delete, reply, tasks, sweep)}


def is_query(sql):
    """Whether it is more than the bounds of a transaction, which differ as one is undone."""
    return not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))


@contextmanager
def _killed_at(place):
    """Be killed there, if one gets there."""
    from django.db import connection

    def die(*_arguments):
        os.kill(os.getpid(), signal.SIGKILL)

    asked = []

    def before(execute, sql, *arguments):
        if len(asked) == place and is_query(sql):
            die()
        asked.extend([sql] * is_query(sql))
        return execute(sql, *arguments)

    if place == "commit":
        connection._commit = die
    elif place == "announcement":
        announce = connection.run_and_clear_commit_hooks
        connection.run_and_clear_commit_hooks = lambda: (
            die() if connection.run_on_commit else announce()
        )
    with connection.execute_wrapper(before):
        yield


def _run(action, given, kill_at=None):
    """The signal by which a child ended that did this, or its exit code."""
    from django.db import connections

    connections.close_all()
    if child := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return "killed" if status == -signal.SIGKILL else status
    with _killed_at(kill_at):
        ACTIONS[action](*given)
    connections.close_all()
    os._exit(0)


def _rehearse(action, given):
    """How many queries an action asks, and the rows that it leaves; what it did is undone."""
    from django.db import connection, transaction

    known, asked = known_keys(), []
    Rehearsal.known, Rehearsal.before = known, every_row()

    def count(execute, sql, *arguments):
        asked.extend([sql] * is_query(sql))
        return execute(sql, *arguments)

    around = transaction.atomic()
    around._from_testcase = True  # Actions, which are durable, commit to a savepoint.
    with around:
        with connection.execute_wrapper(count):
            ACTIONS[action](*given)
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        Rehearsal.after = rows_as_left(known)
        transaction.set_rollback(True)
    return len(asked)


class Rehearsal:
    """What there was before the last, to the letter and by keys, and what it would leave."""

    before = known = after = None


def _changed():
    return _difference(Rehearsal.before, every_row())


def _unlike_rehearsed():
    return _difference(Rehearsal.after, rows_as_left(Rehearsal.known))


def _difference(rows, others):
    missing, more = Counter(rows), Counter(others)
    return sorted(((missing - more) + (more - missing)).elements())


ANSWERS = {
    "run": _run,
    "rehearse": _rehearse,
    "changed": _changed,
    "unlike_rehearsed": _unlike_rehearsed,
}


def main():
    """Answer what is asked until nothing more is."""
    import logging

    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    logging.disable(logging.INFO)
    for line in sys.stdin:
        given = json.loads(line)
        answer = ANSWERS[given.pop("what")](**given)
        print(json.dumps({"answer": answer}), flush=True)


if __name__ == "__main__":
    main()
