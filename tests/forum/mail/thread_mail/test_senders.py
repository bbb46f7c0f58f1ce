"""Who wrote a mail is read as people's programs write it; a mail of nobody, or of several, is
returned.
"""

import pytest
from django.core import mail

from forum.conversation.follows.models import Follow, Level
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to
from forum.models import Space
from tests.forum.mail.thread_mail.helpers import answer
from tests.forum.mail.thread_mail.test_new_threads import prove, written

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def from_headers(claire, *headers):
    """A mail of ``claire`` with these headers in place of her From."""
    message = answer(claire)
    del message["From"]
    given = "".join(f"From: {it}\n" for it in headers)
    return given.format(address=claire.email).encode() + message.as_bytes()


@pytest.mark.parametrize("header", [
    '"Le Bihan, Claire" <{address}>', "Le Bihan, Claire <{address}>",
    "Claire @ Mairie <{address}>", "Claire L. [Mairie] <{address}>", "{address} (Claire)",
    "<{address}>", "'{address}' <{address}>", "=?utf-8?q?Claire_=3C{address}=3E?=",
    '"autre@exemple.fr" <{address}>', "{address} (de autre@exemple.fr)",
])  # fmt: skip
def test_who_is_named_in_any_way_that_programs_have_is_published(
    header, claire, address, thread
):
    assert answer_to(from_headers(claire, header), address) is ServerAnswer.TAKEN
    assert thread.posts.last().author == claire


@pytest.mark.parametrize("headers", [
    [], ["Claire Le Bihan"], [""], ["<>"], ["{address} <claire@localhost>"],
    ["{address}", "autre@exemple.fr"], ["autre@exemple.fr", "{address}"],
    ["{address}", "Claire"],
    ['"Claire" <{address}>, "Autre" <autre@exemple.fr>'], ["autre@exemple.fr <{address}>"],
    ["x" * 3_000 + " <{address}>"],
])  # fmt: skip
def test_where_nobody_or_several_wrote_it_the_mail_server_returns_it(
    headers, claire, address, thread
):
    raw = from_headers(claire, *headers)

    assert answer_to(raw, address) is ServerAnswer.UNREADABLE
    assert answer_to(raw.replace(b"From", b"To: %s\nFrom" % address.encode(), 1)).exit_code
    assert thread.posts.count() == 2 and mail.outbox == []
    assert not QuarantinedMail.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"\xfe\x01" * 2_500, b"\n\n", b"Bonjour."])
def test_what_is_no_mail_at_all_is_returned(raw, address):
    assert answer_to(raw, address) is ServerAnswer.UNREADABLE


def test_the_same_sender_twice_is_one(claire, address, thread):
    receive_mail(from_headers(claire, "{address}", "Claire <{address}>"), address)

    assert thread.posts.last().author == claire


def test_a_bounce_without_a_sender_is_one_still(claire, address):
    raw = b"Return-Path: <>\n" + from_headers(claire)

    assert receive_mail(raw, address) is MailResult.BOUNCE


def test_to_stop_a_key_is_enough_whoever_wrote(claire, address, thread):
    stop = address.replace("@", "+stop@")

    assert receive_mail(from_headers(claire), stop) is MailResult.FOLLOW
    assert not Follow.objects.filter(person=claire, thread=thread, level=Level.ALL).exists()


@pytest.mark.parametrize("name", ["postmaster", "bounce", "bounces+mairie"])
def test_a_member_whose_address_is_called_as_those_of_machines_is_a_person(
    name, address, thread, claire, spaces, settings
):
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    claire.email = f"{name}@mairie.example"
    claire.save()
    prove(claire)
    assert (
        receive_mail(answer(claire, "Chez nous.").as_bytes(), address) is MailResult.PUBLISHED
    )
    Space._base_manager.filter(pk=spaces["network"].pk).update(mail_address="l@exemple.fr")
    raw = written(claire, "Quelle régie pour trois communes ?", "Nous hésitons.")
    assert receive_mail(raw, "l@exemple.fr") is MailResult.PUBLISHED

    bounce = answer(claire, "Parti.", "<2@a>", Return_Path="<>").as_bytes()
    assert receive_mail(bounce, address) is MailResult.BOUNCE
