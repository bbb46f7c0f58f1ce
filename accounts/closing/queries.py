"""Questions about accounts that will be closed, and about what that leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.closing.models import AccountClosing
from accounts.groups.models import WorkingGroup
from accounts.organisations.queries import contact_seats
from accounts.users.models import Device, User
from accounts.users.suspension import not_suspended

if TYPE_CHECKING:
    from accounts.closing.models import AccountClosingQuerySet
    from accounts.organisations.models import Organisation, Seat


def closing_of(person: User) -> AccountClosing | None:
    """The AccountClosing that ``person`` has asked for, or None.

    One for inactivity ends by their coming: the worker takes it back.
    """
    return _CLOSING_OF.first(person_id=person.pk)


def _closing_of(person_id: int) -> AccountClosingQuerySet:
    return AccountClosing.objects.filter(person=person_id, is_for_inactivity=False)[:1]


_CLOSING_OF = CompiledQuery(_closing_of, "person_id")


def is_only_animator(person: User) -> bool:
    """Whether ``person`` animates the network, and nobody else who could."""
    others = User.objects.filter(not_suspended(), is_animator=True, is_active=True)
    return person.is_animator and not others.exclude(pk=person.pk).exists()


def organisations_left_alone(
    person: User, at: datetime | None = None
) -> list[tuple[Organisation, Seat | None]]:
    """``(organisation, next contact)`` where ``person`` is the only contact today.

    The next contact is the seat of whoever becomes it without them, None where nobody does.
    """
    left = []
    for seat in person.seats.confirmed(at).select_related("organisation"):
        contacts = contact_seats(seat.organisation_id, at).values_list("person", flat=True)
        if set(contacts) == {person.pk}:
            left.append((seat.organisation, _next_contact(seat, at)))
    return left


def _next_contact(seat: Seat, at: datetime | None) -> Seat | None:
    others = type(seat).objects.representing(at).with_active_holder()
    others = others.filter(organisation=seat.organisation_id).exclude(person=seat.person_id)
    return others.select_related("person").order_by("confirmed_at", "pk").first()


def groups_left_alone(person: User, at: datetime | None = None) -> QuerySet[WorkingGroup]:
    """The groups, not archived, of which ``person`` is the contact."""
    active = Q(ends_at=None) | Q(ends_at__gt=at or timezone.now())
    return WorkingGroup.objects.filter(active, contact=person)


def inactive_people(warned_days_before: int, at: datetime | None = None) -> QuerySet[User]:
    """The people to warn for the first time: they have not come for so long as settings say.

    Less the days between the first warning and the end. Those who wait for a closing already
    are left out, and so is whoever may do most on the site, by a command only.
    """
    days = settings.FORUM_RETENTION["inactive_accounts"] - warned_days_before
    before = (at or timezone.now()) - timedelta(days=days)
    signed_in = Q(last_login=None) | Q(last_login__lte=before)
    waiting = AccountClosing.objects.filter(person=OuterRef("pk"))
    people = User.objects.filter(signed_in, seen_at__lte=before, joined_at__lte=before)
    used = Device.objects.filter(session__person=OuterRef("pk"), last_seen_at__gt=before)
    people = people.filter(~Exists(used))
    return people.filter(~Exists(waiting), is_active=True, is_superuser=False)
