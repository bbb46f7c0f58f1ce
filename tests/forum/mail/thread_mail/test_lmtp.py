"""A mail server hands mail over by LMTP, and is answered for each address."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
from django.conf import settings as site
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError

from forum.mail.thread_mail.reception import actions, answers
from forum.mail.thread_mail.reception.lmtp import LmtpServer
from tests.forum.mail.thread_mail.helpers import answer
from tests.forum.mail.thread_mail.lmtp_client import connect, hand_over, over_lmtp

pytestmark = [
    # Mails are received in a thread of their own, on a connection of its own.
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
NOBODY = "reponse+abcdefghijkm@forum.example.org"


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
    address, claire, monkeypatch
):
    def fail(*_args):
        raise OperationalError("no answer")

    monkeypatch.setattr(answers, "receive_mail", fail)
    ((code, _words),) = hand_over(answer(claire).as_bytes(), address)

    assert code == 451


def test_an_address_that_cannot_be_looked_up_is_asked_again(address, monkeypatch):
    def fail(_address):
        raise OperationalError("no answer")

    monkeypatch.setattr(actions, "key_of_address", fail)

    assert hand_over(b"", address)[0][0] == 451


def test_what_bounces_is_told_by_its_envelope(address, thread, claire):
    def talk(client):
        return client.sendmail("", [address], answer(claire).as_bytes())

    assert over_lmtp(talk) == {}
    assert thread.posts.count() == 2 and mail.outbox == []


def test_its_limit_is_announced_and_kept(address, claire, monkeypatch):
    monkeypatch.setattr("forum.mail.thread_mail.reception.lmtp.MAX_BYTES", 2_000)

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


def test_while_a_mail_is_received_others_are_told_whose_addresses_are(
    address, claire, monkeypatch
):
    arrived, goes_on, receive = threading.Event(), threading.Event(), answers.answers_to

    def wait(raw, addresses):
        arrived.set()
        assert goes_on.wait(20)
        return receive(raw, addresses)

    monkeypatch.setattr("forum.mail.thread_mail.reception.lmtp.answers_to", wait)

    def talk(client):
        mail = claire.email, [address], answer(claire).as_bytes()
        sending = threading.Thread(target=client.sendmail, args=mail)
        sending.start()
        assert arrived.wait(20)
        with connect("127.0.0.1", client.sock.getpeername()[1]) as other:
            other.ehlo()
            other.mail("x@example.org")
            told = other.rcpt(NOBODY)[0], other.rcpt(address)[0]
        goes_on.set()
        sending.join()
        return told

    assert over_lmtp(talk) == (550, 250)


def test_one_that_stops_answers_the_mail_that_it_is_at(monkeypatch):
    arrived, goes_on = threading.Event(), threading.Event()

    def receive(_raw, _addresses):
        arrived.set()
        assert goes_on.wait(10)
        return [answers.ServerAnswer.TAKEN]

    monkeypatch.setattr("forum.mail.thread_mail.reception.lmtp.answers_to", receive)
    monkeypatch.setattr(
        "forum.mail.thread_mail.reception.lmtp.answer_to_address",
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


@pytest.mark.deep
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
