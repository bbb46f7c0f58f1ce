"""Where a site has clamd, each file waits for its answer."""

import socketserver
import struct
import tempfile
import threading
from pathlib import Path

import pytest

from forum.conversation.files.models import FileState
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.preparing.clamav import ScanFailed
from tests.forum.conversation.files.file_helpers import (
    PDF,
    address_of,
    post_with_file,
    uploaded,
)
from tests.forum.conversation.files.test_sweeping import objects

pytestmark = pytest.mark.django_db


class _Clamd(socketserver.StreamRequestHandler):
    """What clamd does of INSTREAM: it finds EICAR, and fails at what is called so."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found, fails = b"EICAR" in content, b"FAILS" in content
        answer = b"Eicar-Test-Signature FOUND" if found else b"ERROR" if fails else b"OK"
        self.wfile.write(b"stream: " + answer + b"\0")


@pytest.fixture(autouse=True)
def clamd(settings):
    """A server on a socket of its own; its path is short, as those of sockets must be."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "clamd"))
        with socketserver.ThreadingUnixStreamServer(path, _Clamd) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            settings.FORUM_CLAMAV = path
            yield
            server.shutdown()
            thread.join()


def test_a_document_is_served_once_nothing_was_found_in_it(jeanne, claire, thread, browser_of):
    row = post_with_file(browser_of(jeanne), thread, "a.pdf", PDF * 4000)
    assert row.state == FileState.PREPARING
    assert browser_of(claire).get(address_of(row)).status_code == 404
    assert "en cours de vérification" in browser_of(claire).get(thread.get_absolute_url()).text

    assert prepare(str(row.pk)) == FileState.READY
    assert browser_of(claire).get(address_of(row)).status_code == 200


def test_what_is_infected_is_deleted_and_its_author_told(
    jeanne, claire, thread, browser_of, files_folder
):
    row = post_with_file(browser_of(jeanne), thread, "a.pdf", PDF + b"EICAR")

    assert prepare(str(row.pk)) == FileState.REFUSED
    assert objects(files_folder) == set()
    assert browser_of(jeanne).get(address_of(row)).status_code == 404
    assert "antivirus" in browser_of(jeanne).get(thread.get_absolute_url()).text


def test_without_an_answer_a_file_waits_for_the_next_try(jeanne, browser_of, settings):
    row = uploaded(browser_of(jeanne), "a.pdf", PDF + b"FAILS")
    with pytest.raises(ScanFailed):
        prepare(str(row.pk))
    settings.FORUM_CLAMAV = "/nulle/part"
    with pytest.raises(OSError, match="No such file"):
        prepare(str(row.pk))

    row.refresh_from_db()
    assert row.state == FileState.PREPARING
