"""What became of mails that came in, in figures."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q, Sum
from django.utils import timezone

from forum.mail.incoming_mail.models import MailCount, MailResult

#: Days that the figures are of, today among them.
DAYS = 30


class MailFigure(NamedTuple):
    """How many mails had one result: ``label`` says which."""

    label: str
    today: int
    recently: int


def mail_figures() -> list[MailFigure]:
    """The results that any mail had in DAYS days, in the order in which they are declared."""
    today = timezone.localdate()
    rows = MailCount.objects.filter(day__gt=today - timedelta(days=DAYS))
    sums = rows.values_list("result").annotate(
        today=Sum("number", filter=Q(day=today), default=0), recently=Sum("number")
    )
    counts = {result: numbers for result, *numbers in sums.order_by()}
    return [MailFigure(str(it.label), *counts[it]) for it in MailResult if it in counts]
