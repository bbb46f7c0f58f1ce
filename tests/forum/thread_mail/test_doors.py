"""Mail comes in through a pipe or over LMTP, and whoever hands it over is told the same."""

import asyncio
import io
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
from functools import partial

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as site
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError

from forum.incoming_mail.message import MAX_BYTES
from forum.thread_mail.reception import answers
from forum.thread_mail.reception.lmtp import LmtpServer
from tests.forum.thread_mail.helpers import answer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
#: A server that says nothing fails a test, and does not hold it.
connect = partial(smtplib.LMTP, timeout=10)
NOBODY = "reponse+abcdefghijkm@forum.example.org"


@pytest.fixture
def no_database(monkeypatch):
    def fail(*_args):
        raise OperationalError("no answer")

    monkeypatch.setattr(answers, "receive_mail", fail)


# ------------------------------------------------------------------------------------ the pipe


@pytest.fixture
def pipe(monkeypatch):
    """``pipe(raw, *args)`` hands a mail to the command; gives its exit code and words."""

    def run(raw, *args):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        words = io.StringIO()
        try:
            call_command("receive_mail", *args, stderr=words)
        except SystemExit as end:
            return end.code, words.getvalue().strip()
        return 0, words.getvalue().strip()

    return run


def test_an_exit_code_says_what_a_mail_server_does(address, claire, jeanne, thread, pipe):
    mine, others = answer(claire).as_bytes(), answer(jeanne).as_bytes()

    assert pipe(mine, "--recipient", address) == (0, "")
    assert pipe(others, "--recipient", address)[0] == 77
    assert pipe(mine, "--recipient", NOBODY) == (67, answers.ServerAnswer.UNKNOWN_ADDRESS.words)
    assert pipe(b"x" * (MAX_BYTES + 1), "--recipient", address)[0] == 65


def test_where_the_database_does_not_answer_it_is_to_be_tried_again(no_database, pipe):
    assert pipe(b"From: x@example.org\n\nBonjour.")[0] == 75


def test_words_to_a_mail_server_are_such_as_it_may_pass_on():
    assert all(it.reply.isascii() and len(it.reply) < 512 for it in answers.ServerAnswer)


# ----------------------------------------------------------------------------------------- LMTP


def over_lmtp(talk, listen="127.0.0.1:0"):
    """What ``talk(client)`` gives, in another thread, as a mail server would."""

    async def serve():
        server = LmtpServer(listen)
        await server.start()
        try:
            return await asyncio.to_thread(_talk, talk, listen, server)
        finally:
            await server.stop()

    return async_to_sync(serve)()


def _talk(talk, listen, server):
    path = listen.removeprefix("unix:")
    client = connect(path, 0) if path != listen else connect("127.0.0.1", server.port)
    with client:
        return talk(client)


def hand_over(raw, *recipients):
    """The code and the words for each recipient, of RCPT if that refuses it, else of DATA."""

    def talk(client):
        client.ehlo()
        client.mail("claire@example.org")
        given = {it: client.rcpt(it) for it in recipients}
        taken = [it for it, (code, _words) in given.items() if code == 250]
        if not taken:
            return list(given.values())
        client.docmd("DATA")
        client.send(raw.replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
        given |= {it: client.getreply() for it in taken}
        return list(given.values())

    return over_lmtp(talk)


def test_a_mail_is_answered_for_each_of_its_addresses(address, thread, claire):
    codes = [code for code, _words in hand_over(answer(claire).as_bytes(), address, NOBODY)]

    assert codes == [250, 550]
    assert thread.posts.last().text == "Merci, **150 kW** alors."


def test_the_address_of_another_person_is_refused_with_a_reason(address, jeanne, thread):
    ((code, words),) = hand_over(answer(jeanne).as_bytes(), address)

    assert code == 550 and words.startswith(b"5.7.1") and thread.posts.count() == 2


def test_a_mail_to_two_addresses_of_one_person_has_two_answers(address, thread, claire, jeanne):
    ours = address.upper().replace("FORUM.EXAMPLE.ORG", "forum.example.org")
    answers_given = hand_over(answer(jeanne).as_bytes(), address, ours)

    assert [code for code, _words in answers_given] == [550, 550]


def test_where_the_database_does_not_answer_the_mail_server_keeps_it(
    address, claire, no_database
):
    ((code, _words),) = hand_over(answer(claire).as_bytes(), address)

    assert code == 451


def test_an_address_that_cannot_be_looked_up_is_asked_again(address, monkeypatch):
    def fail(_address):
        raise OperationalError("no answer")

    monkeypatch.setattr(answers, "key_of_address", fail)

    assert hand_over(b"", address)[0][0] == 451


def test_what_bounces_is_told_by_its_envelope(address, thread, claire):
    def talk(client):
        return client.sendmail("", [address], answer(claire).as_bytes())

    assert over_lmtp(talk) == {}
    assert thread.posts.count() == 2 and mail.outbox == []


def test_its_limit_is_announced_and_kept(address, claire, monkeypatch):
    monkeypatch.setattr("forum.thread_mail.reception.lmtp.MAX_BYTES", 2_000)

    def talk(client):
        client.ehlo()
        announced = client.esmtp_features["size"]
        asked = client.mail("claire@example.org", ["size=2001"])[0]
        client.mail("claire@example.org")
        client.rcpt(address)
        client.rcpt(address.upper())
        client.docmd("DATA")
        client.send(b"x" * 900 + (b"\r\n" + b"x" * 900) * 2 + b"\r\n.\r\n")
        return announced, asked, client.getreply()[0], client.getreply()[0], client.noop()[0]

    assert over_lmtp(talk) == ("2000", 552, 552, 552, 250)


def test_a_line_longer_than_the_standard_allows_is_read_all_the_same(address, thread, claire):
    raw = answer(claire, "150 kW.").as_bytes().replace(b"150 kW.", b"mot " * 2_000)

    assert hand_over(raw, address)[0][0] == 250
    assert thread.posts.last().text.count("mot") == 2_000


def test_it_listens_on_a_socket(address, claire, thread, tmp_path):
    raw = answer(claire).as_bytes()
    path = tmp_path / "lmtp.sock"

    def talk(client):
        assert path.stat().st_mode & 0o777 == 0o660
        return client.sendmail("claire@example.org", [address], raw)

    assert over_lmtp(talk, f"unix:{path}") == {}
    assert thread.posts.last().author == claire and not path.exists()


@pytest.mark.parametrize("listen", [
    "0.0.0.0:24", "192.0.2.1:24", "[::]:24", "forum.example.org:24", "127.0.0.1", "24",
    "127.0.0.1:99999", "127.0.0.1:x", "",
])  # fmt: skip
def test_it_listens_nowhere_that_others_reach(listen):
    with pytest.raises(CommandError):
        call_command("lmtp", listen=listen)


def test_a_port_that_is_taken_is_said():
    with socket.socket() as taken, pytest.raises(CommandError, match="127.0.0.1"):
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        call_command("lmtp", listen=f"127.0.0.1:{taken.getsockname()[1]}")


def test_one_that_stops_answers_the_mail_that_it_is_at(monkeypatch):
    arrived, goes_on = threading.Event(), threading.Event()

    def receive(_raw, _address):
        arrived.set()
        assert goes_on.wait(10)
        return answers.ServerAnswer.TAKEN

    monkeypatch.setattr("forum.thread_mail.reception.lmtp.answer_to", receive)
    monkeypatch.setattr(
        "forum.thread_mail.reception.lmtp.answer_to_address",
        lambda _it: answers.ServerAnswer.TAKEN,
    )

    def send(port):
        with connect("127.0.0.1", port) as client:
            return client.sendmail("a@example.org", ["b@example.org"], b"Bonjour.")

    async def stop_within():
        server = LmtpServer("127.0.0.1:0")
        await server.start()
        sending = asyncio.create_task(asyncio.to_thread(send, server.port))
        await asyncio.to_thread(arrived.wait, 10)
        stopping = asyncio.create_task(server.stop())
        await asyncio.sleep(0)
        goes_on.set()
        await stopping
        return await sending

    assert asyncio.run(stop_within()) == {}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_a_process_told_to_stop_ends_without_a_fault(tmp_path):
    path = tmp_path / "lmtp.sock"
    started = [sys.executable, "manage.py", "lmtp", "--listen", f"unix:{path}"]
    with subprocess.Popen(
        started, cwd=site.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout.readline().startswith("LMTP")
        with connect(str(path), 0) as client:
            assert client.noop()[0] == 250
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        assert process.stdout.read() == ""
