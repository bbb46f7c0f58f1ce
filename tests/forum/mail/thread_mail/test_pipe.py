"""Mail comes in through a pipe, and whoever hands it over is told what to do."""

import io
import sys

import pytest
from django.core.management import call_command
from django.db import OperationalError

from forum.mail.incoming_mail.message import MAX_BYTES
from forum.mail.thread_mail.reception import answers
from tests.forum.mail.thread_mail.helpers import answer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
NOBODY = "reponse+abcdefghijkm@forum.example.org"


@pytest.fixture
def no_database(monkeypatch):
    def fail(*_args):
        raise OperationalError("no answer")

    monkeypatch.setattr(answers, "receive_mail", fail)


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
