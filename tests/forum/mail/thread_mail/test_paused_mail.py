"""Whose address is paused is mailed what they ask for alone, and may resume."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from forum.conversation.inbox.queries import find_waiting
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.bounces.models import BounceCount
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.moderation.actions import hide_post
from tests.factories import post_reply
from tests.forum.mail.thread_mail.bounce_samples import (
    POSTFIX,
    bounce,
    complaint,
    is_paused,
)
from tests.forum.mail.thread_mail.helpers import deliver, plan, send
from tests.forum.mail.thread_mail.test_digests import digest
from tests.forum.mail.thread_mail.test_notification_mails import send as send_notifications

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


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

    assert "comme indésirables" in browser_of(claire).get(reverse("inbox")).text
    assert "comme indésirables" in browser_of(claire).get(reverse("mail-settings")).text


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
