"""How many mails a reply sends at most, for the line "Who will read this?" of composers.

A bound and no number: who follows a thread is nobody's business, and a number that is one more
than a minute ago would tell. Below ``MAIL_BOUNDS[0]`` all numbers are one, none among them.
"""

from __future__ import annotations

from bisect import bisect_left

from django.db.models import OuterRef, Q, Subquery

from accounts.base.expressions import RowCount
from forum.follows.models import Channel, Follow, Level

#: What a number is rounded up to; beyond the last it is said to be more.
MAIL_BOUNDS = (9, 20, 50, 100, 200)
#: Followers that are looked at, so that the cost has a bound, too.
_MAX_FOLLOWERS = 500


def followers_by_mail(thread: str) -> RowCount:
    """How many who follow ``thread`` are mailed its replies, for a row of another query.

    ``thread``: its path there. It is the same for all who ask, and never too few: who writes is
    among them, and who will have read it here by then, or reads the space no more. Of more than
    ``_MAX_FOLLOWERS`` some are left out.
    """
    of_thread = {"thread": OuterRef(OuterRef(thread)), "level": Level.ALL}
    chosen = Q(channel=Channel.MAIL) | Q(channel="")
    follows = Follow.objects.filter(chosen, **of_thread).order_by()
    looked_at = Subquery(follows.values("pk")[:_MAX_FOLLOWERS])
    setting = Q(person__mail_setting=None) | Q(person__mail_setting__channel=Channel.MAIL)
    mailed = Q(channel=Channel.MAIL) | setting
    counted = Follow.objects.filter(mailed, person__is_active=True, pk__in=looked_at)
    return RowCount(counted.order_by().values("pk")[: MAIL_BOUNDS[-1] + 1])


def mail_bound(count: int) -> int:
    """The first of ``MAIL_BOUNDS`` that ``count`` is not beyond; 0 where it is beyond all."""
    place = bisect_left(MAIL_BOUNDS, count)
    return MAIL_BOUNDS[place] if place < len(MAIL_BOUNDS) else 0
