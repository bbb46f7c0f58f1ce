"""How many mails a reply sends at most, for the line "Who will read this?" of composers.

A bound and no number: who follows a thread is nobody's business, and a number that is one more
than a minute ago would tell. Below ``MAIL_BOUNDS[0]`` all numbers are one, none among them.
"""

from __future__ import annotations

from bisect import bisect_left

from django.db.models import Case, OuterRef, Q, Subquery, When

from accounts.base.expressions import ValueCount
from accounts.models import User
from forum.conversation.follows.models import Channel, Follow, Level

#: What a number is rounded up to; beyond the last it is said to be more.
MAIL_BOUNDS = (9, 20, 50, 100, 200)
#: Followers that are looked at, so that the cost has a bound, too.
_MAX_FOLLOWERS = 500


def followers_by_mail(thread: str) -> ValueCount:
    """How many who follow ``thread`` are mailed its replies, for a row of another query.

    ``thread``: its path there. It is the same for all who ask, and never too few: who writes is
    among them, and who will have read it here by then, or reads the space no more. Of more than
    ``_MAX_FOLLOWERS`` who may be mailed the others are not looked at, and beyond the last of
    ``MAIL_BOUNDS`` it counts no further.
    """
    people = User.objects.filter(pk=OuterRef("person"), is_active=True).values("pk")
    by_setting = Q(mail_setting=None) | Q(mail_setting__channel=Channel.MAIL)
    mailed = Case(
        When(channel=Channel.MAIL, then=Subquery(people)),
        default=Subquery(people.filter(by_setting)),
    )
    rows = Follow.objects.filter(
        Q(channel=Channel.MAIL) | Q(channel=""), thread=OuterRef(thread), level=Level.ALL
    )
    values = rows.order_by().values(value=mailed)[:_MAX_FOLLOWERS]
    return ValueCount(values, most=MAIL_BOUNDS[-1] + 1)


def mail_bound(count: int) -> int:
    """The first of ``MAIL_BOUNDS`` that ``count`` is not beyond; 0 where it is beyond all."""
    place = bisect_left(MAIL_BOUNDS, count)
    return MAIL_BOUNDS[place] if place < len(MAIL_BOUNDS) else 0
