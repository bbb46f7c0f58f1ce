"""A thread and its meeting by mail, with real servers: answered, and registered for.

Mail leaves over SMTP to a server of the test, and comes in by ``manage.py lmtp``.
"""

import email
import email.policy
import re
import smtplib
import subprocess
import sys
from contextlib import contextmanager
from datetime import date, timedelta
from queue import Queue
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from icalendar import Calendar
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    LUCIE,
    NADIA,
    ask,
    ask_in_form,
    title,
    wait_until_live,
)
from tests.browser.conftest import TIMEOUT_MS
from tests.browser.site import PASSWORD
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
#: What the worker does as somebody has registered.
_RUN_TASKS = """
from django_ox.testing import run_tasks
run_tasks()
"""
CALL, PLACE = "https://visio.exemple.fr/silo", "Mairie de Trémoy"
SCREENS = [(390, 844), (1280, 900)]


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


def set_meeting(page, day):
    """Set a meeting on ``day`` in the thread on ``page``."""
    page.get_by_text("Autres actions").click()
    page.get_by_role("link", name="Prévoir une rencontre").click()
    page.get_by_label("Jour", exact=True).fill(f"{day:%Y-%m-%d}")
    page.get_by_label("Début").fill("14:30")
    page.get_by_label("Fin", exact=True).fill("16:00")
    page.get_by_label("Lieu").fill(PLACE)
    page.get_by_label("Adresse de la visio").fill(CALL)
    page.get_by_role("button", name="Prévoir la rencontre").click()
    expect(page.locator("#messages")).to_contain_text("La rencontre est prévue")
    page.goto("about:blank")


def event_in(content):
    """The one event of the calendar that is read in ``content``."""
    (event,) = Calendar.from_ical(content).events
    return event


def attached_calendar(message):
    """The file that a calendar program opens of ``message``."""
    (calendar,) = (it for it in message.iter_attachments())
    assert calendar.get_filename() == "rencontre.ics"
    assert calendar.get_content_type() == "text/calendar"
    return calendar.get_content()


@pytest.mark.parametrize("screen", SCREENS, ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_member_registers_from_a_mail_and_has_the_meeting_in_a_calendar(
    sit, site, received, screen, script
):
    lucie, day = sit(LUCIE), date.today() + timedelta(days=20)
    asked = title()
    ask(lucie, asked)
    set_meeting(lucie, day)
    site.run(_DELIVER)
    invitation = received.next_to(LAURENT)
    assert invitation["Subject"] == asked and PLACE in plain(invitation)
    invited = event_in(attached_calendar(invitation))
    assert CALL not in plain(invitation) and CALL not in str(invited["DESCRIPTION"])

    size = {"width": screen[0], "height": screen[1]}
    laurent = sit(viewport=size, java_script_enabled=script)
    laurent.goto(re.search(r"^https?://[^/]+(/rencontres/\S+)$", plain(invitation), re.M)[1])
    laurent.get_by_role("link", name="Se connecter pour voir").click()
    laurent.fill("[name=login]", LAURENT)
    laurent.fill("[name=password]", PASSWORD)
    laurent.click("main form .primary")
    expect(laurent.locator("h1")).to_have_text(asked)
    laurent.get_by_role("button", name="M’inscrire").click()
    expect(laurent.locator("main")).to_contain_text("Votre inscription est faite")
    expect(laurent.get_by_role("link", name=CALL)).to_be_visible()
    assert laurent.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with laurent.expect_download() as taken:
        laurent.get_by_role("link", name="Ajouter à mon agenda").click()
    downloaded = event_in(taken.value.path().read_bytes())

    site.run(_RUN_TASKS)
    letters = iter(lambda: received.next_to(LAURENT), None)
    confirmation = next(it for it in letters if asked in it["Subject"])
    assert "Vous avez une place à la rencontre" in plain(confirmation)
    mailed = event_in(attached_calendar(confirmation))
    assert mailed["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert f"{mailed['ORGANIZER']}".startswith("mailto:reponse+")
    for event in downloaded, mailed:
        assert event["UID"] == invited["UID"] and event["SUMMARY"] == asked
        assert f"{event.start:%Y-%m-%d %H:%M}" == f"{day} 14:30"
        assert event["DTSTART"].params["TZID"] == "Europe/Paris"
        assert event["LOCATION"] == PLACE and CALL in str(event["DESCRIPTION"])
