"""Mail that comes back pauses an address; only what proves to answer a mail of ours counts."""

import re
from datetime import timedelta
from email import message_from_string
from email.encoders import encode_base64
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forum.inbox.queries import find_waiting
from forum.incoming_mail.models import MailResult
from forum.moderation.actions import hide_post
from forum.thread_mail.actions import save_mail_setting, stop_key_of
from forum.thread_mail.bounces import actions
from forum.thread_mail.bounces.models import BounceCount
from forum.thread_mail.bounces.report import read_report
from forum.thread_mail.models import ThreadMailKey
from forum.thread_mail.notifications.actions import plan_changed_notifications
from forum.thread_mail.reception.actions import receive_mail
from forum.thread_mail.reception.answers import ServerAnswer, answer_to_address
from forum.thread_mail.tasks import delete_settled_mails
from tests.factories import post_reply
from tests.forum.thread_mail.helpers import answer, deliver, plan, send
from tests.forum.thread_mail.test_digests import digest
from tests.forum.thread_mail.test_notification_mails import send as send_notifications

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]

POSTFIX = """\
Return-Path: <>
Date: Fri, 27 Nov 2026 10:00:00 +0100 (CET)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: forum@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="A1B2C3.1764234000/mx.example.org"
Message-Id: <20261127090000.A1B2C3@mx.example.org>

--A1B2C3.1764234000/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

<{address}>: host mail.example.net[192.0.2.1] said: {said}
    (in reply to RCPT TO command)

--A1B2C3.1764234000/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: A1B2C3
Arrival-Date: Fri, 27 Nov 2026 09:59:58 +0100 (CET)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; {said}

--A1B2C3.1764234000/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned}
--A1B2C3.1764234000/mx.example.org--
"""

EXCHANGE = """\
From: <postmaster@rurale.onmicrosoft.example>
To: <forum@example.org>
Date: Fri, 27 Nov 2026 09:00:02 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e"
Subject: =?utf-8?B?Tm9uIHJlbWlzwqA6IFF1ZWxsZSBjaGF1ZmZlcmll?=
Auto-Submitted: auto-generated
MIME-Version: 1.0

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+Vm90cmUgbWVzc2FnZSBuJ2EgcGFzIHB1IMOqdHJlIHJlbWlzLjwvcD4=

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e
Content-Type: message/delivery-status

Reporting-MTA: dns;PR0P264MB0001.example
Received-From-MTA: dns;mx.example.org
Arrival-Date: Fri, 27 Nov 2026 09:00:01 +0000

Final-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{said}
X-Display-Name: Claire

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e
Content-Type: message/rfc822

Received: from mx.example.org (192.0.2.9) by PR0P264MB0001.example
{returned}

Bonjour.

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e--
"""

GMAIL = """\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: forum@example.org
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
In-Reply-To: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000c1d2e3"; report-type=delivery-status

--000000000000c1d2e3
Content-Type: multipart/related; boundary="000000000000c1d2e4"

--000000000000c1d2e4
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

** Adresse introuvable **

Votre message n=E2=80=99a pas =C3=A9t=C3=A9 distribu=C3=A9 =C3=A0 {address}.

--000000000000c1d2e4--
--000000000000c1d2e3
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Fri, 27 Nov 2026 01:00:00 -0800 (PST)
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Remote-MTA: dns; gmail-smtp-in.example
Diagnostic-Code: smtp; {said}
Last-Attempt-Date: Fri, 27 Nov 2026 01:00:01 -0800 (PST)

--000000000000c1d2e3
Content-Type: message/rfc822

{returned}

Bonjour.

--000000000000c1d2e3--
"""

QMAIL = """\
Return-Path: <>
Date: 27 Nov 2026 09:00:00 -0000
From: MAILER-DAEMON@mx.example.net
To: forum@example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
{said}

--- Below this line is a copy of the message.

{returned}

Bonjour.
"""

COMPLAINT = """\
From: <abusedesk@fai.example>
Date: Fri, 27 Nov 2026 10:00:00 +0100
Subject: FW: Quelle chaufferie
To: <forum@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <forum@example.org>

--part1
Content-Type: message/rfc822
Content-Disposition: inline

{returned}

Bonjour.
--part1--
"""

NO_MAILBOX = {"status": "5.1.1", "said": "550 5.1.1 User unknown", "action": "failed"}
FULL = {"status": "4.2.2", "said": "452 4.2.2 Mailbox full", "action": "failed"}


@pytest.fixture
def sent(thread, claire, jeanne):
    """A mail that Claire was sent, as it left."""
    post_reply(jeanne, thread)
    deliver()
    (one,) = (it for it in mail.outbox if it.to == [claire.email])
    mail.outbox.clear()
    return one.message()


def headers_of(message, *without):
    lines = (f"{name}: {value}" for name, value in message.items() if name not in without)
    return "\n".join(lines)


def bounce(sample, sent, address, returned=None, **said):
    """The bounce ``sample`` of the mail ``sent`` to ``address``."""
    values = NO_MAILBOX | said
    returned = headers_of(sent) if returned is None else returned
    text = sample.format(
        address=address, returned=returned, message_id=sent["Message-ID"], **values
    )
    return text.encode()


def complaint(sent, kind="abuse", returned=None):
    returned = headers_of(sent) if returned is None else returned
    return COMPLAINT.format(kind=kind, returned=returned).encode()


def is_paused(person):
    rows = BounceCount.objects.filter(person=person)
    return rows.filter(paused_at__isnull=False, address=person.email).exists()


def days_later(monkeypatch, days):
    """Count as on a later day."""
    now = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(actions.timezone, "now", lambda: now)


@pytest.mark.parametrize("sample", [POSTFIX, EXCHANGE, GMAIL])
@pytest.mark.parametrize("status", ["5.1.1", "5.1.10", "5.2.1"])
def test_where_there_is_no_such_mailbox_one_bounce_pauses(sample, status, sent, claire):
    said = f"550 {status} No such recipient"
    raw = bounce(sample, sent, claire.email.upper(), status=status, said=said)

    assert receive_mail(raw) is MailResult.BOUNCE
    assert is_paused(claire) and BounceCount.objects.get().reason == "hard"


def test_a_status_that_says_no_more_than_its_class_is_read_from_what_the_server_said(
    sent, claire
):
    receive_mail(bounce(POSTFIX, sent, claire.email, status="5.0.0"))

    assert is_paused(claire)


@pytest.mark.parametrize("sample", [POSTFIX, QMAIL])
def test_other_failures_for_good_pause_on_the_second_day(sample, sent, claire, monkeypatch):
    raw = bounce(sample, sent, claire.email, status="5.4.4", said="Sorry, no host by that name")
    receive_mail(raw)
    receive_mail(raw)
    assert not is_paused(claire) and BounceCount.objects.get().hard == 1

    days_later(monkeypatch, 1)
    receive_mail(raw)
    assert is_paused(claire)


def test_five_failures_for_now_within_fourteen_days_pause(sent, claire, monkeypatch):
    raw = bounce(EXCHANGE, sent, claire.email, **FULL)
    for _ in range(4):
        receive_mail(raw)
    days_later(monkeypatch, 15)
    receive_mail(raw)
    assert not is_paused(claire)
    for _ in range(4):
        receive_mail(raw)

    assert is_paused(claire) and BounceCount.objects.get().reason == "soft"


def test_what_is_only_delayed_or_refused_for_the_sake_of_the_mail_counts_for_nothing(
    sent, claire
):
    receive_mail(bounce(POSTFIX, sent, claire.email, **FULL | {"action": "delayed"}))
    receive_mail(bounce(GMAIL, sent, claire.email, action="relayed"))
    for status in ("5.7.1", "5.3.4", "5.6.0"):
        receive_mail(
            bounce(POSTFIX, sent, claire.email, status=status, said=f"550 {status} no")
        )

    assert not BounceCount.objects.exists()


@pytest.mark.parametrize("sample", [POSTFIX, EXCHANGE, GMAIL, QMAIL])
def test_a_forged_bounce_changes_nothing(sample, sent, claire, jeanne, lucie):
    """Of a post that they were mailed the Message-ID is known to others, and no proof."""
    for returned in (
        headers_of(sent, "X-Foirail-Recipient", "List-Unsubscribe"),
        f"X-Foirail-Recipient: {claire.pk}.{'a' * 43}",
        headers_of(sent).replace(f": {claire.pk}.", f": {jeanne.pk}."),
        "",
    ):
        returned = returned.replace("List-Unsubscribe", "X-Other")
        returned = re.sub(r"/c/\w+/", "/c/abcdefghijkm/", returned)
        raw = bounce(sample, sent, claire.email, returned)
        assert receive_mail(raw, "forum@example.org") is MailResult.BOUNCE
    # Who was mailed themselves cannot pause another.
    receive_mail(bounce(sample, sent, jeanne.email))
    receive_mail(bounce(sample, sent, lucie.email))

    assert not BounceCount.objects.exists()


def test_the_key_by_which_one_answers_proves_as_much(address, claire, thread, jeanne):
    post_reply(jeanne, thread)
    deliver()
    plain = bounce(POSTFIX, mail.outbox[0].message(), claire.email, "")
    receive_mail(plain, "reponse@forum.example.org")
    assert not is_paused(claire)

    receive_mail(plain, address)
    assert is_paused(claire)


@pytest.mark.parametrize("path", ["stop-mail", "stop-digest", "stop-notifications"])
def test_the_address_in_the_returned_mail_proves_as_much(path, sent, claire):
    of_thread, own = ThreadMailKey.objects.get(person=claire).key, stop_key_of(claire.pk)
    key = of_thread if path == "stop-mail" else own
    address = f"https://forum.example.org{reverse(path, args=[key])}"
    returned = f"List-Unsubscribe: <{address}>"
    receive_mail(bounce(EXCHANGE, sent, claire.email, returned))

    assert is_paused(claire)


def test_returned_headers_are_read_in_whatever_encoding(sent, claire):
    text = bounce(POSTFIX, sent, claire.email).decode()
    report = message_from_string(text)
    part = report.get_payload()[2]
    encode_base64(part)
    assert "X-Foirail-Recipient" not in report.as_string()
    receive_mail(report.as_bytes())

    assert is_paused(claire)


@pytest.mark.parametrize("kind", ["digest", "notification"])
def test_digests_and_notifications_bear_a_proof_too(
    kind, thread, claire, jeanne, lucie, viewer_of
):
    plan_changed_notifications()
    if kind == "digest":
        save_mail_setting(claire.pk, channel="digest")
        post_reply(jeanne, thread)
        one = digest(claire)
    else:
        hide_post(post_reply(claire, thread), viewer_of(lucie), "Hors sujet.")
        plan_changed_notifications()
        (one,) = send_notifications(claire)
    receive_mail(bounce(GMAIL, one.message(), claire.email))

    assert is_paused(claire)


def test_a_complaint_pauses_at_once_wherever_its_address_was_blotted_out(sent, claire):
    returned = headers_of(sent).replace(claire.email, "redacted@redacted")
    assert receive_mail(complaint(sent, returned=returned)) is MailResult.BOUNCE

    assert is_paused(claire) and BounceCount.objects.get().reason == "complaint"


def test_a_forged_complaint_and_one_that_is_none_change_nothing(sent):
    forged = headers_of(sent, "X-Foirail-Recipient")
    receive_mail(complaint(sent, returned=re.sub(r"/c/\w+/", "/c/abcdefghijkm/", forged)))
    receive_mail(complaint(sent, "not-spam"))
    receive_mail(complaint(sent, "auth-failure"))

    assert not BounceCount.objects.exists()


def test_who_is_paused_is_mailed_no_post_digest_or_notification(
    sent, thread, claire, jeanne, lucie, viewer_of
):
    plan_changed_notifications()
    receive_mail(bounce(POSTFIX, sent, claire.email))
    post_reply(jeanne, thread)
    assert deliver() == 0
    save_mail_setting(claire.pk, channel="digest")
    assert digest(claire) is None
    hide_post(post_reply(claire, thread), viewer_of(lucie), "Hors sujet.")
    plan_changed_notifications()
    assert send_notifications(claire) == []


def test_what_was_planned_before_is_not_sent(sent, thread, claire, jeanne):
    post_reply(jeanne, thread)
    plan()
    receive_mail(bounce(POSTFIX, sent, claire.email))

    assert send() == 0


def test_who_is_paused_is_mailed_the_code_that_they_ask_for(sent, claire):
    receive_mail(bounce(POSTFIX, sent, claire.email))
    mail.outbox.clear()
    Client().post(reverse("account_request_login_code"), {"email": claire.email})

    assert [one.to for one in mail.outbox] == [[claire.email]]


def test_the_inbox_and_the_page_of_mail_say_it_until_they_resume(
    sent, thread, claire, jeanne, viewer_of, browser_of
):
    settings, browser = reverse("mail-settings"), browser_of(claire)
    assert "Reprendre l’envoi" not in browser.get(settings).text
    receive_mail(bounce(POSTFIX, sent, claire.email))

    (waiting,) = find_waiting(claire, viewer_of(claire))
    assert claire.email in waiting.text and waiting.url == settings
    assert "nous reviennent" in browser.get(reverse("home")).text
    assert "Reprendre l’envoi" in browser.get(settings).text
    browser.post(reverse("resume-mail"))
    assert "Reprendre l’envoi" not in browser.get(settings).text
    assert find_waiting(claire, viewer_of(claire)) == []
    post_reply(jeanne, thread)
    assert deliver() == 1


def test_a_complaint_is_said_in_its_own_words(sent, claire, browser_of):
    receive_mail(complaint(sent))

    assert "comme indésirables" in browser_of(claire).get(reverse("mail-settings")).text
    assert "comme indésirables" in browser_of(claire).get(reverse("inbox")).text


def test_nobody_resumes_for_another(sent, claire, jeanne, browser_of, client):
    receive_mail(bounce(POSTFIX, sent, claire.email))
    browser_of(jeanne).post(reverse("resume-mail"))
    assert client.post(reverse("resume-mail")).url.startswith(reverse("account_login"))
    assert browser_of(claire).get(reverse("resume-mail")).status_code == 405

    assert is_paused(claire)


def test_another_address_ends_the_pause_and_bounces_of_the_old_one_count_no_more(
    sent, thread, claire, jeanne, viewer_of, browser_of
):
    old = bounce(POSTFIX, sent, claire.email)
    receive_mail(old)
    browser = browser_of(claire)
    assert "nous reviennent" in browser.get(reverse("inbox")).text
    User.objects.filter(pk=claire.pk).update(email="claire.neuve@example.org")
    claire.refresh_from_db()

    assert "nous reviennent" not in browser.get(reverse("inbox")).text
    receive_mail(old)
    receive_mail(complaint(sent))
    post_reply(jeanne, thread)
    assert deliver() == 1 and not is_paused(claire)
    receive_mail(bounce(POSTFIX, mail.outbox[-1].message(), claire.email))
    assert is_paused(claire) and BounceCount.objects.get().hard == 1


def test_a_server_that_refuses_the_address_itself_pauses_it(
    thread, claire, jeanne, monkeypatch
):
    said = {"words": b"5.7.1 Blocked"}

    def refuse(_backend, _messages):
        raise SMTPRecipientsRefused({claire.email: (550, said["words"])})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    post_reply(jeanne, thread)
    deliver()
    assert not is_paused(claire)
    said["words"] = b"5.1.1 <claire@example.org>: user unknown"
    post_reply(jeanne, thread)
    deliver()

    assert is_paused(claire)


def test_counts_are_forgotten_after_thirty_days_and_pauses_are_not(sent, claire, monkeypatch):
    raw = bounce(POSTFIX, sent, claire.email, status="5.4.4", said="no host")
    receive_mail(raw)
    days_later(monkeypatch, 29)
    delete_settled_mails.func()
    assert BounceCount.objects.exists()
    days_later(monkeypatch, 31)
    delete_settled_mails.func()
    assert not BounceCount.objects.exists()

    receive_mail(bounce(POSTFIX, sent, claire.email))
    days_later(monkeypatch, 400)
    delete_settled_mails.func()
    assert is_paused(claire)
    User.objects.filter(pk=claire.pk).update(email="claire.neuve@example.org")
    delete_settled_mails.func()
    assert not BounceCount.objects.exists()


def test_bounces_are_taken_at_the_address_that_mails_are_from(settings):
    settings.DEFAULT_FROM_EMAIL = "Foirail <forum@example.org>"

    assert answer_to_address("<Forum@example.org>") is ServerAnswer.TAKEN
    assert answer_to_address("autre@example.org") is ServerAnswer.UNKNOWN_ADDRESS


def test_no_person_s_mail_is_read_as_a_report(sent, claire):
    words = QMAIL.partition("\n\n")[2].format(
        address=claire.email, returned=headers_of(sent), said="no"
    )
    receive_mail(answer(claire, words).as_bytes())

    assert not BounceCount.objects.exists()


@pytest.mark.parametrize("cut", range(0, 2_000, 137))
def test_a_report_that_is_broken_is_taken_and_says_nothing_wrong(cut, sent, claire):
    raw = bounce(EXCHANGE, sent, claire.email)
    report = read_report(raw[:cut] + b"\xff\x00" + raw[cut + 60 :])

    assert set(report.failures) <= {claire.email.lower()}
    assert receive_mail(raw[:600] + raw[600 + cut :]) is MailResult.BOUNCE
