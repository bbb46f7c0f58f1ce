"""What waits to be mailed, was sent and was refused, in figures; how much may be sent yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from forum.base.outgoing_mail.models import OutgoingMail
from forum.base.rules import UNDO_PERIOD

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class OutgoingFigure(NamedTuple):
    """Of one queue: how many mails wait, since when the oldest is due; what a day brought."""

    queue: StrOrPromise
    waiting: int
    oldest_due_at: datetime | None
    sent: int
    refused: int


def undoable_since(at: datetime | None = None) -> datetime:
    """Since when posts may be undone ``at`` a moment: mails that leave then tell of none."""
    return (at or timezone.now()) - UNDO_PERIOD


def outgoing_figures() -> list[OutgoingFigure]:
    """The figures of each queue, of the last 24 hours: two queries a queue."""
    return [_figure(queue) for queue in OutgoingMail.__subclasses__()]


def _figure(queue: type[OutgoingMail]) -> OutgoingFigure:
    rows, since = queue._base_manager, timezone.now() - timedelta(days=1)
    waiting = rows.filter(settled_at=None).aggregate(count=Count("pk"), oldest=Min("due_at"))
    settled = rows.filter(settled_at__gt=since).aggregate(
        sent=Count("pk", filter=Q(was_sent=True)),
        refused=Count("pk", filter=Q(was_refused=True)),
    )
    oldest = waiting["oldest"]
    late = oldest if oldest and oldest < timezone.now() else None
    return OutgoingFigure(
        queue.queue, waiting["count"], late, settled["sent"], settled["refused"]
    )


def remaining_today() -> int | None:
    """How many mails may be sent until midnight; None where there is no ceiling.

    Codes and other mails that leave at once are not counted, and not held back.
    """
    if not settings.FORUM_MAIL_CEILING:
        return None
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    sent = sum(
        queue._base_manager.filter(was_sent=True, settled_at__gte=midnight).count()
        for queue in OutgoingMail.__subclasses__()
    )
    ceiling: int = settings.FORUM_MAIL_CEILING
    return max(0, ceiling - int(sent))
