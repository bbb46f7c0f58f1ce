"""An answer by mail becomes a post by the rights of its writer, who is told of it."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from forum.conversation.inbox.queries import notifications_of
from forum.mail.incoming_mail.models import MailCount, MailResult
from forum.mail.thread_mail.mail import message_id
from forum.mail.thread_mail.mail_links.tokens import sign_thanks
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies import actions
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post
from forum.moderation.actions import lock_thread
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import answer, deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
QUOTED = "\n\nLe 12/03/2026 à 10:00, Jeanne Martin a écrit :\n> Une chaudière à plaquettes.\n"


def test_an_answer_is_published_without_what_it_quotes(address, thread, claire):
    raw = answer(claire, f"Merci, **150 kW** alors.{QUOTED}").as_bytes()

    assert receive_mail(raw, address) is MailResult.PUBLISHED

    post = thread.posts.last()
    assert (post.author, post.text) == (claire, "Merci, **150 kW** alors.")
    assert bytes(ReceivedMail.objects.get().raw) == raw


def test_its_writer_is_told_what_was_published_where_and_what_was_folded(address, claire):
    receive_mail(answer(claire, f"Merci.{QUOTED}").as_bytes(), address)

    (receipt,) = mail.outbox
    assert receipt.to == [claire.email] and "est publiée" in receipt.subject
    assert "Tout le réseau" in receipt.body and "> Une chaudière" in receipt.body
    assert receipt.extra_headers["In-Reply-To"] == "<1@example.org>"
    assert receipt.extra_headers["Auto-Submitted"] == "auto-replied"


def test_its_writer_is_told_under_which_licence_it_is_reused(address, thread, claire):
    receive_mail(answer(claire, message_id="<2@example.org>").as_bytes(), address)
    type(thread).objects.filter(pk=thread.pk).update(licence="cc-by-sa-4.0")
    receive_mail(answer(claire, "Sous licence.").as_bytes(), address)

    without, under = (" ".join(one.body.split()) for one in mail.outbox)
    assert "se reprend sous CC BY-SA 4.0" in under and "se reprend" not in without


def test_what_tells_of_the_post_that_is_answered_is_read(
    address, thread, claire, jeanne, viewer_of
):
    post = post_reply(jeanne, thread, text=f"@{claire.full_name} : combien de kW ?")
    deliver()
    (before, *_) = notifications_of(claire, viewer_of(claire))
    receive_mail(answer(claire, In_Reply_To=message_id(post.pk)).as_bytes(), address)

    (after, *_) = notifications_of(claire, viewer_of(claire))
    assert "nomme" in before.text and (before.is_read, after.is_read) == (False, True)


def test_the_same_mail_twice_is_published_and_told_once(address, thread, claire):
    for _ in range(2):
        receive_mail(answer(claire).as_bytes(), address)

    assert thread.posts.filter(author=claire, number__gt=1).count() == 1
    assert len(mail.outbox) == 1


def test_a_mail_without_an_identity_is_known_by_what_it_is(address, thread, claire):
    for _ in range(2):
        receive_mail(answer(claire, message_id="").as_bytes(), address)

    assert thread.posts.filter(author=claire, number__gt=1).count() == 1


def test_one_without_an_identity_is_known_whichever_way_it_came(address, thread, claire):
    raw = answer(claire, message_id="").as_bytes()
    receive_mail(raw, address)
    other_way = f"Return-Path: <{claire.email}>\nDelivered-To: {address}\n".encode() + raw
    again = receive_mail(other_way.replace(b"\n", b"\r\n"), address)

    assert again is MailResult.TWICE and thread.posts.filter(author=claire).count() == 2


def test_two_without_an_identity_are_two_where_they_say_other_things(address, thread, claire):
    for text in ("150 kW.", "Non, 250 kW."):
        receive_mail(answer(claire, text, message_id="").as_bytes(), address)

    assert thread.posts.filter(author=claire).count() == 3


def test_an_identity_that_no_database_takes_is_none(address, thread, claire):
    raw = answer(claire, message_id="").as_bytes()
    result = receive_mail(b"Message-ID: <a\x00b@example.org>\n" + raw, address)

    assert result is MailResult.PUBLISHED
    assert ReceivedMail.objects.get().message_id.startswith("sha256:")


def test_to_whom_it_was_sent_is_read_of_its_headers(address, thread, claire):
    receive_mail(answer(claire, To=f"Foirail <{address}>").as_bytes())

    assert thread.posts.last().author == claire


@pytest.mark.parametrize("named", ["", "other", "<post-999999@example.org>", "Re: votre mail"])
def test_its_thread_is_that_of_its_address_whatever_it_says_it_answers(
    named, address, thread, claire, jeanne, spaces
):
    other = start_thread(jeanne, spaces["network"])
    if named == "other":
        named = message_id(other.posts.get().pk)
    about = {"In_Reply_To": named, "References": named} if named else {}
    receive_mail(answer(claire, **about).as_bytes(), address)

    assert thread.posts.last().author == claire and other.posts.count() == 1


@pytest.mark.parametrize(("header", "result"), [
    ("Auto-Submitted: auto-replied", "auto-reply"), ("X-Autoreply: yes", "auto-reply"),
    ("X-Auto-Response-Suppress: All", "auto-reply"), ("Precedence: bulk", "list"),
    ("List-Id: <liste.example.org>", "list"), ("Return-Path: <>", "bounce"),
    ("Content-Type: multipart/report", "bounce"),
])  # fmt: skip
def test_what_a_machine_sent_is_neither_published_nor_answered(
    header, result, address, thread, claire
):
    raw = f"{header}\n".encode() + answer(claire).as_bytes()

    assert receive_mail(raw, address) == result
    assert thread.posts.count() == 2 and mail.outbox == []


def test_what_a_provider_of_mailboxes_writes_makes_nobody_a_machine(address, thread, claire):
    raw = answer(claire, "Merci, 150 kW.", Feedback_ID="i197146af:Fastmail").as_bytes()

    assert receive_mail(raw, address) == MailResult.PUBLISHED
    assert thread.posts.last().text == "Merci, 150 kW."


def test_what_the_site_sent_or_went_round_is_a_loop(address, thread, claire, settings):
    settings.DEFAULT_FROM_EMAIL = f"Foirail <{claire.email.upper()}>"
    raw = answer(claire).as_bytes()
    assert receive_mail(raw, address) is MailResult.LOOP

    settings.DEFAULT_FROM_EMAIL = "Foirail <ne-pas-repondre@example.org>"
    around = b"Received: from a by b\n" * 60 + raw
    assert receive_mail(around, address) is MailResult.LOOP
    assert thread.posts.count() == 2 and mail.outbox == []


def test_a_person_is_sent_no_more_receipts_a_day_than_people_write(
    address, thread, claire, monkeypatch
):
    monkeypatch.setattr(actions, "MAX_RECEIPTS", 2)
    for number in range(4):
        text = f"Réponse {number}." if number < 3 else ""
        receive_mail(answer(claire, text, message_id=f"<{number}@a>").as_bytes(), address)

    assert thread.posts.filter(author=claire).count() == 4 and len(mail.outbox) == 2
    assert MailCount.objects.get(result="untold").number == 2


def test_who_has_the_address_of_somebody_else_publishes_nothing(address, thread, jeanne):
    assert receive_mail(answer(jeanne).as_bytes(), address) is MailResult.OTHER_SENDER
    assert thread.posts.count() == 2 and mail.outbox == []


@pytest.mark.parametrize("local", ["reponse", "reponse+abcdefghijkm", "reponse+'; DROP"])
def test_an_address_without_a_key_is_nobodys(local, address, claire):
    raw = answer(claire).as_bytes()

    assert receive_mail(raw, f"{local}@forum.example.org") is MailResult.UNKNOWN_ADDRESS


def test_rights_are_those_of_the_moment_and_a_refusal_gives_the_text_back(
    address, thread, claire, lucie, spaces, viewer_of
):
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    mail.outbox.clear()

    receive_mail(answer(claire).as_bytes(), address)

    assert not Post._base_manager.filter(author=claire, number__gt=1).exists()
    (refusal,) = mail.outbox
    assert "ne pouvez plus lire" in refusal.body and "150 kW" in refusal.body
    assert thread.title not in refusal.body + refusal.subject


def test_a_locked_thread_says_so(address, thread, claire, lucie, viewer_of):
    lock_thread(thread, viewer_of(lucie), is_locked=True)
    mail.outbox.clear()

    receive_mail(answer(claire).as_bytes(), address)

    assert "fermé" in mail.outbox[0].body and "150 kW" in mail.outbox[0].body


@pytest.mark.parametrize("text", ["", " \n ", "x" * 40_001])
def test_nothing_and_too_much_are_refused_in_words(text, address, thread, claire):
    receive_mail(answer(claire, text).as_bytes(), address)

    assert thread.posts.count() == 2 and "n’est pas publiée" in mail.outbox[0].subject


def test_files_are_named_as_not_published(address, claire):
    message = answer(claire)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="devis.pdf")

    receive_mail(message.as_bytes(), address)

    assert "devis.pdf" in mail.outbox[0].body


def test_neither_keys_nor_addresses_of_what_is_quoted_are_published(address, thread, claire):
    key = address.partition("+")[2].partition("@")[0]
    text = (
        "Le 12/03/2026 à 10:00, Jeanne a écrit :\n"
        "> De Paul <paul@example.org>, quelle puissance ?\n"
        f"150 kW.\n> Ne plus le suivre : https://forum.example.org/c/{key}/\n"
        "> ou https://forum.example.org/c/abcdefghijkm/\n"
        "> https://forum.example.org/r/abcdefghijkm/\n"
        "> https://forum.example.org/n/abcdefghijkm/\nVoilà."
    )
    named = message_id(thread.posts.last().pk)
    receive_mail(answer(claire, text, In_Reply_To=named).as_bytes(), address)

    published = thread.posts.last().text
    assert "150 kW." in published and "Voilà." in published and "quelle puissance" in published
    assert (
        not re.search("/[crn]/", published)
        and key not in published
        and "paul@" not in published
    )


def test_a_key_that_a_mail_program_broke_over_lines_is_not_published(address, thread, claire):
    link = f"https://forum.example.org{reverse('thank-by-mail', args=[sign_thanks(1, 2)])}"
    named = message_id(thread.posts.last().pk)
    for width in (30, 40, len(link) // 2, len(link) - 3):
        parts = [link[at : at + width] for at in range(0, len(link), width)]
        quoted = "\n".join(f"> {part}" for part in parts)
        text = f"Le 12/03/2026 à 10:00, Jeanne a écrit :\n{quoted}\nMerci, {width} kW.\n"
        raw = answer(claire, text, f"<{width}@example.org>", In_Reply_To=named).as_bytes()
        receive_mail(raw, address)

        published = thread.posts.last().text
        assert f"Merci, {width} kW." in published and ":" not in published, published


@pytest.mark.parametrize("begins", ["Bonjour,\n", ""])
def test_words_that_are_encrypted_are_answered_and_not_published(
    address, thread, claire, begins
):
    text = f"{begins}-----BEGIN PGP MESSAGE-----\n\nhQEMA1\n-----END PGP MESSAGE-----\n"

    assert receive_mail(answer(claire, text).as_bytes(), address) is MailResult.REFUSED
    assert thread.posts.filter(author=claire, number__gt=1).count() == 0
    assert "chiffré" in mail.outbox[0].body


def test_a_receipt_that_no_server_takes_bounces_nothing(address, thread, claire, monkeypatch):
    def refuse(self, messages):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)

    assert receive_mail(answer(claire).as_bytes(), address) is MailResult.PUBLISHED
    assert thread.posts.last().author == claire


def test_mails_are_kept_for_thirty_days(address, claire):
    receive_mail(answer(claire).as_bytes(), address)
    assert actions.delete_old_replies() == 0

    ReceivedMail.objects.update(received_at=actions.timezone.now() - 2 * actions.RETENTION)
    assert actions.delete_old_replies() == 1


def test_where_no_mail_comes_nobody_is_told_to_answer_by_it(thread, jeanne, settings):
    settings.FORUM_REPLY_ADDRESS = ""
    post_reply(jeanne, thread)
    deliver()

    assert mail.outbox[0].reply_to == [] and "Répondez à ce courriel" not in mail.outbox[0].body
