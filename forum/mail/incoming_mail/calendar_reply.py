"""What a calendar program answers to an invitation: a reply of iTIP (RFC 5546, 6047).

Of its lines only those of the attendee, and which invitation they answer and when, are read: a
time zone may repeat itself without end, and whoever makes a calendar of one has it do so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from accounts.base.dates import read_moment
from forum.mail.incoming_mail.attachments import parts_of
from forum.mail.incoming_mail.body_text import decoded_part

if TYPE_CHECKING:
    from icalendar.parser import Contentline

#: Characters of a reply: of a longer one nothing is read.
_MAX_LENGTH = 100_000
_BREAKS = re.compile(r"[\r\n]++")
#: Lines of attendees that are looked at, and characters of one.
_MAX_ATTENDEES, _MAX_LINE = 20, 2_000


class ReplyStatus(Enum):
    """What the attendee says."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    #: Another date is proposed.
    COUNTER = "COUNTER"
    #: Nothing that could be read.
    OTHER = "OTHER"


class CalendarReply(NamedTuple):
    """What the attendee says, to which ``sequence`` of the meeting, and when they did."""

    status: ReplyStatus
    sequence: int = 0
    answered_at: datetime | None = None


def calendar_text(message: Message) -> str | None:
    """The first calendar in ``message``; None where it brings none."""
    calendars = (it for it in parts_of(message) if it.get_content_type() == "text/calendar")
    return next(map(decoded_part, calendars), None)


def read_calendar_reply(text: str, sender: str) -> CalendarReply:
    """What ``sender``, an address in lower case, says by the calendar ``text``."""
    method = ""
    attendees: list[tuple[str, str]] = []
    values: dict[str, str] = {}
    for name, line in _lines_of_event(text[: _MAX_LENGTH + 1]):
        if name == "METHOD":
            method = method or line.partition(":")[2].strip().upper()
        elif name != "ATTENDEE":
            values.setdefault(name, line.partition(":")[2].strip())
        elif len(attendees) < _MAX_ATTENDEES:
            attendees.append(_attendee(line))
    sequence = next((values[name] for name in _SEQUENCES if name in values), "")
    number = int(sequence) if _NUMBER.fullmatch(sequence) else 0
    status = ReplyStatus.COUNTER if method == "COUNTER" else ReplyStatus.OTHER
    own = [it for it in attendees if it[0] == sender] or attendees
    statuses = {status for _address, status in own}
    known = [it for it in ReplyStatus if {it.value} == statuses]
    if known and method == "REPLY":
        status = known[0]
    return CalendarReply(status, number, read_moment(values.get("DTSTAMP", "")))


def _lines_of_event(text: str) -> Iterator[tuple[str, Contentline]]:
    """``(name, line)`` of the method, and of what is read of events, unfolded."""
    from icalendar.parser import Contentlines  # It takes a while.

    if len(text) > _MAX_LENGTH:
        return
    within: list[str] = []
    for line in Contentlines.from_ical(_BREAKS.sub("\r\n", text)):
        name = re.split("[:;]", line[:30], maxsplit=1)[0].strip().upper()
        if name == "BEGIN":
            within.append(line[:_MAX_LINE].partition(":")[2].strip().upper())
        elif name == "END" and within:
            within.pop()
        elif (name, within) in _READ and len(line) <= _MAX_LINE:
            yield name, line


#: Which invitation is answered: by RFC 5546, and by Thunderbird, whose first is of its own.
_SEQUENCES = ("X-MOZ-RECEIVED-SEQUENCE", "SEQUENCE")
_NUMBER = re.compile(r"[0-9]{1,9}")
_OF_EVENT = ("ATTENDEE", "DTSTAMP", *_SEQUENCES)
_READ = [("METHOD", ["VCALENDAR"]), *((it, ["VCALENDAR", "VEVENT"]) for it in _OF_EVENT)]


def _attendee(line: Contentline) -> tuple[str, str]:
    """The address of an attendee, in lower case, and what they say; empty where it is odd."""
    try:
        _name, parameters, value = line.parts()
    except ValueError:
        return "", ""
    status = parameters.get("PARTSTAT", "")
    address = value.strip().lower().removeprefix("mailto:")
    return address, status.upper() if isinstance(status, str) else ""
