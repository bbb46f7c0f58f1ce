"""What a calendar program answers to an invitation: a reply of iTIP (RFC 5546, 6047).

Of its lines only those of the attendee are read: a time zone may repeat itself without end, and
whoever makes a calendar of one has it do so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from enum import Enum
from typing import TYPE_CHECKING

from forum.mail.incoming_mail.attachments import parts_of
from forum.mail.incoming_mail.body_text import decoded_part

if TYPE_CHECKING:
    from icalendar.parser import Contentline

#: Characters of a reply: of a longer one nothing is read.
_MAX_LENGTH = 100_000
_BREAKS = re.compile(r"[\r\n]++")
#: Lines of attendees that are looked at, and characters of one.
_MAX_ATTENDEES, _MAX_LINE = 20, 2_000


class CalendarReply(Enum):
    """What the attendee says."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    #: Another date is proposed.
    COUNTER = "COUNTER"
    #: Nothing that could be read.
    OTHER = "OTHER"


def calendar_text(message: Message) -> str | None:
    """The first calendar in ``message``; None where it brings none."""
    calendars = (it for it in parts_of(message) if it.get_content_type() == "text/calendar")
    return next(map(decoded_part, calendars), None)


def read_calendar_reply(text: str, sender: str) -> CalendarReply:
    """What ``sender``, an address in lower case, says by the calendar ``text``."""
    method = ""
    attendees: list[tuple[str, str]] = []
    for name, line in _lines_of_event(text[: _MAX_LENGTH + 1]):
        if name == "METHOD":
            method = method or line.partition(":")[2].strip().upper()
        elif len(attendees) < _MAX_ATTENDEES:
            attendees.append(_attendee(line))
    if method == "COUNTER":
        return CalendarReply.COUNTER
    own = [it for it in attendees if it[0] == sender] or attendees
    statuses = {status for _address, status in own}
    known = [it for it in CalendarReply if {it.value} == statuses]
    return known[0] if known and method == "REPLY" else CalendarReply.OTHER


def _lines_of_event(text: str) -> Iterator[tuple[str, Contentline]]:
    """``(name, line)`` of the method and of the attendees of events, unfolded."""
    from icalendar.parser import Contentlines  # It takes a while.

    if len(text) > _MAX_LENGTH:
        return
    within: list[str] = []
    for line in Contentlines.from_ical(_BREAKS.sub("\r\n", text)):
        name = re.split("[:;]", line[:20], maxsplit=1)[0].strip().upper()
        if name == "BEGIN":
            within.append(line[:_MAX_LINE].partition(":")[2].strip().upper())
        elif name == "END" and within:
            within.pop()
        elif (name, within) in _READ and len(line) <= _MAX_LINE:
            yield name, line


_READ = [("METHOD", ["VCALENDAR"]), ("ATTENDEE", ["VCALENDAR", "VEVENT"])]


def _attendee(line: Contentline) -> tuple[str, str]:
    """The address of an attendee, in lower case, and what they say; empty where it is odd."""
    try:
        _name, parameters, value = line.parts()
    except ValueError:
        return "", ""
    status = parameters.get("PARTSTAT", "")
    address = value.strip().lower().removeprefix("mailto:")
    return address, status.upper() if isinstance(status, str) else ""
