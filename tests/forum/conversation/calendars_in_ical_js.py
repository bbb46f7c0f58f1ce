"""What ical.js reads in all calendars, beside ``icalendar``: ``make calendars``.

Of the hour that clocks show twice in autumn ical.js takes the second, whatever is meant.
"""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.base.text import one_line
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.actions import cancel_meeting
from forum.conversation.meetings.calendar import (
    calendar_of,
    cancellation_to,
    invitation_to,
)
from forum.conversation.meetings.calendar_feeds.actions import make_calendar_feed
from forum.conversation.meetings.calendar_feeds.models import FeedScope
from forum.conversation.meetings.models import Meeting
from tests.factories import AUTHORITIES, create_charter, start_thread
from tests.forum.conversation.meeting_helpers import (
    CALL,
    add_meeting,
    create_meeting,
    meeting_values,
    register,
)
from tests.forum.conversation.test_meeting_calendars import ODD
from tests.pages import tools

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

READER = tools.ROOT / "tests/forum/conversation/ical_js.mjs"
#: Of meetings of 26 hours: before, at and after changes of clocks, and at the year's end.
BEGINNINGS = [
    datetime(2027, 3, 27, 13, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 30, 22, 15, tzinfo=UTC),
    datetime(2027, 10, 31, 2, tzinfo=UTC), datetime(2027, 12, 31, 20, tzinfo=UTC),
    datetime(2028, 2, 29, 8, tzinfo=UTC),
]  # fmt: skip
ZONES = ["Europe/Paris", "America/Miquelon", "Indian/Reunion", "Pacific/Noumea"]


@pytest.fixture(scope="module")
def in_ical_js():
    """Gives what ical.js reads in each of some calendars."""
    tools.install()
    command = [*tools.node(), str(READER), str(tools.MODULES)]

    def read(*contents):
        texts = json.dumps([it.decode() for it in contents])
        done = subprocess.run(command, input=texts, capture_output=True, text=True, timeout=60)  # noqa: S603
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return read


def in_icalendar(content):
    """What ``icalendar`` reads in one, in the same words."""
    calendar = Calendar.from_ical(content)
    return {
        "method": text(calendar, "method"),
        "name": text(calendar, "name"),
        "zones": [it.tz_name for it in calendar.timezones],
        "events": [
            {
                "uid": text(it, "uid"), "title": text(it, "summary"),
                "place": text(it, "location"),
                "description": text(it, "description"), "sequence": it.get("sequence"),
                "times": [moment(it.start), moment(it.end)],
                "zone": it["DTSTART"].params.get("TZID", "floating"),
                "status": text(it, "status"), "conference": text(it, "conference"),
                "url": text(it, "url"), "people": [text(it, "organizer"), text(it, "attendee")],
            }
            for it in calendar.events
        ],
    }  # fmt: skip


def text(of, name):
    """What a property says, None where there is none."""
    value = of.get(name)
    return None if value is None else str(value)


def moment(of):
    """A day, or seconds."""
    return int(of.timestamp()) if isinstance(of, datetime) else of.isoformat()


def test_odd_titles_places_and_addresses_come_back_from_both_as_they_were(
    claire, spaces, in_ical_js
):
    meeting = create_meeting(start_thread(claire, spaces["network"]), call_url=CALL)
    contents = []
    for title in ODD:
        meeting.thread.title, meeting.place = title, title[:160]
        meeting.call_url = f"https://visio.exemple.fr/?q={len(contents)},1;2&b=\\"
        contents.append(calendar_of([(meeting, True), (meeting, False)], name=title))
    assert len(ODD) >= 40
    for title, content, shown in zip(ODD, contents, in_ical_js(*contents), strict=True):
        assert shown == in_icalendar(content)
        for event in shown["events"]:
            assert (event["title"], event["place"]) == (one_line(title), title)


@pytest.mark.parametrize("zone", ZONES)
def test_hours_are_the_same_moments_for_both_when_clocks_change(
    claire, spaces, in_ical_js, zone
):
    thread = start_thread(claire, spaces["network"])
    times = [(it, it + timedelta(hours=26)) for it in BEGINNINGS]
    meetings = [
        create_meeting(thread, starts_at=begin, ends_at=end, time_zone=zone)
        for begin, end in times
    ]
    contents = [calendar_of([(it, False)]) for it in meetings]
    contents.append(calendar_of([(it, False) for it in meetings]))
    *each, together = in_ical_js(*contents)
    for (begin, end), shown in zip(times, each, strict=True):
        assert shown["events"][0]["times"] == [begin.timestamp(), end.timestamp()]
    assert [shown["events"][0] for shown in each] == together["events"]
    assert together["zones"] == [zone]


@pytest.mark.parametrize("address", ["", "reponse@exemple.fr"])
def test_what_is_mailed_and_what_a_page_gives_is_the_same_to_both(
    claire, jeanne, spaces, in_ical_js, browser_of, settings, address
):
    settings.FORUM_REPLY_ADDRESS = address
    meeting = add_meeting(start_thread(claire, spaces["network"]), claire)
    register(meeting, jeanne)
    meeting = Meeting.objects.get()
    invitation, _kind = invitation_to(jeanne, meeting, has_call=True, has_place=True)
    file = reverse("meeting-calendar", args=[meeting.pk])
    files = [browser_of(jeanne).get(file).content]
    cancel_meeting(meeting, viewer_of_person(claire))
    meeting = Meeting.objects.get()
    cancellation, _kind = cancellation_to(jeanne, meeting)
    files.append(browser_of(jeanne).get(file).content)
    contents = [invitation, cancellation, *files]
    shown = in_ical_js(*contents)
    assert shown == [in_icalendar(it) for it in contents]
    assert len({it["events"][0]["uid"] for it in shown}) == 1
    assert [it["events"][0]["status"] for it in shown] == [
        "CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED"
    ]  # fmt: skip
    methods = ["REQUEST", "CANCEL"] if address else [None, None]
    assert [it["method"] for it in shown[:2]] == methods


def test_each_feed_is_the_same_to_both_also_once_the_charter_lapsed(
    claire, jeanne, spaces, in_ical_js, client
):
    for name in "public", "network", AUTHORITIES:
        dates = [meeting_values(days=days) for days in (3, 10, 17)]
        thread = start_thread(claire, spaces[name], title=f"Chez {name}")
        for values in dates:
            create_meeting(thread, **values._asdict())
    register(Meeting.objects.first(), claire)
    url = make_calendar_feed(viewer_of_person(claire)).get_absolute_url()
    urls = [f"{url}?quelles={scope}" for scope in FeedScope]
    signed = [client.get(it).content for it in urls]
    create_charter(2)
    lapsed = [client.get(it).content for it in urls]
    shown = in_ical_js(*signed, *lapsed)
    assert shown == [in_icalendar(it) for it in (*signed, *lapsed)]
    assert max(len(it["events"]) for it in shown) == 9
    days = [it["events"][0]["times"][0] for it in shown[len(urls) :]]
    assert timezone.localdate().isoformat() in days
