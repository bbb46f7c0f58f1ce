"""The accounts that one may sign in to in the demonstration."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import College, GroupMembership, Seat, User
from forum.site.demo.people import demo_users


@dataclass(frozen=True)
class DemoAccount:
    """A person, their seat if any, and what is particular about them."""

    person: User
    seat: Seat | None
    notes: list[str]


def accounts_by_college() -> list[tuple[College | None, list[DemoAccount]]]:
    """``[(college, accounts)]``; those without a current seat come last, under None."""
    accounts: dict[int | None, list[DemoAccount]] = {}
    grouped = set(GroupMembership.objects.values_list("person", flat=True))
    people = demo_users().order_by("-is_animator", "pk").prefetch_related(
        "seats__organisation__college", "signatures"
    )  # fmt: skip
    for person in people:
        seat = next(iter(person.seats.all()), None)
        is_current = seat is not None and not seat.is_over
        account = DemoAccount(person, seat, _notes(person, seat, is_current, grouped))
        college_id = seat.organisation.college_id if seat and is_current else None
        accounts.setdefault(college_id, []).append(account)
    colleges = [*College.objects.all(), None]
    rows = [(it, accounts.get(it.pk if it else None)) for it in colleges]
    return [(college, accounts) for college, accounts in rows if accounts]


def _notes(
    person: User, seat: Seat | None, is_current: bool, grouped: Collection[int]
) -> list[str]:
    """What is particular about a person, in a few words each."""
    notes = []
    if person.is_animator:
        notes.append(_("anime le réseau"))
    if person.pk in grouped:
        notes.append(_("groupe de travail"))
    if seat and not is_current:
        notes.append(_("a quitté son organisation"))
    elif seat and seat.confirmed_at is None:
        notes.append(_("siège à confirmer"))
    if not person.signatures.all():
        notes.append(_("n’a pas signé la charte"))
    return notes
