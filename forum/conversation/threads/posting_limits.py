"""How much one person, and one organisation, may post in a while.

Who writes by hand, be it in a meeting, never meets these limits; a program does at once. Who
holds no confirmed seat may post less, and all of them in one organisation together: a person
with twenty accounts gains little, and does not silence the organisation's members, whose
posts are counted apart.

The posts themselves are counted, so that the limits hold whatever the number of processes, and
with the database alone. The count is part of the INSERT of a post: it costs no query.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.rate_limits import waiting_time
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.threads.models import Post

_OWN = "author_id = %s"
#: The posts that others wrote for the organisation, by one of its seats.
_FOR_ORGANISATION = """seat_id IN (
    SELECT id FROM accounts_seat WHERE organisation_id = (
        SELECT organisation_id FROM accounts_seat WHERE id = %s
    )
)"""
#: What all wrote in their own names who wait for a seat in an organisation of this person's.
_OF_WAITING = """seat_id IS NULL AND author_id IN (
    SELECT other.person_id FROM accounts_seat AS other
    JOIN accounts_seat AS own ON own.organisation_id = other.organisation_id
    WHERE own.person_id = %s AND own.ended_at IS NULL AND own.refused_at IS NULL
)"""


#: Characters in a post at most: some twenty printed pages.
MAX_TEXT_LENGTH = 40_000


class TooOften(Refused):
    """Someone posted much in little time; the text says when they may go on."""

    status = 429


class PostingLimit(NamedTuple):
    """At most ``number`` posts in ``period`` where ``condition``, SQL, holds.

    Its one parameter is the viewer's ``parameter``. ``is_shared``: with others.
    """

    number: int
    period: timedelta
    condition: str
    parameter: str
    is_shared: bool

    @property
    def sql(self) -> str:
        """The moment of the post by which the limit is reached. Parameters: whose, since."""
        return (
            f"SELECT created_at FROM forum_post WHERE {self.condition} AND created_at > %s"  # noqa: S608
            " AND NOT is_undone AND moved_to_id IS NULL"
            f" ORDER BY created_at DESC LIMIT 1 OFFSET {self.number - 1}"
        )


_TEN_MINUTES, _DAY = timedelta(minutes=10), timedelta(days=1)


def _limits(
    condition: str, parameter: str, is_shared: bool, in_ten_minutes: int, in_a_day: int
) -> tuple[PostingLimit, ...]:
    about = condition, parameter, is_shared
    return (
        PostingLimit(in_ten_minutes, _TEN_MINUTES, *about),
        PostingLimit(in_a_day, _DAY, *about),
    )


_FIRST = "number = 1 AND "
#: By whether the author's seat is confirmed: of all posts, and of threads.
POST_LIMITS = {
    True: (
        *_limits(_OWN, "person_id", False, 60, 500),
        *_limits(_FOR_ORGANISATION, "seat_id", True, 300, 3000),
    ),
    False: (
        *_limits(_OWN, "person_id", False, 15, 60),
        *_limits(_OF_WAITING, "person_id", True, 40, 150),
    ),
}
THREAD_LIMITS = {
    True: (
        *_limits(_FIRST + _OWN, "person_id", False, 10, 40),
        *_limits(_FIRST + _FOR_ORGANISATION, "seat_id", True, 40, 150),
    ),
    False: (
        *_limits(_FIRST + _OWN, "person_id", False, 3, 8),
        *_limits(_FIRST + _OF_WAITING, "person_id", True, 8, 20),
    ),
}


class PostingLimits(NamedTuple):
    """The ``limits`` of one kind of posts and of people, and ``sql``: that none is reached.

    The parameters of ``sql`` are, for each limit, whose posts it counts and since when.
    """

    limits: tuple[PostingLimit, ...]
    sql: str


def _together(*limits: PostingLimit) -> PostingLimits:
    used = limits if settings.FORUM_POSTING_LIMITS else ()
    sql = " AND ".join(["TRUE", *(f"NOT EXISTS ({limit.sql})" for limit in used)])
    return PostingLimits(used, sql)


#: By whether the post begins a thread, and whether its author's seat is confirmed.
POSTING_LIMITS = {
    (is_thread, is_confirmed): _together(
        *POST_LIMITS[is_confirmed], *(THREAD_LIMITS[is_confirmed] if is_thread else ())
    )
    for is_thread in (False, True)
    for is_confirmed in (False, True)
}


def limits_of(actor: Viewer, post: Post) -> PostingLimits:
    """The limits that ``post`` by ``actor`` is held to, the pause of a slow thread among them.

    Animators wait in no slow thread.
    """
    usual = POSTING_LIMITS[post.number == 1, actor.seat_id is not None]
    minutes = post.thread.slow_mode_minutes
    if not minutes or actor.is_animator:
        return usual
    own = f"thread_id = {post.thread_id:d} AND {_OWN}"
    pause = PostingLimit(1, timedelta(minutes=minutes), own, "person_id", False)
    return PostingLimits((*usual.limits, pause), f"{usual.sql} AND NOT EXISTS ({pause.sql})")


#: Whom this process has refused a post, by whether it would have begun a thread: when, until
#: when no other is taken, and whether that limit is shared. For ``refuse_stopped``.
STOPPED: dict[tuple[int | None, bool], tuple[datetime, datetime, bool]] = {}
_STOPPED_FOR, _MAX_STOPPED = timedelta(seconds=30), 10_000


def too_often(actor: Viewer, post: Post) -> TooOften:
    """The refusal of ``post`` by ``actor``, who has reached one of their limits."""
    now, ends = timezone.now(), []
    for limit in limits_of(actor, post).limits:
        with connection.cursor() as cursor:
            cursor.execute(limit.sql, [getattr(actor, limit.parameter), now - limit.period])
            row = cursor.fetchone()
        if row is not None:
            ends.append((_moment(row[0]) + limit.period, limit.is_shared, limit.number == 1))
    end, is_shared, is_pause = max(ends, default=(now, False, False))
    if not is_pause:
        if len(STOPPED) >= _MAX_STOPPED:
            STOPPED.clear()
        STOPPED[actor.person_id, post.number == 1] = now, end, is_shared
    return _refusal(end, is_shared, is_pause)


def refuse_stopped(actor: Viewer, is_thread: bool) -> None:
    """Raise TooOften where this process has refused ``actor`` just before, and would again.

    It asks nothing: a program that goes on posting costs neither the rendering of its texts
    nor the locks of threads.
    """
    now, key = timezone.now(), (actor.person_id, is_thread)
    at, end, is_shared = STOPPED.get(key, (now, now, False))
    if now < min(end, at + _STOPPED_FOR):
        raise _refusal(end, is_shared, is_pause=False)
    STOPPED.pop(key, None)


def _refusal(end: datetime, is_shared: bool, is_pause: bool) -> TooOften:
    words = (
        _("Ce fil est ralenti : chacun attend entre deux messages. Vous pourrez y écrire "
          "%(when)s : votre texte reste ici.")
        if is_pause
        else
        _("On a beaucoup écrit au nom de votre organisation en peu de temps. Vous pourrez "
          "publier %(when)s : votre texte reste ici.")
        if is_shared
        else _("Vous avez beaucoup écrit en peu de temps. Vous pourrez publier de nouveau "
               "%(when)s : votre texte reste ici.")
    )  # fmt: skip
    return TooOften(words % {"when": waiting_time((end - timezone.now()).total_seconds())})


def _moment(value: datetime) -> datetime:
    """What the cursor gives for a moment: SQLite leaves out that it is in UTC."""
    return value.replace(tzinfo=value.tzinfo or UTC)
