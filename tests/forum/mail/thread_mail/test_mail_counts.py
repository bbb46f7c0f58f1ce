"""What becomes of each mail that comes in is counted, and shown to who looks after the site."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from forum.mail.incoming_mail import actions
from forum.mail.incoming_mail.actions import count_mail
from forum.mail.incoming_mail.models import MailCount, MailResult
from forum.mail.incoming_mail.queries import mail_figures
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to, answer_to_address
from forum.mail.thread_mail.replies.tasks import delete_received_mails
from tests.forum.mail.thread_mail.helpers import answer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def counted():
    return dict(MailCount.objects.values_list("result", "number"))


def test_each_mail_is_counted_once_by_what_became_of_it(address, claire, jeanne):
    mine = answer(claire).as_bytes()
    receive_mail(mine, address)
    receive_mail(mine, address)
    receive_mail(answer(claire, message_id="<2@a>", Precedence="list").as_bytes(), address)
    receive_mail(answer(jeanne).as_bytes(), address)
    receive_mail(answer(claire, "", message_id="<3@a>").as_bytes(), address)
    receive_mail(b"x" * 26_000_000, address)
    answer_to_address("reponse+abcdefghijkm@forum.example.org")

    assert counted() == dict.fromkeys([
        "published", "twice", "list", "other sender", "refused", "too long", "unknown address",
    ], 1)  # fmt: skip


def test_a_count_that_fails_fails_no_mail(address, claire, thread, monkeypatch):
    def fail(**_about):
        raise DatabaseError("no")

    monkeypatch.setattr(MailCount.objects, "get_or_create", fail)

    assert answer_to(answer(claire).as_bytes(), address) is ServerAnswer.TAKEN
    assert thread.posts.last().author == claire


def test_the_figures_are_of_today_and_of_thirty_days():
    count_mail(MailResult.LIST)
    count_mail(MailResult.LIST)
    for days, number in (29, 1), (30, 5):
        day = timezone.localdate() - timedelta(days=days)
        MailCount.objects.create(day=day, result="list", number=number)

    (figure,) = mail_figures()
    assert (figure.today, figure.recently) == (2, 3)


def test_animators_see_them_beside_the_tasks(lucie, browser_of):
    browser = browser_of(lucie)
    assert "Courriels arrivés" not in browser.get(reverse("background-tasks")).text

    count_mail(MailResult.LOOP)
    assert "boucles" in browser.get(reverse("background-tasks")).text


def test_counts_are_kept_for_a_year():
    count_mail(MailResult.LIST)
    delete_received_mails.func()
    assert counted()

    MailCount.objects.update(day=timezone.localdate() - actions.RETENTION - timedelta(days=1))
    delete_received_mails.func()
    assert not counted()
