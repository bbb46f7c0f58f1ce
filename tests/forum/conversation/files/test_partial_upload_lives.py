"""Random lives of files that are sent in parts: each has its own bytes at last, or is gone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone
from django_ox.testing import run_tasks

from forum.conversation.files.models import StoredFile
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.files.tasks import sweep_files
from tests.forum.conversation.files.faulty_storage import FullStorage
from tests.forum.conversation.files.partial_helpers import (
    PART,
    begin,
    cancel,
    send_part,
    send_parts,
)
from tests.forum.conversation.files.test_sweeping import grow_old, objects
from tests.stateful import seeds

_EVENTS = [
    "send", "send", "send", "send", "send", "send_again", "send_wrongly", "send_as_another",
    "ask", "give_up", "choose_anew", "fill_storage", "lose_part", "wait_and_sweep",
]  # fmt: skip


class Sending:
    """One file of a person, and what the server is to have of it; None where it has none."""

    def __init__(self, random, browser, other):
        """Of random length: whole parts, or not."""
        size = random.choice([PART * random.randrange(1, 6), random.randrange(5, 5 * PART)])
        self.content = b"%PDF-" + random.randbytes(size - 5)
        self.random, self.browser, self.other = random, browser, other
        self.key, self.fingerprint = uuid4(), uuid4().hex
        self.received, self.stored = None, None

    def happens(self, folder):
        event = self.random.choice(_EVENTS)
        getattr(self, event)(*([folder] if event in ("lose_part", "wait_and_sweep") else []))
        return event

    def ask(self):
        answer = begin(self.browser, self.content, self.key, fingerprint=self.fingerprint)
        if self.stored:
            assert (answer.status_code, answer.json()["id"]) == (201, self.stored)
            return
        assert (answer.status_code, answer.json()["received"]) == (200, self.received or 0)
        self.received = self.received or 0

    def send(self):
        if self.received is None:
            self.ask()
        answer = send_part(self.browser, self.key, self.received, self.content)
        self._expect(answer)

    @property
    def is_whole(self):
        return self.received == len(self.content)

    def _expect(self, answer):
        """The next part is kept; after the last the file is stored, and is what it was."""
        self.received = min(self.received + PART, len(self.content))
        if not self.is_whole:
            assert (answer.status_code, answer.json()) == (200, {"received": self.received})
            return
        assert answer.status_code == 201, answer.text
        assert self.stored in (None, answer.json()["id"])
        self.stored = answer.json()["id"]

    def send_again(self):
        """The answer to the part before was lost."""
        if self.received:
            before = (self.received - 1) // PART * PART
            self._expect_what_is_there(send_part(self.browser, self.key, before, self.content))

    def send_wrongly(self):
        offset = (self.received or 0) + self.random.choice([-1, 1, PART])
        answer = send_part(self.browser, self.key, max(0, offset), self.content, PART - 1)
        if offset >= 0 or self.received:
            self._expect_what_is_there(answer)

    def _expect_what_is_there(self, answer):
        if self.is_whole:
            self._expect(answer)
        elif self.received is None:
            assert answer.status_code == 404
        else:
            assert (answer.status_code, answer.json()) == (409, {"received": self.received})

    def send_as_another(self):
        answer = send_part(self.other, self.key, self.received or 0, self.content)
        assert answer.status_code == 404
        cancel(self.other, self.key)

    def give_up(self):
        assert cancel(self.browser, self.key).status_code == 204
        self.received = self.stored = None

    def choose_anew(self):
        """The page was lost, and with it the key."""
        if not self.stored:
            self.key = uuid4()
            self.ask()

    def fill_storage(self):
        """The next object is not kept, or the one after it; what was there is."""
        if self.received is None:
            self.ask()
        room, was_whole = self.random.choice([0, 1]), self.is_whole
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FullStorage, "room", room)
            answer = send_part(self.browser, self.key, self.received, self.content)
        if self.stored or (room and (was_whole or len(self.content) - self.received > PART)):
            self._expect(answer)
            return
        assert answer.status_code == 503
        assert "réessayez" in answer.json()["errors"]["file"][0]
        if room:
            self.received = len(self.content)

    def lose_part(self, folder):
        """It is missed once all others are there."""
        row = PartialUpload.objects.filter(key=self.key).first()
        if row is None or not row.parts:
            return
        position = self.random.randrange(len(row.parts))
        (folder / row.parts[position]).unlink()
        answer = None
        while answer is None or answer.status_code == 200:
            answer = send_part(self.browser, self.key, self.received, self.content)
            self.received = answer.json()["received"]
        assert (answer.status_code, self.received) == (409, position * PART)

    def wait_and_sweep(self, folder):
        """A day passes, for this one alone."""
        then = timezone.now() - timedelta(days=2)
        PartialUpload.objects.filter(key=self.key).update(updated_at=then)
        grow_old(folder)
        sweep_files.call()
        if not self.stored:
            self.received = None


@pytest.fixture
def storage_that_fills_up(settings, monkeypatch):
    backend = {"BACKEND": "tests.forum.conversation.files.faulty_storage.FullStorage"}
    settings.STORAGES = settings.STORAGES | {"files": backend}
    monkeypatch.setattr(FullStorage, "room", 10**6)


@pytest.mark.django_db
@pytest.mark.usefixtures("small_parts", "storage_that_fills_up")
@pytest.mark.parametrize("seed", seeds(*range(8)))
def test_whatever_is_cut_repeated_and_given_up_each_file_has_its_bytes_or_is_gone(
    seed, jeanne, claire, browser_of, files_folder
):
    random, happened = Random(seed), []
    browsers = [browser_of(jeanne), browser_of(claire)]
    sendings = [Sending(random, *random.sample(browsers, 2)) for _n in range(5)]
    for _step in range(60):
        one = random.choice(sendings)
        happened.append((sendings.index(one), one.happens(files_folder)))
        rows = PartialUpload.objects.values_list("key", "received")
        wanted = {
            (it.key, it.received)
            for it in sendings
            if it.received is not None and not it.stored
        }
        assert set(rows) == wanted, happened
    for one in random.sample(sendings, 3):
        while not one.stored:
            one.send()
    for one in sendings:
        if one.stored:
            assert _content(one) == one.content, happened
        else:
            one.give_up()
    run_tasks()
    grow_old(files_folder)
    sweep_files.call()
    stored = StoredFile.objects.all()
    assert {str(row.pk) for row in stored} == {it.stored for it in sendings} - {None}
    assert objects(files_folder) == {row.content.name for row in stored}


def _content(sending):
    row = StoredFile.objects.get(pk=sending.stored)
    with row.content.open("rb") as file:
        return file.read()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_parts")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_eight_tabs_that_send_the_same_upload_at_once_make_one_file(
    jeanne, browser_of, files_folder, settings
):
    content, key = b"%PDF-" + Random(1).randbytes(9 * PART), uuid4()
    settings.FORUM_FILE_LIMITS = settings.FORUM_FILE_LIMITS | {"person": len(content) + 9}
    browsers = [browser_of(jeanne) for _n in range(8)]

    def send(browser):
        try:
            answer = begin(browser, content, key)
            while answer.status_code in (200, 409):
                answer = send_part(browser, key, answer.json()["received"], content)
            return answer.status_code, answer.json().get("id")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = set(pool.map(send, browsers))

    row = StoredFile.objects.get()
    assert answers == {(201, str(row.pk))}
    run_tasks()
    assert objects(files_folder) == {row.content.name}
    with row.content.open("rb") as file:
        assert file.read() == content


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_parts")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_of_many_that_begin_at_once_none_is_let_in_beyond_the_quota(
    jeanne, browser_of, settings
):
    settings.FORUM_FILE_LIMITS = settings.FORUM_FILE_LIMITS | {"person": 5 * PART}
    content = b"%PDF-" + bytes(2 * PART)

    def send(browser):
        try:
            return send_parts(browser, content)[1].status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, [browser_of(jeanne) for _n in range(8)]))

    assert sorted(statuses) == [201, 201, *[422] * 6]
