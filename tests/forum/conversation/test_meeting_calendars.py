"""Meetings as calendars read them: files, and what comes with the mail of a place."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask
from icalendar import Calendar

from accounts.base.text import one_line
from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.models import MailContent
from forum.conversation.meetings.actions import (
    CHANGE_PAUSE,
    cancel_meeting,
    edit_meeting,
    mail_changes,
    withdraw,
)
from forum.conversation.meetings.calendar import calendar_of
from forum.conversation.meetings.mail import (
    mail_change,
    mail_registration,
    mail_withdrawal,
)
from forum.conversation.meetings.models import Meeting, Registration
from forum.models import Space, Thread
from tests.factories import start_thread
from tests.forum.conversation.meeting_helpers import (
    CALL,
    PLACE,
    add_meeting,
    create_meeting,
    meeting_values,
    register,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

ODD = [
    "Virgule, point-virgule; deux\\points: fin\\", "« Été » — l’œuf, ça va\u202f?", "a" * 160,
    "é" * 160, "🌻🌾 " * 20, "BEGIN:VEVENT", "\\n \\, \\;", '"guillemets" ^n ^^',
    "=?utf-8?q?x?=",
    "100 % <b>bois</b> & chaleur", "العربية", "ไทย", "a\u0301" * 60, "\u200f\u202eend", "x\ty",
    "END:VCALENDAR", "'", "\\\\", ";", ",", ":", "a:b;c=d,e", "DTSTART;TZID=Mars:1", "𝔘𝔫𝔦",
    "-", "0", "=1+1", "mailto:a@b.fr",
    "\u2028\u2029", "fin\u0085de ligne", "#", "%(title)s", "{{ x }}",
    "\u200d👩\u200d🌾", "ΑΒΓ Кириллица 漢字", "a\\", '"', "''", "e\u0301\u0327", "x\u2060y",
    "é" * 37 + "…", "a" * 74 + "\u00e9",
    "X-WR-CALNAME:x", " deux  espaces ", "1/2 °C ± ¼ €", "^'", "°",
]  # fmt: skip


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Visite de la chaufferie")


def file_of(browser, meeting):
    """The bytes of the file that a page of ``meeting`` leads to."""
    return browser.get(reverse("meeting-calendar", args=[meeting.pk])).content


def event_in(content):
    """The one event in these bytes."""
    (event,) = Calendar.from_ical(content).events
    return event


def test_its_page_leads_to_a_file_that_calendars_read(thread, claire, browser_of):
    meeting = add_meeting(thread, claire)
    url = reverse("meeting-calendar", args=[meeting.pk])
    assert f'href="{url}"' in browser_of(claire).get(meeting.get_absolute_url()).text
    answer = browser_of(claire).get(url)
    assert answer["Content-Type"].startswith("text/calendar")
    assert "rencontre.ics" in answer["Content-Disposition"]
    event = event_in(answer.content)
    assert event["SUMMARY"] == "Visite de la chaufferie" and event["LOCATION"] == PLACE
    assert event.start == meeting.starts_at and event.end == meeting.ends_at
    assert event["URL"].endswith(meeting.get_absolute_url())
    assert event["STATUS"] == "CONFIRMED" and event["SEQUENCE"] == 0
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert answer.content == browser_of(claire).get(url).content


def test_its_call_is_told_to_who_has_a_place_and_to_who_keeps_it(
    claire, jeanne, lucie, spaces, make_person, browser_of
):
    nora = make_person("Nora Pons")
    meeting = add_meeting(start_thread(claire, spaces["public"]), claire, place="")
    register(meeting, jeanne)
    for person, is_told in (claire, 1), (jeanne, 1), (lucie, 1), (nora, 0), (None, 0):
        content = file_of(browser_of(person), meeting)
        assert (CALL.encode() in content) == bool(is_told)
        assert event_in(content).get("LOCATION", "") == (CALL if is_told else "")
        assert ("CONFERENCE" in event_in(content)) == bool(is_told)


def test_moved_it_is_the_same_with_a_higher_number_and_cancelled_it_stays(
    thread, claire, jeanne, browser_of
):
    meeting, browser = add_meeting(thread, claire), browser_of(claire)
    register(meeting, jeanne)
    events = [event_in(file_of(browser, meeting))]
    edit_meeting(meeting, viewer_of_person(claire), meeting_values(days=12))
    events.append(event_in(file_of(browser, meeting)))
    Thread.objects.filter(pk=thread.pk).update(title="Autrement")
    cancel_meeting(meeting, viewer_of_person(claire))
    events.append(event_in(file_of(browser, meeting)))
    assert len({it["UID"] for it in events}) == 1
    assert [it["SEQUENCE"] for it in events] == [0, 1, 2]
    assert [it["STATUS"] for it in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[1].start - events[0].start == timedelta(days=2)


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Paris", datetime(2027, 3, 27, 13, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 3, 28, 12, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 10, 30, 22, 30, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("America/Miquelon", datetime(2027, 3, 14, 15, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2027, 3, 28, 12, tzinfo=UTC)),
        ("Pacific/Noumea", datetime(2027, 12, 31, 20, tzinfo=UTC)),
    ],
)
def test_its_hours_are_right_on_days_when_clocks_change_by_its_own_time_zone(
    thread, zone, start
):
    end = start + timedelta(hours=26)
    about = {"starts_at": start, "ends_at": end, "time_zone": zone}
    calendar = Calendar.from_ical(calendar_of([(create_meeting(thread, **about), False)]))
    (event,) = calendar.events
    (told,) = calendar.timezones
    assert [it.astimezone(UTC) for it in (event.start, event.end)] == [start, end]
    assert event["DTSTART"].params["TZID"] == zone == told.tz_name
    own = told.to_tz()  # What the file itself says, not what the machine knows of the zone.
    for moment in event.start, event.end:
        assert moment.replace(tzinfo=own).utcoffset() == moment.utcoffset()


def test_odd_titles_come_back_as_they_were(thread):
    meeting = create_meeting(thread, call_url="https://a.fr/?a=1,2;b=\\")
    for title in ODD:
        meeting.thread.title, meeting.place = title, title[:160]
        content = calendar_of([(meeting, True), (meeting, False)])
        first, second = Calendar.from_ical(content).events
        assert str(first["SUMMARY"]) == one_line(title) == str(second["SUMMARY"])
        assert str(first["LOCATION"]) == title
        assert str(first["CONFERENCE"]) == "https://a.fr/?a=1,2;b=\\"


def test_who_has_a_place_is_mailed_the_file_and_who_waits_once_they_have_one(
    thread, claire, jeanne, lucie, mailoutbox
):
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne, lucie)
    mail_all(meeting)
    (mail,) = mailoutbox
    assert mail.to == [jeanne.email] and "Visite de la chaufferie" in mail.subject
    assert meeting.when in mail.body and PLACE in mail.body
    ((name, content, kind),) = mail.attachments
    assert (name, kind) == ("rencontre.ics", "text/calendar")
    assert event_in(content)["CONFERENCE"] == CALL
    assert b'text/calendar; charset="utf-8"' in mail.message().as_bytes()
    withdraw(meeting, viewer_of_person(jeanne))
    mail_all(meeting)
    assert mailoutbox[-1].to == [lucie.email]


def mail_all(meeting):
    for pk in Registration.objects.filter(meeting=meeting).values_list("pk", flat=True):
        mail_registration.call(pk)


@pytest.mark.parametrize(
    ("content", "is_titled", "has_call"),
    [("full", True, True), ("title", True, False), ("nothing", False, False)],
)
def test_the_mail_says_what_its_space_lets_mails_say(
    thread, claire, jeanne, mailoutbox, content, is_titled, has_call
):
    thread.space.mail_content = MailContent(content)
    thread.space.save()
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    mail_all(meeting)
    (mail,) = mailoutbox
    whole = mail.message().as_string()
    assert (PLACE in mail.body) == is_titled == bool(mail.attachments)
    assert ("chaufferie" in mail.subject + mail.body) == is_titled
    assert (CALL in str(mail.attachments)) == has_call and CALL not in mail.body
    assert meeting.get_absolute_url() in whole


def test_who_may_no_longer_read_it_or_withdrew_is_mailed_nothing(
    thread, claire, jeanne, lucie, spaces, mailoutbox
):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne, lucie)
    pks = list(Registration.objects.values_list("pk", flat=True))
    withdraw(meeting, viewer_of_person(lucie))
    Thread.objects.filter(pk=thread.pk).update(space=spaces["group"])
    for pk in pks:
        mail_registration.call(pk)
    assert mailoutbox == []


def let_changes_settle():
    """The pause after the last change passes; how many are then mailed."""
    Meeting.objects.filter(changed_at__isnull=False).update(
        changed_at=F("changed_at") - CHANGE_PAUSE
    )
    return mail_changes()


def calendar_in(mail):
    """``(method, event)`` of the calendar in a mail, which its type says too."""
    ((_name, content, kind),) = mail.attachments
    assert mail.alternatives[0].mimetype == kind
    calendar = Calendar.from_ical(content)
    assert kind == f"text/calendar; method={calendar['METHOD']}"
    return calendar["METHOD"], calendar.events[0]


@pytest.fixture
def answered(settings):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"


@pytest.mark.usefixtures("answered")
def test_moved_and_cancelled_it_changes_and_leaves_the_calendars_of_who_has_a_place(
    thread, claire, jeanne, lucie, mailoutbox
):
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne, lucie)
    mail_all(meeting)
    for days in (12, 14):
        edit_meeting(meeting, viewer_of_person(claire), meeting_values(days, max_people=1))
    assert mail_changes() == 0  # They are not settled.
    own = Registration.objects.get(person=jeanne)
    assert let_changes_settle() == 1 and mail_changes() == 0
    mail_change.call(own.pk)
    cancel_meeting(meeting, viewer_of_person(claire))
    assert mail_changes() == 1
    mail_change.call(own.pk)
    assert [it.to for it in mailoutbox] == [[jeanne.email]] * 3
    (_, first), (moved, second), (cancelled, third) = map(calendar_in, mailoutbox)
    assert (moved, cancelled) == ("REQUEST", "CANCEL")
    assert {it["UID"] for it in (first, second, third)} == {first["UID"]}
    assert {it["ORGANIZER"] for it in (first, second, third)} == {first["ORGANIZER"]}
    assert [it["SEQUENCE"] for it in (first, second, third)] == [0, 2, 3]
    assert second.start - first.start == timedelta(days=4)
    assert third["STATUS"] == "CANCELLED" and CALL not in str(third)
    assert "a changé" in mailoutbox[1].body and "est annulée" in mailoutbox[2].body


@pytest.mark.usefixtures("answered")
def test_who_gives_their_place_back_loses_the_entry_unless_they_have_it_again(
    thread, claire, jeanne, lucie, mailoutbox
):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne, lucie)
    withdraw(meeting, viewer_of_person(jeanne))
    mail_withdrawal.call(meeting.pk, jeanne.pk)
    method, event = calendar_in(mailoutbox[-1])
    assert method == "CANCEL" and event["STATUS"] == "CANCELLED"
    assert event["ATTENDEE"] == f"mailto:{jeanne.email}" == f"mailto:{mailoutbox[-1].to[0]}"
    register(meeting, jeanne)
    before = len(mailoutbox)
    mail_withdrawal.call(meeting.pk, jeanne.pk)
    assert len(mailoutbox) == before


def test_each_act_leaves_the_worker_the_mails_that_calendars_are_to_have(
    thread, claire, jeanne, lucie
):
    meeting = add_meeting(thread, claire, max_people=1)

    def left():
        """The tasks that wait since it was asked last, and about whom."""
        tasks = list(OxTask.objects.order_by("enqueued_at", "task_path"))
        OxTask.objects.all().delete()
        return {(it.task_path.rpartition(".")[2], *it.args) for it in tasks}

    register(meeting, jeanne, lucie)
    own, waiting = Registration.objects.order_by("pk")
    assert left() == {("mail_registration", own.pk)}
    withdraw(meeting, viewer_of_person(jeanne))
    withdrawn = ("mail_withdrawal", meeting.pk, jeanne.pk)
    assert left() == {withdrawn, ("mail_registration", waiting.pk)}
    edit_meeting(meeting, viewer_of_person(claire), meeting_values(days=12, max_people=1))
    assert let_changes_settle() == 1 and left() == {("mail_change", waiting.pk)}
    cancel_meeting(meeting, viewer_of_person(claire))
    assert mail_changes() == 1 and left() == {("mail_change", waiting.pk)}


def test_a_change_is_mailed_as_far_as_its_space_lets_mails_tell(
    thread, claire, jeanne, mailoutbox
):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    edit_meeting(meeting, viewer_of_person(claire), meeting_values(place="Ailleurs"))
    own = Registration.objects.get()
    for content in MailContent:
        Space.objects.filter(pk=thread.space_id).update(mail_content=content)
        mail_change.call(own.pk)
        whole = mailoutbox[-1].message().as_string() + str(mailoutbox[-1].attachments)
        is_titled = content != MailContent.NOTHING
        assert ("chaufferie" in whole) == ("Ailleurs" in whole) == is_titled
        assert (CALL in whole) == (content == MailContent.FULL)
        assert meeting.get_absolute_url() in whole
    Thread.objects.filter(pk=thread.pk).update(removed_at=timezone.now())
    before = len(mailoutbox)
    mail_change.call(own.pk)
    assert len(mailoutbox) == before


def test_a_change_of_a_meeting_that_is_over_is_mailed_to_nobody(thread, claire, jeanne):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    edit_meeting(meeting, viewer_of_person(claire), meeting_values(place="Ailleurs"))
    now = timezone.now()
    Meeting.objects.update(starts_at=now - timedelta(2), ends_at=now - timedelta(1))
    assert let_changes_settle() == 0
