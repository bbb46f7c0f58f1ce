"""The people of the demonstration: who they are, and how they are written."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.base.text import fold
from accounts.models import User
from forum.demo import source_data

#: Where all their addresses end. ``.invalid`` is reserved: no mail ever leaves for it.
DOMAIN = "demo.invalid"
#: Everybody's password, in the demonstration only.
PASSWORD = "foirail-demo-2026"  # noqa: S105
ANIMATORS = {"lucie-hoarau"}
LONG_AGO = timedelta(days=400)
RECENTLY = timedelta(days=2)


def demo_users():
    """The people of the demonstration, and nobody else."""
    return User.objects.filter(email__endswith=f".{DOMAIN}", is_active=True)


def demo_email(row):
    """An address one remembers: *yves.le-dantec@mesnil-argance.demo.invalid*."""
    first, _space, rest = fold(row["name"]).partition(" ")
    place = row.get("organisation", "sans-organisation")
    return f"{first}.{rest.replace(' ', '-')}@{place}.{DOMAIN}"


def joined_since(row, now):
    """When a person came: before everything was said, or lately if they are still new."""
    is_new = row.get("standing") in {"registered", "waiting"}
    return now - (RECENTLY if is_new else LONG_AGO)


def create_users(now):
    """Write everyone, addresses verified; return them by id."""
    rows = source_data.people()
    password = make_password(PASSWORD)  # One hash for all: it is slow by design.
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
