"""What one answers to a mail is for who read the thread as it was sent, and for nobody else."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.core import mail
from django.utils import timezone

from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.mail import message_id
from forum.mail.thread_mail.models import PostMail
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception.actions import receive_mail, retry_quarantined_mail
from forum.models import Space
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.models import ThreadMove
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import answer, deliver
from tests.forum.mail.thread_mail.test_new_threads import prove, written

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
WORDS = "Entre membres : le maire a refusé."


@pytest.fixture
def opened(address, thread, lucie, spaces, viewer_of):
    """The thread, of which Claire was mailed, becomes public."""
    move_thread(thread, viewer_of(lucie), spaces["public"])
    thread.refresh_from_db()
    mail.outbox.clear()
    assert thread.space == spaces["public"]
    return thread


def _is_sent_back(thread, claire):
    (refusal,) = mail.outbox
    assert refusal.to == [claire.email] and "n’est pas publiée" in refusal.subject
    assert "D’autres personnes lisent ce fil" in refusal.body and WORDS in refusal.body
    assert f"/fils/{thread.pk}-fil/" in refusal.body
    return not thread.posts.filter(text__contains="le maire").exists()


def test_what_answers_a_mail_of_before_is_sent_back_with_a_link(opened, address, claire):
    result = receive_mail(answer(claire, WORDS).as_bytes(), address)

    assert result is MailResult.REFUSED and _is_sent_back(opened, claire)


def test_also_where_a_newer_mail_was_sent_and_not_answered(opened, address, claire, jeanne):
    before = opened.posts.get(number=2)
    post_reply(jeanne, opened, "Bienvenue à tous.")
    deliver()
    mail.outbox.clear()
    raw = answer(claire, WORDS, In_Reply_To=message_id(before.pk)).as_bytes()

    assert receive_mail(raw, address) is MailResult.REFUSED and _is_sent_back(opened, claire)


def test_what_answers_a_mail_of_since_is_published(opened, address, claire, jeanne):
    since = post_reply(jeanne, opened, "Bienvenue à tous.")
    deliver()
    for number, named in enumerate([message_id(since.pk), ""]):
        about = {"In_Reply_To": named} if named else {}
        raw = answer(claire, f"Merci, {number}.", f"<{number}@a>", **about).as_bytes()
        assert receive_mail(raw, address) is MailResult.PUBLISHED


def test_one_that_was_written_before_and_came_since_is_sent_back(
    opened, address, claire, jeanne
):
    post_reply(jeanne, opened, "Bienvenue à tous.")
    deliver()
    mail.outbox.clear()
    written_at = format_datetime(timezone.now() - timedelta(hours=1))
    raw = answer(claire, WORDS, Date=written_at).as_bytes()

    assert receive_mail(raw, address) is MailResult.REFUSED and _is_sent_back(opened, claire)


def test_where_nobody_knows_any_more_what_was_mailed_it_is_sent_back(opened, address, claire):
    PostMail.objects.all().delete()
    ThreadMove.objects.update(moved_at=timezone.now() - timedelta(days=40))
    raw = answer(claire, WORDS, Date=format_datetime(timezone.now())).as_bytes()

    assert receive_mail(raw, address) is MailResult.REFUSED and _is_sent_back(opened, claire)


def test_an_answer_through_the_address_of_a_space_is_sent_back_too(
    opened, claire, spaces, settings
):
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    prove(claire)
    Space._base_manager.filter(pk=spaces["network"].pk).update(mail_address="l@exemple.fr")
    before = message_id(opened.posts.get(number=2).pk)
    raw = written(claire, "Re: Chaufferie", WORDS, In_Reply_To=before)

    assert receive_mail(raw, "l@exemple.fr") is MailResult.REFUSED
    assert _is_sent_back(opened, claire)


@pytest.fixture
def split_off(opened, lucie, viewer_of):
    """The thread that Claire was mailed of is public, then her post 2 a thread of its own."""
    about = {"title": "Le maire et la régie", "topic": opened.topic, "kind": "discussion"}
    new = split_thread(opened, viewer_of(lucie), numbers=[2], tags=[], **about)
    mail.outbox.clear()
    return new


def to_list(claire, spaces, settings, post):
    """The answer of Claire to ``post``, by the address of its space."""
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    prove(claire)
    Space._base_manager.filter(pk=spaces["network"].pk).update(mail_address="l@exemple.fr")
    raw = written(claire, "Re: Chaufferie", WORDS, In_Reply_To=message_id(post.pk))
    return receive_mail(raw, "l@exemple.fr")


def test_also_where_what_it_answers_was_split_off_since(split_off, claire, spaces, settings):
    post = split_off.posts.get(number=1)

    assert to_list(claire, spaces, settings, post) is MailResult.REFUSED
    assert _is_sent_back(split_off, claire)


def test_and_merged_into_a_third_after_that(
    split_off, claire, jeanne, lucie, spaces, settings, viewer_of
):
    third = start_thread(jeanne, spaces["public"])
    third.licence = split_off.licence
    third.save(update_fields=["licence"])
    merge_threads(split_off, third, viewer_of(lucie))
    mail.outbox.clear()
    post = third.posts.get(number=2)

    assert to_list(claire, spaces, settings, post) is MailResult.REFUSED
    assert _is_sent_back(third, claire)


def test_a_later_move_of_what_it_was_split_off_from_changes_nothing(
    address, thread, claire, lucie, spaces, settings, viewer_of
):
    about = {"title": "Le maire et la régie", "topic": thread.topic, "kind": "discussion"}
    new = split_thread(thread, viewer_of(lucie), numbers=[2], tags=[], **about)
    move_thread(thread, viewer_of(lucie), spaces["public"])

    post = new.posts.get(number=1)
    assert to_list(claire, spaces, settings, post) is MailResult.PUBLISHED


def test_one_that_was_set_aside_is_sent_back_as_it_is_tried_again(
    opened, address, claire, lucie, viewer_of
):
    raw = answer(claire, WORDS, To=address).as_bytes()
    kept = QuarantinedMail.objects.create(
        person=claire, thread=opened, fault="x", digest="x", raw=raw
    )

    assert retry_quarantined_mail(kept.pk, viewer_of(lucie)) is MailResult.REFUSED
    assert _is_sent_back(opened, claire)


def test_a_move_to_those_who_read_it_anyway_changes_nothing(
    opened, address, claire, jeanne, lucie, spaces, viewer_of
):
    post_reply(jeanne, opened, "Bienvenue à tous.")
    deliver()
    move_thread(opened, viewer_of(lucie), spaces["network"])

    assert receive_mail(answer(claire, WORDS).as_bytes(), address) is MailResult.PUBLISHED


def test_who_has_lost_the_thread_is_not_told_who_gained_it(
    opened, address, claire, lucie, spaces, viewer_of
):
    move_thread(opened, viewer_of(lucie), spaces[SUPPORT])
    mail.outbox.clear()
    receive_mail(answer(claire, WORDS).as_bytes(), address)

    (refusal,) = mail.outbox
    assert "ne pouvez plus lire" in refusal.body and f"/fils/{opened.pk}-" not in refusal.body
