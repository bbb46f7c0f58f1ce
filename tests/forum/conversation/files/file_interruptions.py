"""Servers and workers that are killed with files in their hands: ``make file-servers``.

Each runs as a process of its own on a database in a file, does what it is to be caught at,
says so, and is ended by SIGKILL; what was sent is then sent again, with the same key.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from hashlib import sha256
from http.client import HTTPConnection
from uuid import uuid4

import pytest
from django.conf import settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from forum.conversation.files.partial_uploads.models import PART_SIZE
from tests.clients import create_session
from tests.forum.conversation.files.file_helpers import PDF, picture, reply_form, sent
from tests.forum.conversation.files.test_sweeping import objects
from tests.realtime.processes import database_url, is_well
from tests.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = 90  # seconds, on a busy machine
TOKEN = "a" * 32
UNFINISHED = "SELECT 1 FROM django_ox_oxtask WHERE status NOT IN ('SUCCESSFUL', 'FAILED')"


class Site:
    """A database and a folder of files; processes come and go."""

    def __init__(self, folder, person):
        """Of ``person``, who is signed in."""
        self.folder, self.files = folder, folder / "files"
        self.files.mkdir()
        session = f"{settings.SESSION_COOKIE_NAME}={create_session(person)}"
        self.headers = {
            "Cookie": f"{session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": MULTIPART_CONTENT,
        }
        self.environment = os.environ | {
            "DATABASE_URL": database_url(folder),
            "DJANGO_SETTINGS_MODULE": "tests.forum.conversation.files.interrupted_settings",
            "FORUM_FILES": str(self.files),
            "PYTHONWARNINGS": "ignore",
        }
        self.port, self.process = free_port(), None

    @contextmanager
    def running(self, *command):
        """A process of ours; whatever is left of it at the end is killed."""
        log = self.folder / "log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=settings.BASE_DIR, env=self.environment, stdout=out, stderr=out,
            )  # fmt: skip
        try:
            yield self
        finally:
            self.kill()

    @contextmanager
    def serving(self):
        """The site while it answers."""
        with self.running("runserver", "--noreload", f"127.0.0.1:{self.port}"):
            self.wait_for(lambda: is_well(self.port))
            yield self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def wait_for(self, happens):
        end = time.monotonic() + WITHIN
        while not happens():
            assert time.monotonic() < end, (self.folder / "log").read_text()[-4000:]
            assert self.process.poll() is None, (self.folder / "log").read_text()[-4000:]
            time.sleep(0.02)

    def kill_while_it_hangs(self):
        """End it where it says that it hangs, and have nothing hang any more."""
        self.wait_for((self.files / "hanging").exists)
        self.kill()
        for name in ("hang", "hang-answer", "hanging"):
            (self.files / name).unlink(missing_ok=True)

    def send(self, address, body):
        """The status of the answer to a ``body``."""
        return self.ask(address, body)[0]

    def ask(self, address, body):
        """The status of the answer to a ``body``, and what it says."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=WITHIN)) as line:
            line.request("POST", address, body, self.headers)
            answer = line.getresponse()
            return answer.status, answer.read()

    def begin(self, address, body, part=1.0):
        """Send this ``part`` of a ``body``, and wait for no answer."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=WITHIN)
        line.putrequest("POST", address)
        for name, value in (self.headers | {"Content-Length": str(len(body))}).items():
            line.putheader(name, value)
        line.endheaders(body[: int(len(body) * part)])
        return line

    def rows(self, query):
        with closing(sqlite3.connect(self.folder / "site.sqlite3")) as database:
            return database.execute(query).fetchall()

    @property
    def stored(self):
        return objects(self.files / "posts")


@pytest.fixture
def site(jeanne, thread, tmp_path):
    """A site with a thread; ``form`` is a reply to it that has two files."""
    site = Site(tmp_path, jeanne)
    site.address, site.fields = reverse("replies", args=[thread.pk]), reply_form(thread)
    site.upload = reverse("upload-file")
    return site


def encoded(**form):
    """A form as it is sent."""
    return encode_multipart(BOUNDARY, form)


def posted(site):
    """The names of files of each reply, by post."""
    query = "SELECT number, files FROM forum_post WHERE number > 1 AND text LIKE 'Voici%'"
    return [files.count('"pk"') for _number, files in site.rows(query)]


def test_an_upload_that_is_cut_halfway_leaves_nothing_and_is_sent_again(site):
    body = encoded(file=sent("a.pdf", PDF * 9000))
    with site.serving(), closing(site.begin(site.upload, body, 0.5)):
        site.kill()
    assert site.stored == set() and site.rows("SELECT 1 FROM forum_storedfile") == []

    with site.serving():
        assert site.send(site.upload, body) == 201
    assert len(site.stored) == len(site.rows("SELECT 1 FROM forum_storedfile")) == 1


def test_a_server_killed_between_an_object_and_its_row_leaves_what_is_swept(site):
    with site.serving():
        (site.files / "hang").write_text("0")
        with closing(site.begin(site.upload, encoded(file=sent("a.pdf", PDF)))):
            site.kill_while_it_hangs()
    assert len(site.stored) == 1 and site.rows("SELECT 1 FROM forum_storedfile") == []

    for name in site.stored:
        os.utime(site.files / "posts" / name, (1, 1))
    sweep(site)
    assert site.stored == set()


@pytest.mark.parametrize("hang", ["hang", "hang-answer"])
def test_a_post_whose_server_is_killed_stands_once_with_each_file_once(site, hang):
    body = encoded(**site.fields, files=[sent("a.pdf", PDF), sent("b.pdf", PDF)])
    with site.serving():
        (site.files / hang).write_text("1")  # At the second file, or at the answer.
        with closing(site.begin(site.address, body)):
            site.kill_while_it_hangs()
        assert posted(site) == ([] if hang == "hang" else [2])

    with site.serving():
        statuses = [site.send(site.address, body) for _time in range(2)]
    assert statuses == [302, 302] and posted(site) == [2]
    named = site.rows("SELECT name FROM forum_storedfile WHERE post_id IS NOT NULL")
    assert sorted(named) == [("a.pdf",), ("b.pdf",)]


#: A document of three parts, the last of which is smaller.
LARGE = (PDF * 60_000)[: 2 * PART_SIZE + 500]


class PartSender:
    """Sends LARGE in parts to a ``site``."""

    def __init__(self, site):
        """It has a key of its own."""
        self.site, self.key = site, uuid4()
        self.address = reverse("upload-part", args=[self.key])

    def begin(self):
        """Where the server says that it stands."""
        form = {"key": self.key, "name": "a.pdf", "size": len(LARGE)}
        status, said = self.site.ask(reverse("begin-upload"), encoded(**form))
        assert status == 200, said
        return json.loads(said)["received"]

    def part(self, offset):
        content = LARGE[offset : offset + PART_SIZE]
        return encoded(offset=offset, part=sent("part", content))

    def finish(self, received):
        """Send the rest, and the end once more: there is one file, and it is whole."""
        ends = range(received, len(LARGE), PART_SIZE) or [2 * PART_SIZE]
        statuses = [self.site.send(self.address, self.part(at)) for at in [*ends, ends[-1]]]
        assert statuses == [*[200] * (len(ends) - 1), 201, 201]
        ((size, digest, name),) = self.site.rows(
            "SELECT size, sha256, content FROM forum_storedfile"
        )
        assert (size, digest) == (len(LARGE), sha256(LARGE).hexdigest())
        assert (self.site.files / "posts" / name).read_bytes() == LARGE
        assert self.site.rows("SELECT 1 FROM forum_partialupload") == []
        return name


def test_a_part_that_is_cut_halfway_is_sent_again_and_those_before_it_are_not(site):
    sender = PartSender(site)
    with site.serving():
        assert sender.begin() == 0
        assert site.send(sender.address, sender.part(0)) == 200
        with closing(site.begin(sender.address, sender.part(PART_SIZE), 0.5)):
            site.kill()
    assert len(site.stored) == 1

    with site.serving():
        assert sender.begin() == PART_SIZE
        sender.finish(PART_SIZE)


@pytest.mark.parametrize(
    ("hang", "left", "received"),
    [
        ("hang", 0, PART_SIZE),  # Between the object of a part and its row.
        ("hang", 1, len(LARGE)),  # Between the object of the file and its row.
        ("hang-answer", 0, len(LARGE)),  # Before the answer to the end.
    ],
)
def test_a_server_killed_at_a_part_or_at_the_end_goes_on_and_makes_one_file(
    site, hang, left, received
):
    sender = PartSender(site)
    at = PART_SIZE if received == PART_SIZE else 2 * PART_SIZE
    with site.serving():
        sender.begin()
        for offset in range(0, at, PART_SIZE):
            assert site.send(sender.address, sender.part(offset)) == 200
        (site.files / hang).write_text(str(left))
        with closing(site.begin(sender.address, sender.part(at))):
            site.kill_while_it_hangs()

    with site.serving():
        if hang == "hang":
            assert sender.begin() == received
        name = sender.finish(received)
    with site.running("ox_worker"):
        site.wait_for(lambda: not site.rows(UNFINISHED))
    for one in site.stored:
        os.utime(site.files / "posts" / one, (1, 1))
    sweep(site)
    assert site.stored == {name}


def test_a_worker_killed_at_a_picture_prepares_it_later_and_once(site):
    with site.serving():
        body = encoded(file=sent("a.jpg", picture((1700, 900))))
        assert site.send(site.upload, body) == 201
    (site.files / "hang").write_text("1")
    with site.running("ox_worker"):
        site.kill_while_it_hangs()
    assert site.rows("SELECT state FROM forum_storedfile") == [("preparing",)]
    assert len(site.stored) == 3  # What was sent, and two of what it was made anew as.

    with site.running("ox_worker"):
        query = "SELECT 1 FROM forum_storedfile WHERE state = 'ready'"
        site.wait_for(lambda: site.rows(query) and not site.rows(query.replace("=", "!=")))
        site.wait_for(lambda: len(site.stored) == 5)
    for name in site.stored:
        os.utime(site.files / "posts" / name, (1, 1))
    sweep(site)
    assert len(site.stored) == 3


def test_hundreds_of_uploads_at_once_are_each_answered(site):
    body = encoded(file=sent("a.pdf", PDF))
    with site.serving():
        lines = [site.begin(site.upload, body) for _n in range(200)]
        answers = [line.getresponse().status for line in lines]
        for line in lines:
            line.close()
        assert is_well(site.port)
    assert set(answers) == {201, 429} and answers.count(201) == 100
    assert len(site.stored) == len(site.rows("SELECT 1 FROM forum_storedfile")) == 100


def sweep(site):
    """Sweep in a process of its own."""
    code = "from forum.conversation.files.tasks import sweep_files; sweep_files.call()"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    subprocess.run(command, cwd=settings.BASE_DIR, env=site.environment, check=True)
