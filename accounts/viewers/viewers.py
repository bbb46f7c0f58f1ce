"""The viewer: the frozen value that every question about rights takes.

It is made from a request, from sessions (many at once, for open pages) or from a person. All
three read ``viewer_annotations`` in one query: what takes away a right does so everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Session, User
from accounts.profiles.queries import hides_presence
from accounts.users.second_factors import meets_second_factor_policy
from accounts.users.sessions import is_valid_session
from accounts.users.suspension import is_suspended, silence_of
from accounts.viewers.annotations import parse_memberships, parse_seats, viewer_annotations


class AccessLevel(IntEnum):
    """How much a person may read and do; each level includes those below it."""

    #: Not signed in, or suspended.
    GUEST = 0
    #: Has an account, and no seat under a current signature.
    REGISTERED = 1
    #: Holds a seat under a current signature, which waits to be confirmed: reads what guests
    #: read, and writes there.
    SIGNATORY = 2
    #: Holds a confirmed one: the members' areas are open.
    MEMBER = 3


class Rights(NamedTuple):
    """All that visibility depends on: with equal rights one sees the same pages."""

    level: AccessLevel
    college_ids: frozenset[int]
    group_ids: frozenset[int]
    is_animator: bool
    opened_college_ids: frozenset[int]
    archived_group_ids: frozenset[int]

    @property
    def rights(self) -> "Rights":
        """These rights: functions which read ``viewer.rights`` take rights as well."""
        return self

    @property
    def reads_public_only(self) -> bool:
        """Whether they read nothing but what anybody does: that it is public goes unsaid."""
        return self.level < AccessLevel.MEMBER

    def with_placeholders(self, placeholders: Sequence[int]) -> "tuple[Rights, list[int]]":
        """These rights with ``placeholders`` for ids, in the ids' order, and the ids.

        As they are, and no ids, where there are more than placeholders.
        """
        colleges = sorted(self.college_ids | self.opened_college_ids)
        groups = sorted(self.group_ids | self.archived_group_ids)
        if len(colleges) + len(groups) > len(placeholders):
            return self, []
        college = dict(zip(colleges, placeholders, strict=False)).__getitem__
        group = dict(zip(groups, placeholders[len(colleges) :], strict=False)).__getitem__
        return self._replace(
            college_ids=frozenset(map(college, self.college_ids)),
            group_ids=frozenset(map(group, self.group_ids)),
            opened_college_ids=frozenset(map(college, self.opened_college_ids)),
            archived_group_ids=frozenset(map(group, self.archived_group_ids)),
        ), [*colleges, *groups]


@dataclass(frozen=True)
class Viewer:
    """Someone who reads or acts, with their rights at the moment of asking.

    ``college_ids`` and ``group_ids``: ids of those whose private spaces they read and write.
    ``opened_college_ids``: ids of colleges whose spaces they read by break-glass access.
    ``archived_group_ids``: those of ``group_ids`` that have ended; there they only read.
    ``seat_ids``: ids of their confirmed seats under a current signature. ``seat_id``: the one
    they write for, which is the one they chose, else the oldest; None where no seat is
    confirmed, and they write in their own name.
    ``sign_before``: when a charter version that they have not signed takes away a seat.
    ``silenced_until``: until when they write nothing, by a measure of moderation.

    From these follow ``rights``: what they may see, without who they are; and whether they
    have an account that is not suspended, have one and no seat, hold a seat under a current
    signature and so write where they read, and hold a confirmed one.
    """

    level: AccessLevel = AccessLevel.GUEST
    college_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()
    is_animator: bool = False
    opened_college_ids: frozenset[int] = frozenset()
    archived_group_ids: frozenset[int] = frozenset()
    person_id: int | None = None
    seat_id: int | None = None
    seat_ids: tuple[int, ...] = ()
    sign_before: datetime | None = None
    silenced_until: datetime | None = None
    rights: Rights = field(init=False, repr=False, compare=False)
    is_registered: bool = field(init=False, repr=False, compare=False)
    is_registered_only: bool = field(init=False, repr=False, compare=False)
    is_signatory: bool = field(init=False, repr=False, compare=False)
    is_member: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what every rule asks."""
        vars(self).update(  # Past the guard of a frozen class.
            rights=Rights(
                self.level,
                self.college_ids,
                self.group_ids,
                self.is_animator,
                self.opened_college_ids,
                self.archived_group_ids,
            ),
            is_registered=self.level >= AccessLevel.REGISTERED,
            is_registered_only=self.level == AccessLevel.REGISTERED,
            is_signatory=self.level >= AccessLevel.SIGNATORY,
            is_member=self.level >= AccessLevel.MEMBER,
        )

    def with_seat(self, seat_id: int | None) -> "Viewer":
        """The same person, writing for ``seat_id``; None keeps the usual seat.

        Raise PermissionDenied where it is not one of ``seat_ids``.
        """
        if seat_id is None or seat_id == self.seat_id:
            return self
        if seat_id not in self.seat_ids:
            raise PermissionDenied(_("Vous n’avez plus ce siège : choisissez-en un autre."))
        return replace(self, seat_id=seat_id)


@dataclass(frozen=True)
class AuthenticatedSession:
    """Who is signed in by a session, their name if it may be shown, and when it expires."""

    viewer: Viewer
    name: str = ""
    expires_at: datetime | None = None


GUEST = Viewer()
ANONYMOUS_SESSION = AuthenticatedSession(GUEST)


def viewer_of_user(user: Any) -> Viewer:
    """The viewer that ``request.user`` is; a guest where ``user`` is None."""
    if user is None or not user.is_authenticated:
        return GUEST
    if hasattr(user, "seats_held"):  # AnnotatedUserBackend loaded it, in this request.
        return _build_viewer(user, user)
    return viewer_of_person(user)


def viewer_of_person(person: User) -> Viewer:
    """The viewer that ``person`` is now, read from the database."""
    row = get_person_with_viewer_annotations(person.pk)
    return _build_viewer(row, row) if row else GUEST


def get_person_with_viewer_annotations(pk: int) -> User | None:
    """The person of this id, annotated, or None."""
    return _PERSON_BY_PK.first(pk=pk)


def authenticate_sessions(keys: Iterable[str]) -> dict[str, AuthenticatedSession]:
    """``{session key: AuthenticatedSession}`` for all of ``keys``, in one query.

    A key that is unknown or expired, or whose person changed their password since, gives
    ANONYMOUS_SESSION.
    """
    keys = list(keys)
    asked = {key for key in keys if key}
    is_single = len(asked) == 1  # As when a page opens: that query is compiled.
    rows = _SESSION_BY_KEY.rows(key=min(asked)) if is_single else _annotated_sessions(asked)
    sessions = {
        row.session_key: _authenticated_session(row) for row in rows if is_valid_session(row)
    }
    return {key: sessions.get(key, ANONYMOUS_SESSION) for key in keys}


def with_viewer_annotations(rows: QuerySet[Any], at: Any) -> QuerySet[Any]:
    """``rows``, of a model with a ``person``, with what ``pair_with_viewers`` reads."""
    annotations = viewer_annotations("person_id", at)
    return cast(QuerySet[Any], rows.select_related("person").annotate(**annotations))


def pair_with_viewers[Row: Model](rows: Iterable[Row]) -> list[tuple[Row, Viewer]]:
    """``rows``, read ``with_viewer_annotations``, each with its person's viewer."""
    return [(row, _build_viewer(row.person, row)) for row in cast(Iterable[Any], rows)]


def _annotated_person(pk: Any, at: Any) -> QuerySet[Any]:
    return User.objects.filter(pk=pk).annotate(**viewer_annotations("pk", at))


def _annotated_sessions(keys: Iterable[str], at: Any = None) -> QuerySet[Session]:
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=at or timezone.now())
    return with_viewer_annotations(rows.annotate(is_unnamed=hides_presence("person_id")), at)


_SESSION_BY_KEY: CompiledQuery[Session] = CompiledQuery(
    lambda key, at: _annotated_sessions([key], at), "key", "at"
)
_PERSON_BY_PK: CompiledQuery[User] = CompiledQuery(_annotated_person, "pk", "at")


def _authenticated_session(session: Any) -> AuthenticatedSession:
    name = "" if session.is_unnamed else session.person.full_name
    return AuthenticatedSession(
        _build_viewer(session.person, session), name, session.expire_date
    )


def _build_viewer(person: User, row: Any) -> Viewer:
    """The viewer of ``person``, from a ``row`` that has the annotations."""
    if not person.is_active:
        return GUEST
    if is_suspended(person):
        return Viewer(person_id=person.pk)
    is_signatory, confirmed = parse_seats(row.seats_held)
    opened = _opened_colleges(person, row, is_signatory)
    if not is_signatory:
        return Viewer(AccessLevel.REGISTERED, opened_college_ids=opened, person_id=person.pk)
    college_ids, seat_ids = frozenset(confirmed.values()), sorted(confirmed)
    joined = row.groups_joined if college_ids else None
    group_ids, archived_group_ids = parse_memberships(joined, college_ids)
    chosen = person.writing_seat_id
    return Viewer(
        level=AccessLevel.MEMBER if college_ids else AccessLevel.SIGNATORY,
        college_ids=college_ids,
        group_ids=group_ids,
        is_animator=person.is_animator and meets_second_factor_policy(row.has_second_factor),
        opened_college_ids=opened - college_ids,
        archived_group_ids=archived_group_ids,
        person_id=person.pk,
        seat_id=chosen if chosen in seat_ids else next(iter(seat_ids), None),
        seat_ids=tuple(seat_ids),
        sign_before=row.sign_before,
        silenced_until=silence_of(person),
    )


def _opened_colleges(person: User, row: Any, is_signatory: bool) -> frozenset[int]:
    """The colleges of their break-glass accesses, while they may have any.

    The same rule as ``break_glass.rules.may_break_glass``, from the row's columns.
    """
    may_open = person.is_superuser or person.is_animator and is_signatory
    if not (may_open and meets_second_factor_policy(row.has_second_factor)):
        return frozenset()
    return frozenset(map(int, filter(None, (row.colleges_opened or "").split("|"))))
