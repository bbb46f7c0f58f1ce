"""Only what proves to answer a mail of ours counts as a bounce, or a complaint."""

import re
from email import message_from_string
from email.encoders import encode_base64

import pytest
from django.core import mail

from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.actions import save_mail_setting, stop_key_of
from forum.mail.thread_mail.bounces.models import BounceCount
from forum.mail.thread_mail.models import ThreadMailKey
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.moderation.actions import hide_post
from tests.factories import post_reply
from tests.forum.mail.thread_mail.bounce_samples import (
    EXCHANGE,
    GMAIL,
    POSTFIX,
    QMAIL,
    bounce,
    complaint,
    headers_of,
    is_paused,
)
from tests.forum.mail.thread_mail.helpers import deliver
from tests.forum.mail.thread_mail.test_digests import digest
from tests.forum.mail.thread_mail.test_notification_mails import send as send_notifications

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


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


def test_the_address_in_the_returned_mail_proves_as_much(sent, claire):
    key = ThreadMailKey.objects.get(person=claire).key
    returned = f"List-Unsubscribe: <https://forum.example.org/c/{key}/>"
    receive_mail(bounce(EXCHANGE, sent, claire.email, returned))

    assert is_paused(claire)


@pytest.mark.parametrize("page", ["r", "n"])
def test_the_key_that_stops_digests_and_notifications_proves_as_much(page, sent, claire):
    url = f"https://forum.example.org/{page}/{stop_key_of(claire.pk)}/"
    receive_mail(bounce(EXCHANGE, sent, claire.email, f"List-Unsubscribe: <{url}>"))

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
