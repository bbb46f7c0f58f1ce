"""Who is looking: the small frozen value that every right is asked of.

There are three ways to a viewer: of a request, of sessions (many at once, for open
pages) and of a person. All three read one and the same row shape, ``standing_of``, in
one query, so a seat that ends, a charter that lapses, a suspension or a second factor taken
away is a lower standing everywhere at once.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import CharField, Exists, F, OuterRef, StringAgg, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import GroupMembership, Seat, Session, Signature, User
from accounts.people.factors import SECOND
from accounts.prepared import Prepared


class Standing(IntEnum):
    """What the charter makes of a person, from the outside in."""

    GUEST = 0
    REGISTERED = 1
    MEMBER = 2
    COLLEGE = 3


class Kind(NamedTuple):
    """All that rights depend on: two viewers of a kind see the same, rendered the same."""

    standing: Standing
    colleges: frozenset
    groups: frozenset
    is_animator: bool

    @property
    def kind(self):
        """Itself: a kind may stand where a viewer does, as far as seeing goes."""
        return self


@dataclass(frozen=True)
class Viewer:
    """Someone who looks or acts.

    ``seat_id`` is the confirmed seat they write for. Until one is confirmed a member writes
    in their own name: nobody speaks for an organisation unconfirmed.
    """

    standing: Standing = Standing.GUEST
    colleges: frozenset = frozenset()
    groups: frozenset = frozenset()
    is_animator: bool = False
    person_id: int | None = None
    seat_id: int | None = None

    @property
    def kind(self):
        """The viewer without the person."""
        return Kind(self.standing, self.colleges, self.groups, self.is_animator)

    @property
    def is_registered(self):
        """Whether this is a person who may at least act on their own account."""
        return self.standing >= Standing.REGISTERED

    @property
    def is_member(self):
        """Whether the charter is signed, current, and a seat held."""
        return self.standing >= Standing.MEMBER


@dataclass(frozen=True)
class SignedIn:
    """Whom a session makes of who holds it: the viewer, their name, until when at most."""

    viewer: Viewer
    name: str = ""
    until: datetime | None = None


GUEST = Viewer()
NOBODY = SignedIn(GUEST)


def of_request(request):
    """The viewer behind ``request``, resolved once a request."""
    if not hasattr(request, "_viewer"):
        person = getattr(request, "user", None)  # None: refused before it was known.
        if person is None or not person.is_authenticated:
            request._viewer = GUEST
        elif hasattr(person, "seats_held"):  # Loaded by our backend, in this request.
            request._viewer = _viewer(person, person)
        else:
            request._viewer = of_person(person)
    return request._viewer


def of_person(person):
    """The viewer that ``person`` is at this moment, asked of the database afresh."""
    row = person_with_standing(person.pk)
    return _viewer(row, row) if row else GUEST


def person_with_standing(pk):
    """The person of this id with the annotations of ``standing_of``, or None."""
    return _PERSON.first(pk=pk)


def of_sessions(keys):
    """``{session key: SignedIn}`` for all of ``keys``, in one query.

    A key that is unknown, ended, or whose password has changed since is nobody's.
    """
    rows = Session.objects.filter(
        session_key__in={key for key in keys if key}, expire_date__gt=timezone.now()
    )
    rows = rows.select_related("person").annotate(**standing_of("person_id"))
    found = {row.session_key: _signed_in(row) for row in rows if _stands(row)}
    return {key: found.get(key, NOBODY) for key in keys}


def standing_of(person, at=None):
    """Annotations that carry a viewer; ``person`` is the path to the person's id."""
    signed = Signature.objects.current(at).filter(
        person=OuterRef("person"), organisation=OuterRef("organisation")
    )
    seats = Seat.objects.held(at).filter(Exists(signed), person=OuterRef(person))
    groups = GroupMembership.objects.filter(person=OuterRef(person))
    factors = Authenticator.objects.filter(user=OuterRef(person), type__in=SECOND)
    confirmed = Coalesce(Cast("confirmed_at", CharField()), Value(""))
    return {
        "seats_held": _joined(
            seats, Cast("pk", CharField()), Value(","), _text("organisation__college_id"),
            Value(","), confirmed,
        ),
        "groups_joined": _joined(groups, _text("group_id")),
        "has_second_factor": Exists(factors),
    }  # fmt: skip


def _person(pk, at):
    return User.objects.filter(pk=pk).annotate(**standing_of("pk", at))


_PERSON = Prepared(_person, "pk", "at")


def _text(path):
    return Cast(F(path), CharField())


def _joined(rows, *parts):
    """One string per person: the parts of each row side by side, rows split by ``|``."""
    whole = Concat(*parts, output_field=CharField()) if len(parts) > 1 else parts[0]
    rows = rows.order_by().values("person").annotate(whole=StringAgg(whole, Value("|")))
    return Subquery(rows.values("whole"))


def _stands(session):
    """Whether the session still signs its person in, as ``request.user`` would have it."""
    person = session.person
    if person is None or not person.is_active:
        return False
    stored = session.get_decoded().get(HASH_SESSION_KEY, "")
    accepted = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(stored, one) for one in accepted)


def _signed_in(session):
    person = session.person
    return SignedIn(_viewer(person, session), person.full_name, session.expire_date)


def _viewer(person, row):
    if not person.is_active:
        return GUEST
    if person.suspended_at:
        return Viewer(person_id=person.pk)
    seats = [seat.split(",") for seat in (row.seats_held or "").split("|") if seat]
    if not seats:
        return Viewer(standing=Standing.REGISTERED, person_id=person.pk)
    colleges = frozenset(int(college) for _, college, confirmed in seats if confirmed)
    groups = (row.groups_joined or "").split("|")
    is_proved = row.has_second_factor or not settings.FORUM_SECOND_FACTOR
    acting = min(seats, key=lambda seat: (not seat[2], int(seat[0])))
    return Viewer(
        standing=Standing.COLLEGE if colleges else Standing.MEMBER,
        colleges=colleges,
        groups=frozenset(int(group) for group in groups if group),
        is_animator=person.is_animator and is_proved,
        person_id=person.pk,
        seat_id=int(acting[0]) if acting[2] else None,
    )
