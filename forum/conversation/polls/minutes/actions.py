"""Writing the minutes of polls, part of the transaction that counts them."""

from __future__ import annotations

from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.minutes.queries import digest_of, rows_of
from forum.conversation.polls.models import Poll


def write_minutes(poll: Poll) -> PollMinutes:
    """Write the minutes of ``poll``, which is closed and counted; return them."""
    rows = rows_of(poll)
    most = max(rows.counts)
    leading = [number for number, count in enumerate(rows.counts, 1) if count == most > 0]
    about = {"leading": leading, "digest": digest_of(poll, rows)}
    return PollMinutes.objects.create(poll=poll, **about)
