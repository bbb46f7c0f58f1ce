"""The organisations of the demonstration, their seats and signatures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accounts.charter import hash_chain
from accounts.models import CharterVersion, College, Organisation, Seat, Signature, Territory
from forum.site.demo import source_data, timestamps
from forum.site.demo.people import ANIMATORS, joined_since

if TYPE_CHECKING:
    from accounts.users.models import User


AUTHORITIES_COLLEGE = "collectivites-locales"
_OFFICES = {"président", "présidente", "directeur", "directrice"}
_ENDED_BEFORE = timedelta(days=60)


def create_organisations() -> dict[str, Organisation]:
    """Create the organisations; return them by slug.

    An invented authority acts on an invented territory of its own name, not on a real one.
    """
    colleges = {college.slug: college for college in College.objects.all()}
    created = {}
    for row in source_data.organisations():
        names = {name: row[name] for name in ("slug", "name", "type")}
        department = row["department_code"]
        organisation = Organisation(
            college=colleges[row["college"]], department_code=department, **names
        )
        organisation.save()
        if row["college"] == AUTHORITIES_COLLEGE:
            territory = Territory.objects.create(department_codes=department, **names)
            organisation.territories.add(territory)
        created[organisation.slug] = organisation
    return created


def create_seats(
    people: dict[str, User], organisations: dict[str, Organisation], now: datetime
) -> dict[str, Seat]:
    """Create the seats of ``people`` as their rows say, and signatures; return them by id."""
    animator = next(person for name, person in people.items() if name in ANIMATORS)
    seats = {
        row["id"]: _seat(row, people[row["id"]], organisations, animator, now)
        for row in source_data.people()
        if "organisation" in row
    }
    Seat.objects.bulk_create(seats.values())
    _name_contacts(seats.values())
    _sign(seats.values(), now)
    return seats


def _name_contacts(seats: Iterable[Seat]) -> None:
    """Make the first confirmed seat of each organisation its contact."""
    first: dict[int, int] = {}
    for seat in seats:
        if seat.confirmed_at and not seat.ended_at:
            first.setdefault(seat.organisation_id, seat.pk)
    Seat.objects.filter(pk__in=first.values()).update(is_contact=True)


def _seat(
    row: dict[str, str],
    person: User,
    organisations: dict[str, Organisation],
    animator: User,
    now: datetime,
) -> Seat:
    is_pending = row.get("standing") == "waiting"
    return Seat(
        person=person,
        organisation=organisations[row["organisation"]],
        position=row["position_fr"],
        started_at=joined_since(row, now),
        ended_at=now - _ENDED_BEFORE if row.get("standing") == "former" else None,
        confirmed_at=None if is_pending else joined_since(row, now),
        confirmed_by=None if is_pending else animator,
    )


def _sign(seats: Iterable[Seat], now: datetime) -> None:
    """Sign for every seat; the people of one organisation at one time."""
    version = CharterVersion.objects.published().first()
    assert version is not None  # Loaded before.
    order: dict[int, int] = {}
    for seat in seats:
        order.setdefault(seat.organisation_id, len(order))
    Signature.objects.bulk_create(
        _signature(seat, version, order[seat.organisation_id], now) for seat in seats
    )
    hash_chain.append_missing_lines()


def _signature(seat: Seat, version: CharterVersion, order: int, now: datetime) -> Signature:
    college = seat.organisation.college
    authority, detail = _authority(college.slug, seat.position, order)
    signed_at = max(seat.started_at, timestamps.signature_time(version, order, now))
    return Signature(
        version=version,
        person=seat.person,
        organisation=seat.organisation,
        college=college,
        position=seat.position,
        authority=authority,
        authority_detail=detail,
        typed_name=seat.person.full_name,
        sha256=version.sha256,
        signed_at=min(signed_at, seat.ended_at or now),
    )


def _authority(college: str, position: str, order: int) -> tuple[str, str]:
    """By what a seat signs: a resolution of a council, an office, or a written power."""
    if college == AUTHORITIES_COLLEGE:
        return "resolution", f"nº 2026-{order + 31}"
    if position in _OFFICES:
        return "office", ""
    return "power", "Mandat écrit de la présidence"
