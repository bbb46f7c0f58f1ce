"""Meetings as calendars read them (iCalendar, RFC 5545 and 7986).

What is given for the same rows is the same, byte for byte, in each language; but what is mailed
to somebody for their program to act on (iTIP, RFC 5546) says when it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import (
    Calendar,
    Event,
    Parameters,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDDDTypes,
    vUri,
)

from accounts.base.mail import site_address
from accounts.base.text import one_line
from accounts.models import User
from forum.conversation.meetings.calendar_addresses import CalendarAddress
from forum.conversation.meetings.models import Meeting

CONTENT_TYPE = "text/calendar"
#: Years that time zones are shown of beyond those of the meetings.
_YEARS_BEYOND = 1


def calendar_of(
    meetings: Sequence[tuple[Meeting, bool]], name: str = "", charter_day: date | None = None
) -> bytes:
    """A calendar of ``meetings``, each with its thread and whether its call is shown.

    ``name``: what it is called, of one that is subscribed to. ``charter_day``: a day that says
    that the charter is to be signed again, for what is missing.
    """
    written: bytes = _calendar_of(meetings, name, charter_day).to_ical()
    return written


def _calendar_of(
    meetings: Sequence[tuple[Meeting, bool]], name: str = "", charter_day: date | None = None
) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Foirail//Foirail//FR")
    calendar.add("version", "2.0")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    if charter_day:
        calendar.add_component(_charter_entry(charter_day))
    years: set[int] = set()
    for meeting, has_call in meetings:
        calendar.add_component(_event_of(meeting, has_call=has_call))
        years |= {meeting.local_start.year, meeting.local_end.year}
    for zone in sorted({meeting.time_zone for meeting, _has_call in meetings}):
        calendar.add_component(_time_zone(zone, min(years), max(years) + _YEARS_BEYOND))
    return calendar


def invitation_to(
    person: User, meeting: Meeting, *, has_call: bool, has_place: bool
) -> tuple[bytes, str]:
    """A calendar of ``meeting``, with its thread, that the program of ``person`` answers.

    And its type. Where no mail comes in, it is one that nobody answers.
    """
    status = "ACCEPTED" if has_place else "NEEDS-ACTION"
    return _addressed("REQUEST", person, meeting, status, has_call=has_call)


def cancellation_to(person: User, meeting: Meeting) -> tuple[bytes, str]:
    """What takes ``meeting``, with its thread, out of the calendar of ``person``; its type."""
    return _addressed("CANCEL", person, meeting, "DECLINED", has_call=False)


def _addressed(
    method: str, person: User, meeting: Meeting, status: str, *, has_call: bool
) -> tuple[bytes, str]:
    if not (own_address := str(CalendarAddress(person.pk, meeting.pk))):
        return calendar_of([(meeting, has_call)]), CONTENT_TYPE
    calendar = _calendar_of([(meeting, has_call)])
    organizer = vCalAddress(f"mailto:{own_address}")
    attendee = vCalAddress(f"mailto:{person.email}")
    organizer.params["CN"] = "Foirail"
    attendee.params |= {
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": status,
        "RSVP": "TRUE" if method == "REQUEST" else "FALSE",
    }
    calendar.add("method", method)
    (event,) = calendar.events
    # Of two with one SEQUENCE, programs follow the later.
    event["DTSTAMP"] = vDDDTypes(timezone.now().replace(microsecond=0).astimezone(UTC))
    if method == "CANCEL":
        event["STATUS"] = "CANCELLED"
    event.add("organizer", organizer)
    event.add("attendee", attendee)
    # The type says the method, by which programs act (RFC 6047).
    return calendar.to_ical(), f"{CONTENT_TYPE}; method={method}"


@lru_cache(64)
def _time_zone(name: str, first_year: int, last_year: int) -> Timezone:
    """What clocks show in a time zone from one year to another.

    The library's own says an hour too late when clocks go forward.
    """
    shown, zone = Timezone(), ZoneInfo(name)
    shown.add("tzid", name)
    begins = datetime(first_year, 1, 1, tzinfo=zone)
    _add_offset(shown, begins, begins.utcoffset())
    day, end = begins.astimezone(UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while day < end:
        next_day = day + timedelta(days=1)
        before = day.astimezone(zone).utcoffset()
        if before != next_day.astimezone(zone).utcoffset():
            low, high = day, next_day
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                is_before = middle.astimezone(zone).utcoffset() == before
                low, high = (middle, high) if is_before else (low, middle)
            _add_offset(shown, high.replace(microsecond=0).astimezone(zone), before)
        day = next_day
    return shown


def _add_offset(shown: Timezone, moment: datetime, before: timedelta | None) -> None:
    """Add that clocks show the time of ``moment`` from then on, and ``before`` until then."""
    assert before is not None  # Each moment here has a zone.
    part = TimezoneDaylight() if moment.dst() else TimezoneStandard()
    part.add("dtstart", (moment.astimezone(UTC) + before).replace(tzinfo=None))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", moment.utcoffset())
    part.add("tzname", moment.tzname())
    shown.add_component(part)


def _charter_entry(day: date) -> Event:
    event, site = Event(), site_address()
    page = site + reverse("charter")
    event.add("uid", f"charter@{urlsplit(site).hostname}")
    event.add("dtstamp", datetime.combine(day, time.min, UTC))
    event.add("dtstart", day)
    event.add("transp", "TRANSPARENT")
    event.add("summary", _("Signez la charte pour revoir ici toutes vos rencontres"))
    event.add("url", page)
    event.add("description", page)
    return event


def _event_of(meeting: Meeting, *, has_call: bool) -> Event:
    event, zone, site = Event(), ZoneInfo(meeting.time_zone), site_address()
    page, call_url = site + meeting.get_absolute_url(), meeting.call_url if has_call else ""
    if call_url and meeting.has_hosted_call:
        call_url = site + reverse("join-call", args=[meeting.pk])
    moments = (meeting.created_at, meeting.changed_at, meeting.cancelled_at)
    changed_at = max(it for it in moments if it).replace(microsecond=0)
    event.add("uid", f"meeting-{meeting.pk}@{urlsplit(site).hostname}")
    event.add("sequence", meeting.sequence)
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("summary", one_line(meeting.thread.title))
    if where := meeting.place or call_url:
        event.add("location", where)
    event.add("url", page)
    lines = [page]
    if call_url:
        lines = [_("Visio\u00a0: %(address)s") % {"address": call_url}, page]
        parameters = Parameters({"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]})
        event.add("conference", vUri(call_url), parameters=parameters)
    event.add("description", "\n".join(lines))
    return event
