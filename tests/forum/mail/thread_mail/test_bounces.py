"""Mail that comes back is counted, and pauses its address where that is too often."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.models import User
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.bounces import actions
from forum.mail.thread_mail.bounces.models import BounceCount
from forum.mail.thread_mail.bounces.report import read_report
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to_address
from forum.mail.thread_mail.tasks import delete_settled_mails
from tests.factories import post_reply
from tests.forum.mail.thread_mail.bounce_samples import (
    EXCHANGE,
    FULL,
    GMAIL,
    POSTFIX,
    QMAIL,
    bounce,
    headers_of,
    is_paused,
)
from tests.forum.mail.thread_mail.helpers import answer, deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


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


@pytest.mark.parametrize(
    "sender",
    ["Système de courrier <MAILER-DAEMON@mx.example.net>", "=?utf-8?q?Syst=C3=A8me?= <m@x.fr>"],
)
@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_a_report_is_read_whatever_bytes_its_headers_have(
    sender, charset, sent, claire, caplog
):
    text = bounce(QMAIL, sent, claire.email).decode()
    text = text.replace("MAILER-DAEMON@mx.example.net", sender, 1)

    assert read_report(text.encode(charset)).failures == {claire.email.lower(): "5.0.0"}
    assert caplog.records == []


def test_an_address_that_is_no_ascii_is_read_too(caplog):
    raw = b"From: postmaster@example.net\nX-Mailer: Novell GroupWise\nContent-Type: "
    raw += b"multipart/mixed; boundary=x\n\n--x\n\n<h\xe9l\xe8ne@Exemple.fr>\n--x--\n"

    assert set(read_report(raw).failures) == {"h\ufffdl\ufffdne@exemple.fr"}
    assert caplog.records == []


def test_what_nobody_can_read_is_said_on_a_line_without_a_traceback(caplog):
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n)
                     for n in range(3_000))  # fmt: skip

    assert not read_report(b"From: postmaster@example.net\n" + parts).failures
    (record,) = caplog.records
    assert record.levelname == "WARNING" and not record.exc_info
