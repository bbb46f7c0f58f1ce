"""A calendar program answers the invitation to a meeting: one registers, or withdraws."""

import time
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from forum.conversation.follows.actions import follow_thread
from forum.conversation.meetings import actions
from forum.conversation.meetings.calendar_addresses import (
    CalendarAddress,
    parse_calendar_address,
)
from forum.conversation.meetings.mail import mail_registration
from forum.conversation.meetings.models import Question, Registration
from forum.mail.incoming_mail.calendar_reply import ReplyStatus, read_calendar_reply
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.reception.actions import is_taken, receive_mail
from forum.mail.thread_mail.replies import actions as replies
from forum.models import Thread
from tests.factories import post_reply
from tests.forum.conversation.meeting_helpers import CALL, add_meeting, register
from tests.forum.mail.thread_mail.calendar_replies import PROGRAMS, calendar_reply
from tests.forum.mail.thread_mail.helpers import answer, plan, send

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def meeting(settings, thread, claire):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    return add_meeting(thread, claire, max_people=2)


class Answers:
    """What ``person`` answers to the invitation to ``meeting``, a mail each."""

    def __init__(self, meeting, person):
        self.meeting, self.person, self.number = meeting, person, 0
        self.address = str(CalendarAddress(person.pk, meeting.pk))

    def send(self, status, program="Google", sender="", change=lambda raw: raw, **about):
        self.number += 1
        email = sender or self.person.email
        about = {"minute": self.number} | about
        raw = calendar_reply(program, email, self.address, status, self.number, **about)
        return receive_mail(change(raw), self.address)

    @property
    def own(self):
        return Registration.objects.filter(meeting=self.meeting, person=self.person).first()


@pytest.fixture
def jeannes(meeting, jeanne):
    return Answers(meeting, jeanne)


@pytest.mark.parametrize("program", PROGRAMS)
def test_accepting_registers_and_declining_withdraws(jeannes, meeting, thread, program):
    before = thread.posts.count()
    assert jeannes.send("ACCEPTED", program) is MailResult.CALENDAR
    assert jeannes.own.placed_at
    assert mail.outbox == []  # The mail of a place is the worker's.

    assert jeannes.send("DECLINED", program) is MailResult.CALENDAR
    (told,) = mail.outbox
    assert jeannes.own is None and "Votre inscription est retirée." in told.body
    assert meeting.when in told.body and told.to == [jeannes.person.email]
    assert thread.posts.count() == before


@pytest.mark.parametrize("program", PROGRAMS)
def test_maybe_leaves_all_as_it_is_and_is_told_so(jeannes, program):
    assert jeannes.send("TENTATIVE", program) is MailResult.REFUSED
    assert jeannes.own is None and "Peut-être" in mail.outbox[-1].body

    jeannes.send("ACCEPTED", program)
    assert jeannes.send("TENTATIVE", program) is MailResult.REFUSED and jeannes.own.placed_at


def test_what_changes_nothing_is_not_told_so_that_no_program_answers_for_ever(jeannes):
    assert jeannes.send("DECLINED") is MailResult.CALENDAR
    jeannes.send("ACCEPTED")

    assert jeannes.send("ACCEPTED") is MailResult.CALENDAR and mail.outbox == []


def test_the_same_mail_twice_is_done_once(jeannes):
    jeannes.send("ACCEPTED")
    jeannes.send("DECLINED")
    jeannes.number = 0

    assert jeannes.send("ACCEPTED") is MailResult.TWICE and jeannes.own is None


def test_who_answers_a_full_meeting_waits_and_is_told(jeannes, meeting, claire, lucie):
    register(meeting, claire, lucie)
    jeannes.send("ACCEPTED")

    assert jeannes.own.placed_at is None and "liste d’attente" in mail.outbox[-1].body
    Answers(meeting, lucie).send("DECLINED")
    assert jeannes.own.placed_at


def test_a_meeting_that_is_cancelled_or_over_is_answered_in_words(
    jeannes, meeting, claire, viewer_of
):
    jeannes.send("ACCEPTED")
    actions.cancel_meeting(meeting, viewer_of(claire))
    for status in ("ACCEPTED", "DECLINED"):
        assert jeannes.send(status) is MailResult.REFUSED
        assert "Cette rencontre est annulée." in mail.outbox[-1].body
    type(meeting).objects.update(
        cancelled_at=None, starts_at=timezone.now() - timedelta(2), ends_at=timezone.now()
    )

    jeannes.send("DECLINED")
    assert "Cette rencontre a eu lieu." in mail.outbox[-1].body and jeannes.own


def test_questions_are_answered_on_the_page(jeannes, meeting, claire, viewer_of):
    values = actions._values_of(meeting)._replace(questions=(Question("Déjeunez-vous ?"),))
    actions.edit_meeting(meeting, viewer_of(claire), values)

    assert jeannes.send("ACCEPTED") is MailResult.REFUSED and jeannes.own is None
    assert "répondez-y sur sa page" in mail.outbox[-1].body
    assert meeting.get_absolute_url() in mail.outbox[-1].body


def move(meeting, claire, viewer_of, **about):
    """The meeting is at another hour, or at another place."""
    values = actions._values_of(meeting)._replace(**about)
    actions.edit_meeting(meeting, viewer_of(claire), values)
    meeting.refresh_from_db()


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_to_another_date_is_told_so_and_one_to_another_place_counts(
    jeannes, meeting, claire, viewer_of, program
):
    move(meeting, claire, viewer_of, place="Ailleurs")
    assert jeannes.send("ACCEPTED", program) is MailResult.CALENDAR and jeannes.own

    move(meeting, claire, viewer_of, ends_at=meeting.ends_at + timedelta(hours=1))
    for status in ("ACCEPTED", "DECLINED"):
        assert jeannes.send(status, program) is MailResult.REFUSED and jeannes.own
        assert "La date a changé" in mail.outbox[-1].body
        assert meeting.when in mail.outbox[-1].body
    assert jeannes.send("DECLINED", program, sequence=2) is MailResult.CALENDAR
    assert jeannes.own is None


@pytest.mark.parametrize("program", PROGRAMS)
def test_of_two_answers_the_one_given_last_counts_whichever_comes_last(jeannes, program):
    jeannes.send("DECLINED", program, minute=30)
    before = len(mail.outbox)
    assert jeannes.send("ACCEPTED", program, minute=20) is MailResult.CALENDAR
    assert jeannes.own is None and len(mail.outbox) == before
    jeannes.send("ACCEPTED", program, minute=40)
    jeannes.send("DECLINED", program, minute=35)
    assert jeannes.own


def test_a_clock_that_is_years_ahead_does_not_silence_what_is_answered_later(jeannes):
    jeannes.send("DECLINED", change=lambda raw: raw.replace(b":20261202T", b":20991202T"))
    stamp = f":{timezone.now() + timedelta(1):%Y%m%dT}".encode()
    jeannes.send("ACCEPTED", change=lambda raw: raw.replace(b":20261202T", stamp))
    assert jeannes.own


def test_who_no_longer_reads_it_withdraws_and_learns_nothing(jeannes, thread, spaces):
    jeannes.send("ACCEPTED")
    Thread.objects.filter(pk=thread.pk).update(space=spaces["group"])

    assert jeannes.send("ACCEPTED") is MailResult.REFUSED
    assert jeannes.send("DECLINED") is MailResult.CALENDAR and jeannes.own is None
    assert all(thread.title not in it.body + it.subject for it in mail.outbox)


def test_nobody_answers_for_another_nor_a_stranger(jeannes, meeting, jeanne, lucie):
    assert jeannes.send("ACCEPTED", sender=lucie.email) is MailResult.OTHER_SENDER
    assert Registration.objects.count() == 0

    own = f"+agenda.{jeanne.pk}."
    jeannes.address = str(CalendarAddress(lucie.pk, meeting.pk)).replace(
        f"+agenda.{lucie.pk}.", own
    )
    assert parse_calendar_address(jeannes.address) is None
    assert jeannes.send("ACCEPTED", "Outlook") is MailResult.UNKNOWN_ADDRESS
    assert not is_taken(jeannes.address) and Registration.objects.count() == 0


def test_a_mail_that_is_not_of_its_senders_domain_does_nothing(jeannes, settings):
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    domain = jeannes.person.email.partition("@")[2]
    failed = f"Authentication-Results: mx.example.org; dmarc=fail header.from={domain}\n"

    result = jeannes.send("ACCEPTED", change=lambda raw: failed.encode() + raw)
    assert result is MailResult.UNPROVED and jeannes.own is None


def test_an_absence_registers_nobody(jeannes):
    raw = answer(jeannes.person, "Je suis absente.", Auto_Submitted="auto-replied").as_bytes()

    assert receive_mail(raw, jeannes.address) is MailResult.AUTO_REPLY and mail.outbox == []


def test_words_at_this_address_are_published_nowhere_and_told_so(jeannes, thread):
    before = thread.posts.count()
    raw = answer(jeannes.person, "Je viendrai.").as_bytes()

    assert receive_mail(raw, jeannes.address) is MailResult.REFUSED
    assert thread.posts.count() == before
    assert "ne lit que les réponses des agendas" in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"METHOD:REPLY", b"METHOD:COUNTER", "Une autre date"),
        (b"METHOD:REPLY", b"METHOD:REQUEST", "pas pu se lire"),
        (b"METHOD:REPLY\r\n", b"", "pas pu se lire"),
        (b"PARTSTAT=ACCEPTED", b"PARTSTAT=DELEGATED", "pas pu se lire"),
        (b"PARTSTAT=ACCEPTED", b"PARTSTAT=ACCEPTED,DECLINED", "pas pu se lire"),
        (b";PARTSTAT=ACCEPTED", b"", "pas pu se lire"),
        (b"ATTENDEE;CUT", b"ATTENDEE\x00;CUT", "pas pu se lire"),
        (b"ATTENDEE;CUT", b"ATTENDEE;PARTSTAT=DECLINED:mailto:x\r\nATTENDEE;=;CUT", ""),
        (b"BEGIN:VEVENT", b"BEGIN:VTODO", "pas pu se lire"),
        (b"BEGIN:VCALENDAR", b"", "pas pu se lire"),
        (b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nX:" + b"x" * 120_000, "pas pu se lire"),
    ],
)
def test_what_no_program_should_send_is_answered_in_words(jeannes, old, new, words):
    result = jeannes.send("ACCEPTED", change=lambda raw: raw.replace(old, new))

    assert result is MailResult.REFUSED and jeannes.own is None
    assert words in mail.outbox[-1].body


def test_of_several_attendees_the_senders_own_line_counts():
    lines = "".join(
        f"ATTENDEE;PARTSTAT={status}:mailto:{who}@a.fr\n"
        for who, status in (("b", "DECLINED"), ("C", "ACCEPTED"), ("d", "DECLINED"))
    )
    text = f"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n{lines}END:VEVENT\nEND:VCALENDAR\n"

    assert read_calendar_reply(text, "c@a.fr").status is ReplyStatus.ACCEPTED
    assert read_calendar_reply(text, "e@a.fr").status is ReplyStatus.OTHER


def test_zones_without_end_and_nested_parts_end_in_time(jeannes):
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\n"
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
        "END:VTIMEZONE\r\n" + "BEGIN:VEVENT\r\n" * 3_000 + "END:VEVENT\r\n" * 3_000
    )
    begun = time.process_time()
    jeannes.send(
        "ACCEPTED",
        change=lambda raw: raw.replace(b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT", 1),
    )

    assert jeannes.own and time.process_time() - begun < 1


def test_no_more_answers_are_taken_than_people_write(jeannes, monkeypatch):
    monkeypatch.setattr(replies, "MAX_RECEIPTS", 2)
    results = [jeannes.send(it) for it in ("ACCEPTED", "DECLINED", "ACCEPTED")]

    assert results[-1] is MailResult.UNTOLD and jeannes.own is None


def test_the_mail_of_a_place_is_an_invitation_that_programs_answer(jeannes, meeting, jeanne):
    jeannes.send("ACCEPTED")
    mail_registration.call(jeannes.own.pk)
    raw = mail.outbox[-1].message().as_bytes()
    parts = [
        it
        for it in message_from_bytes(raw, policy=policy.default).walk()
        if it.get_content_type() == "text/calendar"
    ]
    assert [it["Content-Type"].params["method"] for it in parts] == ["REQUEST", "REQUEST"]
    for part in parts:
        calendar = Calendar.from_ical(part.get_content())
        (event,) = calendar.events
        assert calendar["METHOD"] == "REQUEST"
        assert event["ORGANIZER"] == f"mailto:{jeannes.address}"
        assert event["ATTENDEE"] == f"mailto:{jeanne.email}"
        assert event["ATTENDEE"].params["RSVP"] == "TRUE"
        assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert "y refuser l’invitation" in mail.outbox[-1].body


def invitations(sent):
    """The organizers of the invitations in these mails, and whom they are to."""
    return [
        (one.to, Calendar.from_ical(content).events[0]["ORGANIZER"])
        for one in sent
        for content, kind in one.alternatives
        if "method=REQUEST" in kind
    ]


def test_the_first_post_since_a_meeting_was_set_invites_who_may_register(
    jeannes, thread, meeting, claire, jeanne, lucie, viewer_of
):
    for person in (jeanne, lucie):
        follow_thread(thread.pk, viewer_of(person))
    register(meeting, lucie)
    plan()
    for _number in range(2):
        post_reply(claire, thread)
    plan()
    send()

    assert invitations(mail.outbox) == [([jeanne.email], f"mailto:{jeannes.address}")]
    assert all(CALL not in str(it.message()) for it in mail.outbox)
    jeannes.send("ACCEPTED")
    assert jeannes.own.placed_at


def test_a_post_invites_to_nothing_that_one_answer_does_not_settle(
    jeannes, thread, meeting, claire, jeanne, viewer_of
):
    follow_thread(thread.pk, viewer_of(jeanne))
    values = actions._values_of(meeting)._replace(questions=(Question("Déjeunez-vous ?"),))
    actions.edit_meeting(meeting, viewer_of(claire), values)
    plan()
    post_reply(claire, thread)
    plan()

    assert send() == 1 and invitations(mail.outbox) == []


def test_without_mail_that_comes_in_nothing_asks_for_an_answer(jeannes, settings):
    jeannes.send("ACCEPTED")
    settings.FORUM_REPLY_ADDRESS = ""
    mail_registration.call(jeannes.own.pk)

    ((_name, content, kind),) = mail.outbox[-1].attachments
    assert "METHOD" not in content and "ORGANIZER" not in content and kind == "text/calendar"
    assert "refuser l’invitation" not in mail.outbox[-1].body


def test_an_address_signed_before_the_secret_was_renewed_is_good(meeting, jeanne, settings):
    address = str(CalendarAddress(jeanne.pk, meeting.pk)).upper()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert parse_calendar_address(address) == (jeanne.pk, meeting.pk)

    settings.SECRET_KEY_FALLBACKS = []
    assert parse_calendar_address(address) is None
