"""Who one may be in the demonstration, for its page and for the terminal."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import College, GroupMembership, Seat, User
from forum.demo.people import demo_users


@dataclass(frozen=True)
class DemoAccount:
    """A person one may be: for whom they speak, and what is particular about them."""

    person: User
    seat: Seat | None
    notes: list[str]


def accounts_by_college():
    """``[(college, demo_accounts)]`` in the order of the colleges; (None, …) has no seat there."""
    demo_accounts = {}
    grouped = set(GroupMembership.objects.values_list("person", flat=True))
    people = demo_users().order_by("-is_animator", "pk").prefetch_related(
        "seats__organisation__college", "signatures"
    )  # fmt: skip
    for person in people:
        seat = next(iter(person.seats.all()), None)
        held = seat and (seat.ended_at is None or seat.ended_at > timezone.now())
        demo_account = DemoAccount(person, seat, _notes(person, seat, held, grouped))
        demo_accounts.setdefault(seat.organisation.college_id if held else None, []).append(
            demo_account
        )
    listed = [(college, demo_accounts.get(college.pk)) for college in College.objects.all()]
    return [
        (college, some) for college, some in [*listed, (None, demo_accounts.get(None))] if some
    ]


def _notes(person, seat, held, grouped):
    """What makes this person worth trying, in a few words each."""
    notes = []
    if person.is_animator:
        notes.append(_("anime le réseau"))
    if person.pk in grouped:
        notes.append(_("groupe de travail"))
    if seat and not held:
        notes.append(_("a quitté son organisation"))
    elif seat and seat.confirmed_at is None:
        notes.append(_("siège à confirmer"))
    if not person.signatures.all():
        notes.append(_("n’a pas signé la charte"))
    return notes
