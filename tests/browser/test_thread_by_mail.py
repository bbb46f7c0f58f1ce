"""A thread by mail, with real servers: asked on the site, answered in a mail program, and read.

Mail leaves over SMTP to a server of the test, and comes in by ``manage.py lmtp``.
"""

import email
import email.policy
import smtplib
import subprocess
import sys
from contextlib import contextmanager
from queue import Queue
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, LUCIE, NADIA, ask_in_form, title, wait_until_live
from tests.browser.conftest import TIMEOUT_MS
from tests.forum.mail.thread_mail.helpers import outlook_answer
from tests.servers import free_port

pytestmark = pytest.mark.long
#: Laurent is mailed at once what is written on wind; what was there before is mailed to nobody.
_BEGIN = f"""
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.models import Topic
from tests.forum.mail.thread_mail.helpers import plan
laurent = viewer_of_person(User.objects.get(email={LAURENT!r}))
subscribe("topic", Topic.objects.get(slug="eolien").pk, laurent, "all", "mail")
plan()
"""
#: What the worker does every minute, as if five of them were over.
_DELIVER = """
from django.utils import timezone
from forum.mail.thread_mail.models import PostMail
from forum.mail.thread_mail.tasks import mail_posts
from tests.forum.mail.thread_mail.helpers import plan
plan()
PostMail.objects.filter(settled_at=None).update(due_at=timezone.now())
mail_posts.call()
"""


class _Received:
    """What an SMTP server took, by whom it is to."""

    def __init__(self):
        self._mails = Queue()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self._mails.put((envelope.rcpt_tos, envelope.content))
        return "250 OK"

    def next_to(self, address):
        """The next mail to ``address``, as soon as it is there; others' are passed over."""
        while True:
            recipients, raw = self._mails.get(timeout=TIMEOUT_MS / 1000)
            if recipients == [address]:
                return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.fixture(scope="module")
def received():
    """A mail server on this machine."""
    hooks = _Received()
    controller = Controller(hooks, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield SimpleNamespace(port=controller.port, next_to=hooks.next_to)
    controller.stop()


@pytest.fixture(scope="module")
def site(sites, received):
    """The demonstration, whose mail leaves by that server, and which is answered by mail."""
    environment = {
        "EMAIL_URL": f"smtp://127.0.0.1:{received.port}",
        "FORUM_FROM_EMAIL": "Foirail <foirail@forum.example.org>",
        "FORUM_REPLY_ADDRESS": "reponse@forum.example.org",
    }
    with sites.serve(**environment) as site:
        site.run(_BEGIN)
        yield site


@contextmanager
def lmtp(site):
    """A client of ``manage.py lmtp`` of the site, as a mail server is one."""
    listen = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "manage.py", "lmtp", "--listen", listen]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=site.environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout.readline().startswith("LMTP")
            with smtplib.LMTP("127.0.0.1", int(listen.partition(":")[2])) as client:
                yield client
        finally:
            server.terminate()


def plain(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_a_question_is_mailed_answered_by_mail_and_its_answer_is_read_everywhere(
    sit, site, received
):
    nadia, asked = sit(NADIA), title()
    address = ask_in_form(nadia, asked)
    nadia.goto("about:blank")  # Who reads it on the site is mailed nothing.
    lucie = sit(LUCIE)
    lucie.goto(address)
    wait_until_live(lucie)
    lucie.evaluate("window.untouched = true")

    site.run(_DELIVER)
    question = received.next_to(LAURENT)
    assert question["Subject"] == asked and question["From"].addresses[0].addr_spec == (
        "foirail@forum.example.org"
    )
    reply_to = question["Reply-To"].addresses[0].addr_spec
    assert question["In-Reply-To"] is None
    assert address.removeprefix(site.address) in plain(question)

    answer, published = outlook_answer(LAURENT, question)
    with lmtp(site) as client:
        assert client.send_message(answer, LAURENT, [reply_to]) == {}
    expect(lucie.locator("#posts")).to_contain_text(published.splitlines()[-1])
    assert lucie.evaluate("window.untouched") is True
    assert "Objet :" not in lucie.locator("#posts .prose").last.text_content()

    receipt = received.next_to(LAURENT)
    assert receipt["In-Reply-To"] == answer["Message-ID"]
    assert receipt["Auto-Submitted"] == "auto-replied" and "est publiée" in receipt["Subject"]

    site.run(_DELIVER)
    told = received.next_to(NADIA)
    assert told["Subject"] == f"Re: {asked}"
    assert published in plain(told)
    assert told["In-Reply-To"] == told["References"] == question["Message-ID"]
