"""A mail that cannot be read is kept for animators, and never lost."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DataError, OperationalError
from django.urls import reverse
from django.utils import timezone

from forum.mail.incoming_mail import message
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.quarantine import actions
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception import actions as reception
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to
from forum.mail.thread_mail.replies.tasks import delete_received_mails
from forum.models import Follow, Thread
from tests.factories import PROJECTS
from tests.forum.mail.thread_mail.helpers import answer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
PAGE = "quarantined-mails"


@pytest.fixture
def unreadable(monkeypatch):
    """No mail can be read."""

    def fail(_raw):
        raise ValueError("a fault of the parser")

    monkeypatch.setattr(message, "parse_headers", fail)


@pytest.fixture
def kept(unreadable, address, claire):
    """One that is kept."""
    raw = answer(claire, f"Voir {address}.", To=address).as_bytes()
    assert receive_mail(raw, address) is MailResult.QUARANTINED
    return QuarantinedMail.objects.get()


def test_its_server_is_told_that_it_is_taken_and_its_person_that_it_is_not_published(
    unreadable, address, claire, thread
):
    raw = answer(claire).as_bytes()

    assert answer_to(raw, address) is ServerAnswer.TAKEN
    assert bytes(QuarantinedMail.objects.get().raw) == raw and thread.posts.count() == 2
    (notice,) = mail.outbox
    assert notice.to == [claire.email] and "n’a pas pu être lu" in notice.subject
    assert notice.extra_headers["Auto-Submitted"] == "auto-replied"


def test_what_fails_as_it_is_published_is_kept_too(address, claire, monkeypatch):
    def fail(*_args):
        raise DataError("a value that the database does not take")

    monkeypatch.setattr(reception, "process_reply", fail)

    assert receive_mail(answer(claire).as_bytes(), address) is MailResult.QUARANTINED
    assert QuarantinedMail.objects.get().fault.startswith("DataError")


def test_where_the_database_does_not_answer_nothing_is_kept(address, claire, monkeypatch):
    def fail(*_args):
        raise OperationalError("no answer")

    monkeypatch.setattr(reception, "process_reply", fail)

    assert answer_to(answer(claire).as_bytes(), address) is ServerAnswer.TRY_AGAIN
    assert not QuarantinedMail.objects.exists()


def test_the_same_mail_is_kept_once_and_told_of_once(kept, address):
    receive_mail(bytes(kept.raw), address)

    assert QuarantinedMail.objects.count() == len(mail.outbox) == 1


def test_somebody_who_sends_many_is_told_of_three_a_day(kept, address, claire):
    for number in range(5):
        receive_mail(answer(claire, message_id=f"<{number}@b>").as_bytes(), address)

    assert QuarantinedMail.objects.count() == 6 and len(mail.outbox) == 3


@pytest.mark.parametrize("bound", ["MAX_MAILS", "MAX_OF_PERSON"])
def test_where_so_many_are_kept_the_mail_server_keeps_the_next(
    bound, kept, address, claire, monkeypatch
):
    monkeypatch.setattr(actions, bound, 1)

    raw = answer(claire, message_id="<2@example.org>").as_bytes()
    assert answer_to(raw, address) is ServerAnswer.TRY_AGAIN


def test_one_that_is_kept_is_taken_again_though_so_many_are(kept, address, monkeypatch):
    monkeypatch.setattr(actions, "MAX_MAILS", 1)

    assert answer_to(bytes(kept.raw), address) is ServerAnswer.TAKEN


@pytest.mark.parametrize(
    ("name", "value"), [("Auto-Submitted", "auto-replied"), ("Precedence", "bulk")]
)
def test_of_machines_nothing_is_kept(name, value, unreadable, address, claire):
    raw = answer(claire, **{name: value}).as_bytes()

    assert receive_mail(raw, address) is MailResult.AUTO_REPLY
    assert not QuarantinedMail.objects.exists() and mail.outbox == []


def test_one_that_quotes_a_machine_is_kept(unreadable, address, claire):
    quoted = "List-Id: <energie.example.org>\nPrecedence: list\nReturn-Path: <>\n"
    raw = answer(claire, f"Voici ce que la liste disait :\n\n{quoted}").as_bytes()

    assert receive_mail(raw, address) is MailResult.QUARANTINED
    assert QuarantinedMail.objects.count() == len(mail.outbox) == 1


def test_what_is_to_nobody_is_not_kept(unreadable, address, claire):
    raw = answer(claire).as_bytes()

    assert receive_mail(raw, "reponse+abcdefghijkm@forum.example.org") is (
        MailResult.UNKNOWN_ADDRESS
    )
    assert receive_mail(raw) is MailResult.UNREADABLE
    assert not QuarantinedMail.objects.exists()


def test_whose_it_is_is_found_in_what_cannot_be_read(unreadable, address, claire):
    raw = answer(claire, **{"Delivered-To": address}).as_bytes()

    assert receive_mail(raw) is MailResult.QUARANTINED


def test_animators_see_it_without_the_key_and_delete_it(kept, address, lucie, browser_of):
    key = address.partition("+")[2].partition("@")[0]
    browser = browser_of(lucie)
    assert "Un courriel n’a pas pu être lu" in browser.get(reverse("review-queue")).text
    page = browser.get(reverse(PAGE)).text
    assert "a fault of the parser" in page and "Voir reponse+…@" in page and key not in page

    browser.post(reverse("delete-quarantined-mail", args=[kept.pk]))
    assert not QuarantinedMail.objects.exists()
    assert "pu être lu" not in browser.get(reverse("review-queue")).text


@pytest.fixture
def retry(kept, lucie, browser_of):
    """``retry()`` has an animator try it again, twice; returns what the page says then."""

    def press():
        browser = browser_of(lucie)
        url = reverse("retry-quarantined-mail", args=[kept.pk])
        said = browser.post(url, follow=True).text
        assert browser.post(url).status_code in (302, 404)
        return said

    return press


def test_one_that_can_be_read_now_is_published_once_and_its_writer_told(
    retry, monkeypatch, thread, claire
):
    monkeypatch.undo()
    mail.outbox.clear()
    QuarantinedMail.objects.update(raw=answer(claire).as_bytes())

    assert "la personne en est prévenue" in retry()
    assert thread.posts.last().author == claire and thread.posts.count() == 3
    assert not QuarantinedMail.objects.exists()
    assert [one.to for one in mail.outbox] == [[claire.email]]


def test_one_that_cannot_be_read_yet_stays_and_is_told_of_no_more(retry, thread):
    assert "reste illisible" in retry()
    assert QuarantinedMail.objects.count() == len(mail.outbox) == 1
    assert thread.posts.count() == 2


def test_what_asked_to_stop_stops_and_is_not_published(
    retry, kept, monkeypatch, thread, claire, address
):
    monkeypatch.undo()
    stop = address.replace("@", "+stop@")
    QuarantinedMail.objects.update(raw=answer(claire, To=stop).as_bytes())
    retry()

    assert not Follow.objects.filter(person=claire, thread=thread).exists()
    assert thread.posts.count() == 2 and not QuarantinedMail.objects.exists()


def test_pages_that_show_it_read_its_beginning_and_not_all_of_it(kept, lucie, viewer_of):
    seen = QuarantinedMail.objects.visible_to(viewer_of(lucie)).with_beginnings().get()

    assert bytes(seen.beginning) == bytes(kept.raw)[:80_000] and seen.shown_text
    assert "raw" in seen.get_deferred_fields()


def test_one_of_another_sender_is_not_published(retry, monkeypatch, thread, jeanne):
    monkeypatch.undo()
    QuarantinedMail.objects.update(raw=answer(jeanne).as_bytes())

    assert "pas de la personne" in retry()
    assert thread.posts.count() == 2 and QuarantinedMail.objects.exists()


def test_an_animator_who_does_not_read_the_thread_sees_nothing_of_it(
    kept, thread, lucie, spaces, browser_of
):
    browser = browser_of(lucie)
    Thread.objects.filter(pk=thread.pk).update(space=spaces[PROJECTS])
    delete = reverse("delete-quarantined-mail", args=[kept.pk])

    assert "a fault" not in browser.get(reverse(PAGE)).text
    assert "pu être lu" not in browser.get(reverse("review-queue")).text
    assert browser.post(delete).status_code == 404 and QuarantinedMail.objects.exists()
    retry = reverse("retry-quarantined-mail", args=[kept.pk])
    assert browser.post(retry).status_code == 404


def test_nobody_else_sees_the_page(kept, claire, browser_of, client):
    assert browser_of(claire).get(reverse(PAGE)).status_code == 404
    delete = reverse("delete-quarantined-mail", args=[kept.pk])
    assert browser_of(claire).post(delete).status_code == 404
    assert client.get(reverse(PAGE)).status_code == 404


def test_it_is_kept_for_thirty_days(kept):
    delete_received_mails.func()
    assert QuarantinedMail.objects.exists()

    QuarantinedMail.objects.update(arrived_at=timezone.now() - timedelta(days=31))
    delete_received_mails.func()
    assert not QuarantinedMail.objects.exists()
