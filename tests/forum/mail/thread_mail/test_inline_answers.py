"""Of what an answer by mail quotes between its lines one knows whose it is, or it is folded."""

import pytest
from django.core import mail

from forum.conversation.mentions.quotations import quoted_ids
from forum.mail.incoming_mail.models import MailResult
from forum.mail.incoming_mail.reply_text import extract_reply
from forum.mail.thread_mail.mail import message_id
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.moderation.actions import hide_post
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from tests.factories import post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import answer, deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
SECRET = "le maire a refusé le prix"
INLINE = f"""\
Le lun. 2 nov. 2026 à 10:00, Jeanne Brunel via Foirail <no@forum.example.org> a écrit :

> Entre nous, {SECRET}.

Chez nous aussi.

> Et vous, combien ?

12 000 euros.
"""


@pytest.fixture
def asked(address, thread, jeanne):
    """Jeanne's post that Claire answers."""
    post = post_reply(jeanne, thread, f"Entre nous, {SECRET}.\n\nEt vous, combien ?")
    deliver()
    mail.outbox.clear()
    return post


def publish(person, address, text=INLINE, *named):
    """The post that an answer to mails with these Message-IDs became."""
    about = {"In_Reply_To": named[-1], "References": " ".join(named)} if named else {}
    result = receive_mail(answer(person, text, **about).as_bytes(), address)
    assert result is MailResult.PUBLISHED
    return ReceivedMail.objects.latest("pk").post


def test_the_first_quotation_names_the_post_that_is_answered(asked, address, thread, claire):
    first = message_id(thread.posts.get(number=1).pk)
    post = publish(claire, address, INLINE, first, message_id(asked.pk))

    assert post.text == (
        f"> **[Jeanne Brunel, nº\u00a0{asked.number}]({asked.get_absolute_url()})\u00a0:**\n"
        f">\n> Entre nous, {SECRET}.\n\nChez nous aussi.\n\n> Et vous, combien ?\n\n"
        "12 000 euros."
    )
    assert quoted_ids(post.html) == [asked.pk]
    assert f">Jeanne Brunel, nº\u00a0{asked.number}</a>" in post.html


def test_who_says_no_to_more_readers_is_not_quoted_to_them(
    settings, claire, jeanne, lucie, spaces, viewer_of, client
):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    thread = start_thread(lucie, spaces["network"], title="Quelle chaufferie ?", tags=[])
    post_reply(claire, thread, "Bonjour.")
    deliver()
    asked = post_reply(jeanne, thread, f"Entre nous, {SECRET}.\n\nEt vous, combien ?")
    deliver()
    (address,) = next(it for it in mail.outbox[::-1] if it.to == [claire.email]).reply_to
    publish(claire, address, INLINE, message_id(asked.pk))

    move = move_thread(thread, viewer_of(lucie), spaces["public"])
    answer_move(move, viewer_of(jeanne), False)
    answer_move(move, viewer_of(claire), True)
    complete_move(move, viewer_of(lucie))
    page = client.get(thread.get_absolute_url(), follow=True)
    assert page.status_code == 200 and SECRET not in page.text


@pytest.mark.parametrize("named", [(), ("<x@example.org>",), ("of another thread",)])
def test_where_it_is_not_known_what_is_quoted_is_folded(
    named, asked, address, claire, jeanne, spaces
):
    if named == ("of another thread",):
        other = start_thread(jeanne, spaces["network"], title="Un autre fil")
        named = (message_id(other.posts.get().pk),)
    post = publish(claire, address, INLINE, *named)

    assert "Chez nous aussi." in post.text and "12 000 euros." in post.text
    assert SECRET not in post.text and ">" not in post.text and "Jeanne" not in post.text
    assert SECRET in ReceivedMail.objects.get().folded


def test_what_is_hidden_since_is_not_taken_for_the_post_before(
    asked, address, thread, claire, lucie, viewer_of
):
    hide_post(asked, viewer_of(lucie), "Hors sujet.")
    mail.outbox.clear()
    first = message_id(thread.posts.get(number=1).pk)
    post = publish(claire, address, INLINE, first, message_id(asked.pk))

    assert SECRET not in post.text and quoted_ids(post.html) == []


def test_what_is_put_back_names_the_post_too(asked, address, claire):
    below = f"Merci.\n\nLe 12/03/2026 à 10:00, Jeanne a écrit :\n> Entre nous, {SECRET}.\n"
    post = publish(claire, address, below, message_id(asked.pk))
    kept = ReceivedMail.objects.get()

    assert post.text == kept.text == "Merci."
    for text in (kept.whole, kept.folded):
        assert f"]({asked.get_absolute_url()})" in text and SECRET in text


def test_a_refusal_gives_back_what_was_written(asked, address, thread, claire):
    type(thread).objects.filter(pk=thread.pk).update(is_locked=True)
    raw = answer(claire, INLINE, In_Reply_To=message_id(asked.pk)).as_bytes()

    assert receive_mail(raw, address) is MailResult.REFUSED
    assert "Chez nous aussi." in mail.outbox[-1].body
    assert "/messages/" not in mail.outbox[-1].body


@pytest.mark.parametrize(("body", "text"), [
    ("> A ?\nOui.\n> B ?\nNon.", "Oui.\nNon."),
    ("Bonjour,\n\n> A ?\n\nOui.\n\nMerci.", "Bonjour,\n\nOui.\n\nMerci."),
    ("Sans rien citer.", "Sans rien citer."),
    ("> Rien que cela.", "> Rien que cela."),
    ("Pour information\n\n---------- Message transféré ---------\n> A ?\nOui.",
     "Pour information\n\n---------- Message transféré ---------\n> A ?\nOui."),
])  # fmt: skip
def test_no_word_of_the_writer_is_folded_with_what_is_quoted(body, text):
    assert extract_reply(body, keeps_quoted=False).text == text
