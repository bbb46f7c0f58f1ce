"""People for a large forum: organisations of all colleges, seats, signatures."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from accounts.base.text import fold
from accounts.charter import hash_chain
from accounts.models import (
    CharterVersion,
    College,
    Organisation,
    Seat,
    Signature,
    Territory,
    User,
)
from forum.site.demo import source_data, timestamps

#: Where all their addresses end; ``.invalid`` is reserved, so no mail ever leaves.
DOMAIN = "essai.invalid"
_PEOPLE_PER_ORGANISATION = 3  # people
_ORGANISATION_KINDS = {
    "porteurs-de-projet": ("Coopérative d’essai", "scic"),
    "collectivites-locales": ("Commune d’essai", "commune"),
    "structures-de-soutien": ("Agence d’essai", "agence-locale-energie-climat"),
}
_DEFAULT_KIND = ("Organisation d’essai", "association")


@transaction.atomic
def create_people(
    count: int, since: datetime, now: datetime, rng: Random, password: str | None = None
) -> list[Seat]:
    """Write ``count`` people seated in every college since ``since``; return the seats.

    They sign in with ``password``, or not at all. Another call writes others.
    """
    organisations = _organisations(count, since, rng)
    people = _people(count, since, rng, make_password(password))
    positions = [row["position_fr"] for row in source_data.people() if "position_fr" in row]
    seats = Seat.objects.bulk_create(
        Seat(
            person=person,
            organisation=organisations[n % len(organisations)],
            position=rng.choice(positions),
            started_at=since,
            confirmed_at=since,
            is_contact=n < len(organisations),
        )
        for n, person in enumerate(people)
    )
    version = CharterVersion.objects.published().first()
    assert version is not None  # Loaded before.
    Signature.objects.bulk_create(_signature(seat, version, now) for seat in seats)
    hash_chain.append_missing_lines()
    return seats


def _organisations(count: int, since: datetime, rng: Random) -> list[Organisation]:
    """As many in each college, for a few people each; invented beyond mistake."""
    colleges = list(College.objects.all())
    departments = sorted({row["department_code"] for row in source_data.organisations()})
    first = _next_number("essai-", Organisation.objects.values_list("slug", flat=True))
    many = len(colleges) * max(1, count // (_PEOPLE_PER_ORGANISATION * len(colleges)))
    organisations = Organisation.objects.bulk_create(
        _organisation(first + n, colleges[n % len(colleges)], rng.choice(departments), since)
        for n in range(many)
    )
    _act_on_territories(organisations, rng)
    return organisations


def _act_on_territories(organisations: list[Organisation], rng: Random) -> None:
    """Each organisation acts on one territory of those that are there."""
    acts = Organisation.territories.through
    if known := list(
        Territory.objects.filter(insee_code=None).order_by("pk").values_list("pk", flat=True)
    ):
        acts.objects.bulk_create(
            acts(organisation=organisation, territory_id=rng.choice(known))
            for organisation in organisations
        )


def _organisation(
    number: int, college: College, department: str, since: datetime
) -> Organisation:
    name, kind = _ORGANISATION_KINDS.get(college.slug, _DEFAULT_KIND)
    name = f"{name} nº {number}"
    return Organisation(
        slug=f"essai-{number}",
        name=name,
        folded_name=fold(name),
        type=kind,
        college=college,
        department_code=department,
        created_at=since,
    )


def _people(count: int, since: datetime, rng: Random, password: str) -> list[User]:
    first = _next_number("membre-", User.objects.values_list("email", flat=True))
    people = User.objects.bulk_create(
        [
            User(
                email=f"membre-{first + n}@{DOMAIN}",
                full_name=name,
                folded_name=fold(name),
                password=password,
                joined_at=since,
            )
            for n, name in enumerate(_name(rng) for _ in range(count))
        ],
        batch_size=500,
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )
    return people


def _next_number(prefix: str, names: QuerySet[Any, Any]) -> int:
    """The first number above those that ``names`` have after ``prefix``."""
    ends = [name.removeprefix(prefix).partition("@")[0] for name in names
            if name.startswith(prefix)]  # fmt: skip
    return max((int(end) for end in ends if end.isdecimal()), default=0) + 1


def _name(rng: Random) -> str:
    """A given name of the demonstration's, with the family name of someone else there."""
    first, second = (rng.choice(source_data.people())["name"].split(" ", 1) for _ in range(2))
    return f"{first[0]} {second[1]}"


def _signature(seat: Seat, version: CharterVersion, now: datetime) -> Signature:
    signed_at = timestamps.signature_time(version, seat.organisation_id % 40, now)
    return Signature(
        version=version,
        person=seat.person,
        organisation=seat.organisation,
        college=seat.organisation.college,
        position=seat.position,
        authority="office",
        typed_name=seat.person.full_name,
        sha256=version.sha256,
        signed_at=max(signed_at, min(seat.started_at, now - timedelta(minutes=1))),
    )
