"""What is away for a while loses no mail: its server keeps it, and it comes through later."""

from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError
from django.db.models.signals import post_save
from django.urls import reverse

from accounts.base.mail import send
from forum.conversation.files.models import StoredFile
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception import actions as reception
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to
from forum.mail.thread_mail.replies.models import ReceivedMail
from tests.forum.conversation.files.file_helpers import PDF
from tests.forum.mail.thread_mail.helpers import answer
from tests.servers import free_port

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def mail_away(settings):
    """No mail leaves, until what is given is called."""
    before = settings.MAILERS
    smtp = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    smtp["OPTIONS"] = {"host": "127.0.0.1", "port": free_port()}
    settings.MAILERS = dict.fromkeys(before, smtp)
    return lambda: setattr(settings, "MAILERS", before)


@pytest.fixture
def no_folder(settings, tmp_path):
    """Files cannot be written: where their folder would be is something else."""
    place = tmp_path / "taken"
    place.write_text("no folder")
    settings.MEDIA_ROOT = str(place)
    return place


@pytest.fixture
def with_file(claire):
    """A mail with a document, and another that is not taken."""
    message = answer(claire)
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="devis.pdf")
    return message.as_bytes()


def said(caplog):
    """The one sentence in the log, which is no traceback."""
    (record,) = caplog.records
    assert not record.exc_info and "\n" not in record.getMessage()
    return record.getMessage()


def test_where_files_cannot_be_written_a_mail_waits_and_comes_through_with_its_file(
    with_file, no_folder, address, thread, caplog
):
    for _ in range(2):
        caplog.clear()
        assert answer_to(with_file, address) is ServerAnswer.TRY_AGAIN
        assert said(caplog).startswith("A file could not be stored: [Errno")
    assert thread.posts.count() == 2 and mail.outbox == []
    assert not QuarantinedMail.objects.exists() and not ReceivedMail.objects.exists()

    no_folder.unlink()
    assert answer_to(with_file, address) is ServerAnswer.TAKEN
    assert [it.name for it in StoredFile.objects.all()] == ["devis.pdf"]
    assert [it.name for it in thread.posts.last().shown_files] == ["devis.pdf"]


def test_of_two_files_the_first_is_not_left_behind_where_the_second_fails(
    claire, address, request, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path / "files")
    message = answer(claire)
    for name in ("un.pdf", "deux.pdf"):
        message.add_attachment(PDF, maintype="application", subtype="pdf", filename=name)

    def full_after_one(instance, **_about):
        (tmp_path / "full").touch()
        settings.MEDIA_ROOT = str(tmp_path / "full")

    post_save.connect(full_after_one, StoredFile)
    request.addfinalizer(lambda: post_save.disconnect(full_after_one, StoredFile))

    assert answer_to(message.as_bytes(), address) is ServerAnswer.TRY_AGAIN
    assert not StoredFile.objects.exists()


def test_a_refusal_of_which_its_writer_cannot_be_told_is_told_later(
    claire, address, mail_away, thread, caplog
):
    raw = answer(claire, "").as_bytes()
    assert answer_to(raw, address) is ServerAnswer.TRY_AGAIN
    assert not ReceivedMail.objects.exists()
    assert said(caplog).startswith("A mail could not be sent: ConnectionRefusedError: [Errno")

    mail_away()
    assert answer_to(raw, address) is answer_to(raw, address) is ServerAnswer.TAKEN
    (refusal,) = mail.outbox
    assert "pas de texte" in refusal.body and thread.posts.count() == 2


def test_what_is_published_is_taken_though_its_receipt_cannot_leave(
    claire, address, mail_away, thread
):
    assert answer_to(answer(claire).as_bytes(), address) is ServerAnswer.TAKEN
    assert thread.posts.last().author == claire


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (
            SMTPRecipientsRefused({"claire@x.fr": (550, b"claire@x.fr")}),
            "SMTPRecipientsRefused",
        ),
        (SMTPDataError(554, "claire@x.fr is unwanted"), "SMTPDataError 554"),
        (TimeoutError("timed out"), "TimeoutError: timed out"),
    ],
)
def test_the_log_says_why_a_mail_did_not_leave_and_not_to_whom_it_was(
    refusal, expected, monkeypatch, caplog
):
    def refuse(*_args):
        raise refusal

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert not send("claire@x.fr", "Bonjour", "Bonjour,")
    assert said(caplog) == f"A mail could not be sent: {expected}"


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError, InternalError, OSError])
def test_what_passes_is_tried_again(fault, claire, address, monkeypatch):
    def fail(*_args):
        raise fault("away")

    monkeypatch.setattr(reception, "process_reply", fail)

    assert answer_to(answer(claire).as_bytes(), address) is ServerAnswer.TRY_AGAIN
    assert not QuarantinedMail.objects.exists()


@pytest.mark.parametrize("fault", [DataError, IntegrityError, KeyError])
def test_what_the_mail_is_at_fault_for_waits_on_the_desk(fault, claire, address, monkeypatch):
    def fail(*_args):
        raise fault("of the mail")

    monkeypatch.setattr(reception, "process_reply", fail)

    assert answer_to(answer(claire).as_bytes(), address) is ServerAnswer.TAKEN
    assert QuarantinedMail.objects.exists()


def test_one_of_the_desk_stays_there_while_something_is_away(
    claire, lucie, thread, address, with_file, no_folder, browser_of
):
    kept = QuarantinedMail.objects.create(
        person=claire, thread=thread, fault="x", digest="x", raw=with_file
    )
    browser = browser_of(lucie)
    url = reverse("retry-quarantined-mail", args=[kept.pk])

    assert "panne passagère" in browser.post(url, follow=True).text
    assert QuarantinedMail.objects.exists() and thread.posts.count() == 2
