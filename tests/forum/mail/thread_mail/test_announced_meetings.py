"""The mail of a post announces the meeting of its thread, in words, and how one registers."""

from html import unescape

import pytest
from django.core import mail
from django.utils.translation import override

from accounts.base.mail import site_address
from forum.base.spaces.models import MailContent, Space
from forum.conversation.follows.actions import follow_thread
from forum.conversation.follows.models import Channel, Level
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.conversation.meetings import actions
from forum.conversation.meetings.models import Question
from forum.mail.thread_mail.actions import save_mail_setting
from tests.factories import post_reply, start_thread
from tests.forum.conversation.meeting_helpers import (
    CALL,
    PLACE,
    add_meeting,
    meeting_values,
    register,
)
from tests.forum.conversation.poll_helpers import words
from tests.forum.library.newsletter.newsletter_helpers import digest_of, issue_of, text_of
from tests.forum.mail.thread_mail.helpers import plan, send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
BY_CALENDAR = "acceptez l’invitation jointe dans votre agenda"


@pytest.fixture
def conference(settings, claire, jeanne, spaces, viewer_of):
    """A new thread of Claire's, in a space that Jeanne follows."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    plan()
    subscribe("space", spaces["network"].pk, viewer_of(jeanne), Level.ALL, Channel.MAIL)
    return start_thread(claire, spaces["network"], title="Visite du silo")


def announcement(person, thread):
    """Both parts of the mail of ``thread`` that ``person`` is sent, in words."""
    plan()
    send()
    (sent,) = (it for it in mail.outbox if it.to == [person.email])
    assert CALL not in str(sent.message()) and thread.title in sent.subject
    return parts_of(sent)


def parts_of(sent):
    """What is read in the text and in the HTML of a mail."""
    return [words(unescape(part)) for part in (sent.body, sent.alternatives[0][0])]


def test_the_mail_of_a_new_thread_names_its_meeting_and_how_one_registers(
    conference, claire, jeanne
):
    meeting = add_meeting(conference, claire)
    for part in announcement(jeanne, conference):
        assert (
            f"Rencontre : {words(meeting.when)} (heure locale : France métropolitaine)" in part
        )
        assert f"Lieu : {PLACE}" in part and "En visio" in part and BY_CALENDAR in part
        assert f"{site_address()}{meeting.get_absolute_url()}" in part
        assert "autre date" not in part


def test_it_says_so_in_english_too_and_how_many_dates_follow(
    conference, claire, jeanne, viewer_of
):
    save_mail_setting(jeanne.pk, language="en")
    dates = [meeting_values(days=days) for days in (10, 20, 30)]
    meeting = actions.add_meetings(conference, viewer_of(claire), dates)
    with override("en"):
        when = words(meeting.when)
    for part in announcement(jeanne, conference):
        assert f"Meeting: {when}" in part and f"Place: {PLACE}" in part
        assert "accept the attached invitation" in part and "2 further dates" in part


def test_where_it_asks_questions_one_registers_on_its_page(conference, claire, jeanne):
    meeting = add_meeting(conference, claire, questions=(Question("Déjeunez-vous ?"),))
    for part in announcement(jeanne, conference):
        assert words(meeting.when) in part and BY_CALENDAR not in part
        assert "répondez à quelques questions sur la page" in part
        assert meeting.get_absolute_url() in part
    assert len(mail.outbox[-1].alternatives) == 1


def test_without_mail_that_comes_in_one_registers_on_its_page(
    conference, claire, jeanne, settings
):
    settings.FORUM_REPLY_ADDRESS = ""
    add_meeting(conference, claire, place="")
    for part in announcement(jeanne, conference):
        assert "Pour vous inscrire, allez sur la page" in part
        assert BY_CALENDAR not in part and "Lieu :" not in part


def test_who_is_registered_and_later_replies_are_told_nothing_of_it(conference, claire, jeanne):
    register(add_meeting(conference, claire), jeanne)
    assert all("Rencontre :" not in part for part in announcement(jeanne, conference))


def test_a_space_whose_mails_name_no_thread_names_no_meeting(conference, claire, jeanne):
    Space.objects.update(mail_content=MailContent.NOTHING)
    meeting = add_meeting(conference, claire)
    plan()
    send()
    (sent,) = mail.outbox[-1:]
    assert "du nouveau" in sent.subject
    assert meeting.when not in str(sent.message()) + sent.body and PLACE not in sent.body


def test_a_digest_says_when_the_readers_of_a_thread_meet(thread, claire, jeanne, viewer_of):
    save_mail_setting(jeanne.pk, channel="digest")
    follow_thread(thread.pk, viewer_of(jeanne))
    meeting = add_meeting(thread, claire, days=40)
    post_reply(claire, thread)
    for part in parts_of(digest_of(jeanne)):
        assert f"Rencontre : {words(meeting.when_with_zone)}" in words(part)

    actions.cancel_meeting(meeting, viewer_of(claire))
    post_reply(claire, thread)
    assert "Rencontre :" not in words(digest_of(jeanne).body)


def test_the_week_says_when_the_readers_of_a_thread_meet_on_the_site_and_in_mails(
    thread, claire, jeanne, viewer_of, browser_of
):
    save_mail_setting(jeanne.pk, channel="digest")
    meeting = add_meeting(thread, claire, days=40)
    issue = issue_of(thread)
    told = f"Rencontre : {words(meeting.when_with_zone)}"
    assert told in words(text_of(browser_of(jeanne), issue.get_absolute_url()))
    for part in parts_of(digest_of(jeanne)):
        assert told in words(part)
    actions.cancel_meeting(meeting, viewer_of(claire))
    assert "Rencontre :" not in words(text_of(browser_of(jeanne), issue.get_absolute_url()))
