"""When a mail was written, whatever its program says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from forum.mail.incoming_mail.dates import parsed_date

#: Before, nobody wrote to a list; ahead of now, and of what servers noted, clocks are wrong.
_FIRST, _AHEAD = datetime(1985, 1, 1, tzinfo=UTC), timedelta(days=2)
#: So long at most a mail is on its way.
_ON_ITS_WAY = timedelta(days=180)
_CTIME = re.compile(
    r"(?P<month>[A-Z][a-z]{2})\s+(?P<day>\d{1,2})\s+(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
    r"(?:\s+[A-Z]{2,5})?(?P<before>\s+[+-]\d{4})?\s+(?P<year>\d{4})(?P<after>\s+[+-]\d{4})?"
)


def date_of_mail(
    date: str, received: Iterable[str], separator: str, now: datetime
) -> datetime | None:
    """When a mail was sent: by its header ``date``, unless what servers noted contradicts it.

    ``received``: the Received headers, the last hop first. ``separator``: the *From* line of
    the mbox. None where nothing says it.
    """
    noted = [parsed_date(it.rpartition(";")[2].strip()) for it in received]
    noted.append(_separator_date(separator))
    hops = [it for it in noted if it and _FIRST <= it <= now + _AHEAD]
    header_date = parsed_date(date)
    if header_date is None or not _FIRST <= header_date <= now + _AHEAD:
        header_date = None
    if header_date and hops and not hops[0] - _ON_ITS_WAY <= header_date <= hops[0] + _AHEAD:
        header_date = None
    moment = header_date or (hops[0] if hops else None)
    return min(moment, now) if moment else None


def _separator_date(separator: str) -> datetime | None:
    if not (match := _CTIME.search(separator)):
        return None
    zone = match["before"] or match["after"] or " +0000"
    return parsed_date(f"{match['day']} {match['month']} {match['year']} {match['time']}{zone}")
