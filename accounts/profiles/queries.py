"""Queries of profiles, for people with and without a row."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.profiles.models import DirectorySeat, Profile
from accounts.users.models import User
from accounts.users.suspension import not_suspended


def listed(prefix: str = "") -> Q:
    """The condition that a person has not opted out of the directory.

    ``prefix`` is the path to the person, such as ``person__``.
    """
    return Q((f"{prefix}profile", None)) | Q((f"{prefix}profile__is_listed", True))


def findable(prefix: str = "") -> Q:
    """The condition that so has a person whose account is active and not suspended."""
    return listed(prefix) & Q((f"{prefix}is_active", True)) & not_suspended(prefix)


def listed_people(at: datetime | None = None) -> QuerySet[User]:
    """The members who have not opted out of the directory; only members may see them."""
    seats = DirectorySeat.objects.listed(at)
    return User.objects.filter(Exists(seats.filter(person=OuterRef("pk"))))


def hides_presence(person: str) -> Exists:
    """An annotation: whether the person, whose id is at this path, is not to be named where
    they read or write."""
    chosen = Q(shows_presence=False) | Q(is_listed=False)
    return Exists(Profile.objects.filter(chosen, person=OuterRef(person)))


def profile_of(person: User) -> Profile:
    """The profile of ``person``, or an unsaved one with the defaults."""
    return getattr(person, "profile", None) or Profile(person=person)
