"""What concerns a person is mailed to them at once: once, unread, and only while it holds."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.models import Seat
from accounts.organisations.actions import confirm_seat, refuse_seat
from forum.inbox.actions import mark_read
from forum.moderation.actions import hide_post
from forum.outgoing_mail.actions import Sent
from forum.thread_mail.actions import save_mail_setting
from forum.thread_mail.digests.queries import digest_content
from forum.thread_mail.models import MailSetting
from forum.thread_mail.notifications.actions import (
    KEPT,
    delete_old_notification_mails,
    plan_all_notifications,
    plan_changed_notifications,
    send_next_notifications,
)
from forum.thread_mail.notifications.models import NotificationMail
from forum.thread_mail.notifications.tasks import mail_notifications
from tests.factories import (
    AUTHORITIES,
    SUPPORT,
    create_charter,
    move_thread,
    post_reply,
    start_thread,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture(autouse=True)
def _begun(claire, jeanne, lucie, spaces):
    """What was there before is mailed to nobody."""
    plan_changed_notifications()


@pytest.fixture
def hide(claire, lucie, thread, viewer_of):
    """Have a post of Claire's be hidden, for a reason, of which she is told."""

    def hide(reason="Hors sujet."):
        hide_post(post_reply(claire, thread), viewer_of(lucie), reason)

    return hide


def send(person):
    """What is mailed to ``person``, as if all had waited."""
    NotificationMail.objects.update(due_at=timezone.now())
    before = len(mail.outbox)
    while send_next_notifications() is not None:
        pass
    return [one for one in mail.outbox[before:] if one.to == [person.email]]


def deliver(person):
    plan_changed_notifications()
    return send(person)


def test_who_waits_for_a_seat_is_mailed_what_was_decided(make_person, lucie):
    nils = make_person("Nils", AUTHORITIES, confirmed=False)
    deliver(nils)
    confirm_seat(nils.seats.get(), lucie)

    (sent,) = deliver(nils)
    assert "est confirmé" in sent.subject and "/compte/" in sent.body
    assert "est confirmé" in sent.alternatives[0][0]


def test_it_waits_so_that_what_is_taken_back_is_not_mailed(hide):
    hide()
    plan_changed_notifications()

    assert send_next_notifications() is None, "not due yet"


def test_several_are_one_mail_and_none_is_mailed_twice(claire, hide):
    hide("Nomme un foyer.")
    hide("Hors sujet.")

    (sent,) = deliver(claire)
    assert "Nomme un foyer." in sent.body and "Hors sujet." in sent.body
    plan_all_notifications()
    assert send(claire) == []


def test_what_was_read_on_the_site_is_not_mailed(claire, hide):
    hide()
    mark_read(claire, timezone.now())

    assert deliver(claire) == []


def test_what_no_longer_holds_when_it_is_sent_is_not_mailed(claire, make_person, town, lucie):
    nils = make_person("Nils")
    seat = Seat.objects.create(person=nils, organisation=town, position="Adjoint")
    plan_changed_notifications()
    refuse_seat(seat, lucie, "Pas chez nous.")

    assert not any(nils.full_name in one.body for one in send(claire))


def test_who_does_not_want_them_gets_none(claire, hide):
    save_mail_setting(claire.pk, notifications=False)
    hide()

    assert deliver(claire) == []


def test_the_title_of_a_thread_that_one_has_lost_is_in_no_mail(
    claire, jeanne, lucie, spaces, viewer_of
):
    lost = start_thread(jeanne, spaces["network"], title="Perdu de vue")
    post_reply(claire, lost)
    move_thread(lost, viewer_of(lucie), spaces[SUPPORT])

    assert not any("Perdu de vue" in one.body + one.subject for one in deliver(claire))


def test_the_digest_does_not_tell_again_what_was_mailed_at_once(claire, hide, viewer_of):
    hide()
    since = timezone.now() - timedelta(days=7)
    assert digest_content(claire, viewer_of(claire), since).notices
    assert deliver(claire)
    claire = type(claire).objects.select_related("mail_setting").get(pk=claire.pk)

    assert not digest_content(claire, viewer_of(claire), since).notices


def test_a_reminder_comes_with_time_alone(claire):
    create_charter(2, binding_from=timezone.now() + timedelta(days=30))
    (sent,) = deliver(claire)
    assert "attend votre signature" in sent.subject
    assert send(claire) == []
    MailSetting.objects.update(notified_until=timezone.now() - timedelta(days=1))
    plan_all_notifications()

    assert len(send(claire)) == 1


def test_its_headers_say_that_no_machine_need_answer(claire, hide):
    hide("Un motif\nsur deux lignes.")

    (sent,) = deliver(claire)
    headers = sent.message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"].startswith("<notification-")
    assert "\n" not in sent.subject


def test_where_no_server_answers_it_is_sent_later(claire, hide, monkeypatch):
    hide()
    plan_changed_notifications()
    NotificationMail.objects.update(due_at=timezone.now())
    with monkeypatch.context() as patch:

        def refuse(_backend, _messages):
            raise SMTPServerDisconnected

        patch.setattr(EmailBackend, "send_messages", refuse)
        ended = set()
        while (sent := send_next_notifications()) is not None:
            ended.add(sent)
        assert Sent.NO_SERVER in ended
    assert len(send(claire)) == 1


def test_the_task_does_all_of_it_and_old_rows_are_forgotten(claire, hide):
    hide()
    mail_notifications.call()
    assert mail.outbox == [], "it waits"
    NotificationMail.objects.update(due_at=timezone.now())
    mail_notifications.call()
    assert [one.to for one in mail.outbox] == [[claire.email]]

    NotificationMail.objects.update(settled_at=timezone.now() - KEPT - timedelta(days=1))
    assert delete_old_notification_mails() and not NotificationMail.objects.exists()
