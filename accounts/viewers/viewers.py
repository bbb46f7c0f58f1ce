"""Who is looking: the small frozen value that every right is asked of.

There are three ways to a viewer: of a request, of sessions (many at once, for open
pages) and of a person. All three read one and the same row shape, ``viewer_annotations``, in
one query, so a seat that ends, a charter that lapses, a suspension or a second factor taken
away is a lower standing everywhere at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Session, User
from accounts.users.second_factors import meets_second_factor_policy
from accounts.users.sessions import is_valid_session
from accounts.viewers.annotations import parse_memberships, viewer_annotations


class AccessLevel(IntEnum):
    """What the charter makes of a person, from the outside in."""

    GUEST = 0
    REGISTERED = 1
    MEMBER = 2
    COLLEGE_MEMBER = 3


class Rights(NamedTuple):
    """All that rights depend on: two viewers of a kind see the same, rendered the same."""

    level: AccessLevel
    colleges: frozenset
    groups: frozenset
    is_animator: bool
    opened_colleges: frozenset
    archived_groups: frozenset

    @property
    def rights(self):
        """Itself: a kind may stand where a viewer does, as far as seeing goes."""
        return self


@dataclass(frozen=True)
class Viewer:
    """Someone who looks or acts.

    ``seat_id`` is the confirmed seat they write for: the one they chose among ``seats``, else
    the oldest. Until one is confirmed a member writes in their own name: nobody speaks for an
    organisation unconfirmed. ``opened_colleges``: colleges whose rooms they read without being of
    them; ``archived_groups``: those of their groups that are archived. There one only reads.
    ``sign_before`` is when a version that they have not answered closes the member areas.
    """

    level: AccessLevel = AccessLevel.GUEST
    colleges: frozenset = frozenset()
    groups: frozenset = frozenset()
    is_animator: bool = False
    opened_colleges: frozenset = frozenset()
    archived_groups: frozenset = frozenset()
    person_id: int | None = None
    seat_id: int | None = None
    seats: tuple = ()
    sign_before: datetime | None = None

    @property
    def rights(self):
        """The viewer without the person."""
        rights = self.level, self.colleges, self.groups, self.is_animator
        return Rights(*rights, self.opened_colleges, self.archived_groups)

    @property
    def is_registered(self):
        """Whether this is a person who may at least act on their own account."""
        return self.level >= AccessLevel.REGISTERED

    @property
    def is_member(self):
        """Whether the charter is signed, current, and a seat held."""
        return self.level >= AccessLevel.MEMBER

    def with_seat(self, seat_id):
        """The same person, who writes for this seat of theirs; None is the usual one.

        Raise PermissionDenied where the seat is not theirs, or not any more.
        """
        if seat_id is None or seat_id == self.seat_id:
            return self
        if seat_id not in self.seats:
            raise PermissionDenied(_("Vous n’avez plus ce siège : choisissez-en un autre."))
        return replace(self, seat_id=seat_id)


@dataclass(frozen=True)
class AuthenticatedSession:
    """Whom a session makes of who holds it: the viewer, their name, until when at most."""

    viewer: Viewer
    name: str = ""
    expires_at: datetime | None = None


GUEST = Viewer()
ANONYMOUS_SESSION = AuthenticatedSession(GUEST)


def get_viewer(request):
    """The viewer behind ``request``, resolved once a request."""
    if not hasattr(request, "_viewer"):
        person = getattr(request, "user", None)  # None: refused before it was known.
        if person is None or not person.is_authenticated:
            request._viewer = GUEST
        elif hasattr(person, "seats_held"):  # Loaded by our backend, in this request.
            request._viewer = _build_viewer(person, person)
        else:
            request._viewer = viewer_of_person(person)
    return request._viewer


def viewer_of_person(person):
    """The viewer that ``person`` is at this moment, asked of the database afresh."""
    row = get_person_with_viewer_annotations(person.pk)
    return _build_viewer(row, row) if row else GUEST


def get_person_with_viewer_annotations(pk):
    """The person of this id with the annotations of ``viewer_annotations``, or None."""
    return _PERSON_BY_PK.first(pk=pk)


def authenticate_sessions(keys):
    """``{session key: AuthenticatedSession}`` for all of ``keys``, in one query.

    A key that is unknown, ended, or whose password has changed since is nobody's.
    """
    rows = Session.objects.filter(
        session_key__in={key for key in keys if key}, expire_date__gt=timezone.now()
    )
    rows = rows.select_related("person").annotate(**viewer_annotations("person_id"))
    found = {
        row.session_key: _authenticated_session(row) for row in rows if is_valid_session(row)
    }
    return {key: found.get(key, ANONYMOUS_SESSION) for key in keys}


def pair_with_viewers(rows):
    """``rows``, which have a ``person``, each with the viewer that this person is now.

    One query, however many they are.
    """
    rows = rows.select_related("person").annotate(**viewer_annotations("person_id"))
    return [(row, _build_viewer(row.person, row)) for row in rows]


def _annotated_person(pk, at):
    return User.objects.filter(pk=pk).annotate(**viewer_annotations("pk", at))


_PERSON_BY_PK = CompiledQuery(_annotated_person, "pk", "at")


def _authenticated_session(session):
    person = session.person
    return AuthenticatedSession(
        _build_viewer(person, session), person.full_name, session.expire_date
    )


def _build_viewer(person, row):
    if not person.is_active:
        return GUEST
    if person.suspended_at:
        return Viewer(person_id=person.pk)
    seats = [seat.split(",") for seat in (row.seats_held or "").split("|") if seat]
    opened_colleges = _opened_colleges(person, row, is_member=bool(seats))
    if not seats:
        return Viewer(
            level=AccessLevel.REGISTERED, opened_colleges=opened_colleges, person_id=person.pk
        )
    colleges = frozenset(int(college) for _seat, college, confirmed in seats if confirmed)
    groups, archived_groups = parse_memberships(row.groups_joined, colleges)
    confirmed = sorted(int(seat) for seat, _college, confirmed in seats if confirmed)
    chosen = person.writing_seat_id
    acting = chosen if chosen in confirmed else next(iter(confirmed), None)
    return Viewer(
        level=AccessLevel.COLLEGE_MEMBER if colleges else AccessLevel.MEMBER,
        colleges=colleges,
        groups=groups,
        is_animator=person.is_animator and meets_second_factor_policy(row.has_second_factor),
        opened_colleges=opened_colleges - colleges,
        archived_groups=archived_groups,
        person_id=person.pk,
        seat_id=acting,
        seats=tuple(confirmed),
        sign_before=row.sign_before,
    )


def _opened_colleges(person, row, is_member):
    """The colleges whose rooms are open to them, while they are who may open a room."""
    may_open = person.is_superuser or person.is_animator and is_member
    opened_colleges = (
        (row.colleges_opened or "").split("|")
        if may_open and meets_second_factor_policy(row.has_second_factor)
        else []
    )
    return frozenset(int(college) for college in opened_colleges if college)
