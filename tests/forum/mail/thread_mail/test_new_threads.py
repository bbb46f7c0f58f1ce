"""A thread is started by mail, by who may start it on the site and has proved who they are."""

from email.message import EmailMessage

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from forum.base.spaces.new_thread_addresses import new_thread_address
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.actions import save_mail_setting
from forum.mail.thread_mail.new_threads import actions
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to, answer_to_address
from forum.mail.thread_mail.replies import actions as replies
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Space, Thread
from tests.factories import PROJECTS, create_person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
SUBJECT = "Quelle chaudière pour une école ?"


@pytest.fixture(autouse=True)
def open_to_mail(settings, claire):
    """Our server vouches for senders, and Claire has proved her address."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    prove(claire)


def prove(person):
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )


def written(person, subject=SUBJECT, text="Nous hésitons.", result="pass", **headers):
    message = EmailMessage()
    domain = person.email.partition("@")[2]
    message["Authentication-Results"] = f"mx.example.org; dmarc={result} header.from={domain}"
    message["From"], message["Subject"] = f"Claire <{person.email}>", subject
    message["Message-ID"] = headers.pop("message_id", "<1@example.org>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def to(space, topic=""):
    return new_thread_address(space.slug, topic)


def test_a_mail_to_the_address_of_a_space_starts_a_thread(claire, spaces, topics):
    raw = written(claire, text="Nous hésitons.\n\n-- \nClaire")

    assert receive_mail(raw, to(spaces["network"], topics[0].slug)) is MailResult.PUBLISHED
    thread = Thread.objects.get()
    assert (thread.title, thread.kind, thread.topic) == (SUBJECT, "question", topics[0])
    assert (thread.space, thread.author) == (spaces["network"], claire)
    assert thread.posts.get().text == "Nous hésitons."


def test_its_writer_is_told_where_it_is_and_who_reads_it(claire, spaces):
    receive_mail(written(claire), to(spaces["network"]))

    (receipt,) = mail.outbox
    assert receipt.to == [claire.email] and "est ouvert" in receipt.subject
    assert Thread.objects.get().get_absolute_url() in receipt.body
    assert "Tout le réseau" in receipt.body
    assert receipt.extra_headers["In-Reply-To"] == "<1@example.org>"


def test_a_receipt_and_a_refusal_are_plain_text(claire, spaces):
    save_mail_setting(claire.pk, language="en")
    Space._base_manager.filter(pk=spaces["network"].pk).update(name_en="")
    receive_mail(written(claire, "L’école & « le <bois> »"), to(spaces["network"]))
    receive_mail(written(claire, "x", "a < b & c", message_id="<2@a>"), to(spaces["network"]))

    assert "L’école & « le <bois> »" in mail.outbox[0].body
    assert "<span" not in mail.outbox[0].body
    assert "a < b & c" in mail.outbox[1].body


def test_without_a_topic_it_is_under_the_last_and_a_statement_is_a_discussion(
    claire, spaces, topics
):
    receive_mail(written(claire, "TR: Re: Une chaudière pour l’école"), to(spaces["network"]))

    thread = Thread.objects.get()
    assert (thread.title, thread.kind) == ("Une chaudière pour l’école", "discussion")
    assert thread.topic == max(topics, key=lambda it: (it.order, it.pk))


def test_the_same_mail_twice_starts_one(claire, spaces):
    address = to(spaces["network"])

    assert receive_mail(written(claire), address) is MailResult.PUBLISHED
    assert receive_mail(written(claire), address) is MailResult.TWICE
    assert Thread.objects.count() == len(mail.outbox) == 1


def test_who_writes_anothers_from_learns_neither_of_accounts_nor_of_spaces(claire, spaces):
    """A mail server is told the same, whoever From is, whatever they read, however often."""
    stranger = create_person("Paul", PROJECTS)
    forged = written(claire, result="none")
    told = [
        answer_to(raw, address)
        for raw in (forged, forged, written(stranger, result="none"))
        for address in (to(spaces["network"]), to(spaces[PROJECTS]))
    ]

    assert set(told) == {ServerAnswer.UNKNOWN_ADDRESS}


def test_what_nobody_vouches_for_keeps_no_mail_of_ones_own_back(claire, spaces):
    address = to(spaces["network"])
    for number in range(4):
        receive_mail(written(claire, result="none", message_id=f"<{number}@a>"), address)
    assert ReceivedMail.objects.count() == actions._MAX_UNPROVED

    own = written(claire, message_id="<0@a>")
    assert receive_mail(own, address) is MailResult.PUBLISHED
    assert "est ouvert" in mail.outbox[-1].subject


def test_forged_mails_cost_nobody_their_receipts(claire, spaces, monkeypatch):
    monkeypatch.setattr(replies, "MAX_RECEIPTS", 2)
    for number in range(3):
        raw = written(claire, result="none", message_id=f"<{number}@a>")
        receive_mail(raw, to(spaces["network"]))
    receive_mail(written(claire, message_id="<9@a>"), to(spaces["network"]))

    assert "est ouvert" in mail.outbox[-1].subject


@pytest.mark.parametrize("result", ["fail", "none", "temperror"])
def test_what_nobody_vouches_for_starts_none_and_sends_no_word_of_it(result, claire, spaces):
    raw = written(claire, text="Un mot d’un autre.", result=result)

    assert receive_mail(raw, to(spaces["network"])) is MailResult.UNPROVED
    assert not Thread.objects.exists()
    (refusal,) = mail.outbox
    assert refusal.to == [claire.email] and "Rien ne prouve" in refusal.body
    assert "d’un autre" not in refusal.body + refusal.subject
    assert bytes(ReceivedMail.objects.get().raw) == b""


def test_of_such_mails_a_person_is_told_three_times_a_day(claire, spaces):
    for number in range(5):
        raw = written(claire, result="none", message_id=f"<{number}@a>")
        receive_mail(raw, to(spaces["network"]))

    assert len(mail.outbox) == actions._MAX_UNPROVED


def test_a_result_of_another_server_is_no_proof(claire, spaces, settings):
    raw = written(claire)
    settings.FORUM_AUTHSERV_ID = "mx2.example.org"

    assert receive_mail(raw, to(spaces["network"])) is MailResult.UNPROVED


def test_two_senders_are_none(claire, jeanne, spaces):
    both = written(claire).replace(b"\nSubject", f"\nFrom: {jeanne.email}\nSubject".encode())

    assert receive_mail(both, to(spaces["network"])) is MailResult.UNREADABLE
    assert mail.outbox == [] and not Thread.objects.exists()


def test_an_address_that_was_not_proved_is_nobodys(claire, spaces):
    EmailAddress.objects.update(verified=False)

    assert receive_mail(written(claire), to(spaces["network"])) is MailResult.UNKNOWN_ADDRESS
    assert mail.outbox == []


def test_a_space_that_one_does_not_read_is_as_one_that_is_not_there(claire, spaces):
    hidden, missing = to(spaces[PROJECTS]), new_thread_address("rien-de-tel")

    for address in (hidden, missing):
        assert answer_to_address(address) is ServerAnswer.TAKEN
        assert receive_mail(written(claire), address) is MailResult.UNKNOWN_ADDRESS
    assert mail.outbox == [] and not Thread.objects.exists()


def test_who_may_write_nothing_there_is_told_why_with_their_text(spaces):
    waiting = create_person("Paul", PROJECTS, confirmed=False, signed=False)
    prove(waiting)

    assert receive_mail(written(waiting), to(spaces["public"])) is MailResult.REFUSED
    (refusal,) = mail.outbox
    assert "charte" in refusal.body and "Nous hésitons." in refusal.body


@pytest.mark.parametrize(
    ("subject", "text", "words"),
    [("Bois", "Oui.", "trop court"), ("x" * 161, "Oui.", "160"), (SUBJECT, "", "pas de texte"),
     (SUBJECT, "x" * 40_001, "plus long")],
)  # fmt: skip
def test_what_makes_no_thread_is_refused_in_words(subject, text, words, claire, spaces):
    receive_mail(written(claire, subject, text), to(spaces["network"]))

    assert words in mail.outbox[0].body and not Thread.objects.exists()


def test_the_address_is_shown_to_who_may_write_there(claire, spaces, browser_of, client):
    page = reverse("space", args=[spaces["public"].slug])
    address = to(spaces["public"])

    assert f"mailto:{address}" in browser_of(claire).get(page).text
    assert "mailto:" not in client.get(page).text


def test_without_a_server_that_vouches_there_is_no_such_address(
    claire, spaces, settings, browser_of
):
    address = to(spaces["public"])
    settings.FORUM_AUTHSERV_ID = ""

    page = reverse("space", args=[spaces["public"].slug])
    assert "mailto:" not in browser_of(claire).get(page).text
    assert answer_to_address(address) is ServerAnswer.UNKNOWN_ADDRESS
    assert receive_mail(written(claire), address) is MailResult.UNKNOWN_ADDRESS


def test_an_address_longer_than_mail_takes_is_not_shown():
    assert new_thread_address("x" * 55) and not new_thread_address("x" * 57)
    assert not new_thread_address("x" * 30, "y" * 30)
