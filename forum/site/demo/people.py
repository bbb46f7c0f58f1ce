"""The people of the demonstration."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.utils import timezone

from accounts.base.text import fold
from accounts.models import User
from forum.site.demo import source_data

#: The domain of all their e-mail addresses. ``.invalid`` is reserved: no mail reaches it.
DOMAIN = "demo.invalid"
#: Everybody's password, in the demonstration only.
PASSWORD = "foirail-demo-2026"  # noqa: S105
ANIMATORS = {"lucie-hoarau"}
LONG_AGO = timedelta(days=400)
RECENTLY = timedelta(days=2)


def demo_users() -> QuerySet[User]:
    """The accounts of the demonstration, as a queryset."""
    return User.objects.filter(email__endswith=f".{DOMAIN}", is_active=True)


def demo_email(row: dict[str, str]) -> str:
    """The e-mail address of a person: *yves.le-dantec@mesnil-argance.demo.invalid*."""
    first, _space, rest = fold(row["name"]).partition(" ")
    organisation = row.get("organisation", "sans-organisation")
    return f"{first}.{rest.replace(' ', '-')}@{organisation}.{DOMAIN}"


def joined_since(row: dict[str, str], now: datetime) -> datetime:
    """When a person joined, in the morning: before all posts, or lately if they are new."""
    is_new = row.get("standing") in {"registered", "waiting"}
    day = timezone.localtime(now - (RECENTLY if is_new else LONG_AGO))
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


def create_users(now: datetime) -> dict[str, User]:
    """Create everyone, with verified e-mail addresses; return them by id in the files."""
    rows = source_data.people()
    password = make_password(PASSWORD)  # One for all: hashing is slow by design.
    people = User.objects.bulk_create(
        User(
            email=demo_email(row),
            full_name=row["name"],
            folded_name=fold(row["name"]),
            password=password,
            is_animator=row["id"] in ANIMATORS,
            joined_at=joined_since(row, now),
        )
        for row in rows
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )
    return {row["id"]: person for row, person in zip(rows, people, strict=True)}
