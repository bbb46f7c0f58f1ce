"""A mail to an address that has a key follows the thread no more, or again."""

import pytest
from django.core import mail

from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Level
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.follows import actions as follow_actions
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies import actions as replies
from forum.models import Follow
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import answer, deliver, headers, plan

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def stop(address):
    return address.replace("@", "+stop@")


@pytest.fixture
def follow(address):
    return address.replace("@", "+follow@")


def again(person):
    return answer(person, message_id="<2@example.org>").as_bytes()


def follows(person, thread):
    return Follow.objects.filter(person=person, thread=thread).exists()


def test_a_mail_stops_the_thread_and_publishes_nothing(stop, thread, claire):
    assert receive_mail(answer(claire, "").as_bytes(), stop) is MailResult.FOLLOW

    assert not follows(claire, thread) and thread.posts.count() == 2
    (told,) = mail.outbox
    assert told.to == [claire.email] and thread.title in told.body


def test_once_more_it_is_not_told_again(stop, claire):
    receive_mail(answer(claire).as_bytes(), stop)

    assert receive_mail(answer(claire).as_bytes(), stop) is MailResult.TWICE
    assert receive_mail(again(claire), stop) is MailResult.FOLLOW and len(mail.outbox) == 1


def test_whoever_goes_to_and_fro_is_told_no_more_than_people_write(
    stop, follow, claire, monkeypatch
):
    monkeypatch.setattr(replies, "MAX_RECEIPTS", 2)
    for number in range(6):
        raw = answer(claire, message_id=f"<{number}@a>").as_bytes()
        receive_mail(raw, follow if number % 2 else stop)

    assert len(mail.outbox) == 2


def test_a_mail_follows_it_again(stop, follow, thread, claire):
    receive_mail(answer(claire).as_bytes(), stop)

    assert receive_mail(again(claire), follow) is MailResult.FOLLOW
    assert follows(claire, thread) and "vous suivez" in mail.outbox[-1].body


def test_a_muted_thread_stays_so_where_it_is_stopped_and_is_followed_again(
    stop, follow, thread, claire, viewer_of
):
    choose_follow(thread.pk, viewer_of(claire), Level.MUTED, "")
    assert receive_mail(answer(claire).as_bytes(), stop) is MailResult.FOLLOW
    assert mail.outbox == [] and Follow.objects.get(person=claire).level == Level.MUTED

    receive_mail(again(claire), follow)
    assert Follow.objects.get(person=claire).level == Level.ALL


def test_who_writes_from_elsewhere_stops_and_does_not_follow(
    stop, follow, thread, claire, jeanne
):
    receive_mail(answer(jeanne).as_bytes(), stop)
    assert not follows(claire, thread) and mail.outbox[-1].to == [claire.email]

    assert receive_mail(again(jeanne), follow) is MailResult.OTHER_SENDER
    assert not follows(claire, thread)


def test_who_has_the_address_does_not_learn_whether_its_person_follows(
    follow, thread, claire, jeanne
):
    assert follows(claire, thread)

    assert receive_mail(answer(jeanne).as_bytes(), follow) is MailResult.OTHER_SENDER


def test_the_same_mail_through_two_doors_at_once_is_told_of_once(
    stop, claire, address, monkeypatch
):
    def stop_twice(key):
        monkeypatch.undo()
        assert receive_mail(answer(claire).as_bytes(), stop) is MailResult.FOLLOW

    monkeypatch.setattr(follow_actions, "stop_thread", stop_twice)

    assert receive_mail(answer(claire).as_bytes(), stop) is MailResult.TWICE
    assert len(mail.outbox) == 1


def test_what_is_asked_for_of_one_thread_is_done_to_no_other(
    stop, thread, claire, jeanne, spaces
):
    other = start_thread(claire, spaces["network"], title="Quel bois de chauffage ?", tags=[])
    plan()
    post_reply(jeanne, other)
    deliver()
    (reply_to,) = mail.outbox[-1].reply_to
    receive_mail(answer(claire, "Du hêtre.", To=reply_to, Cc=stop).as_bytes())

    assert other.posts.last().text == "Du hêtre." and follows(claire, other)


def test_a_thread_that_one_does_not_see_is_not_followed_nor_named(
    stop, follow, thread, claire, lucie, spaces, viewer_of
):
    Follow.objects.filter(person=claire).delete()
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    mail.outbox.clear()

    assert receive_mail(answer(claire).as_bytes(), follow) is MailResult.UNKNOWN_ADDRESS
    assert mail.outbox == []
    Follow.objects.create(person=claire, thread=thread, last_read_number=1)
    receive_mail(answer(claire).as_bytes(), stop)
    assert not follows(claire, thread) and thread.title not in mail.outbox[0].body


def test_machines_stop_nothing(stop, thread, claire):
    raw = answer(claire, Auto_Submitted="auto-replied").as_bytes()

    assert receive_mail(raw, stop) is MailResult.AUTO_REPLY and follows(claire, thread)


def test_each_mail_says_the_address_to_stop_by(stop, thread, jeanne):
    message, _sent = headers(thread, jeanne)

    raw = message.as_bytes().decode()
    assert f"<mailto:{stop}>" in raw.replace("\n ", " ").replace("\n", " ")
    assert (
        message["List-Unsubscribe"].startswith("<http") and "=?" not in raw.partition("\n\n")[0]
    )


def test_an_address_too_long_to_be_folded_is_left_out(thread, jeanne, settings):
    settings.FORUM_REPLY_ADDRESS = f"reponse@{'x' * 60}.example.org"
    message, _sent = headers(thread, jeanne)

    assert "mailto" not in message["List-Unsubscribe"]
