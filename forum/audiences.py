"""Who reads a space, in numbers, for the line "Qui lira ceci ?" beside every composer."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from accounts.models import GroupMembership, Seat, Signature


@dataclass(frozen=True)
class Readers:
    """How many people of how many organisations; None for everyone on earth."""

    people: int | None
    organisations: int | None


def readers_of(space):
    """The people who may read ``space`` today, and for how many organisations they act."""
    if space.audience == "public":
        return Readers(None, None)
    signed = Signature.objects.current().filter(
        person=OuterRef("person"), organisation=OuterRef("organisation")
    )
    seats = Seat.objects.held().filter(
        Exists(signed), person__is_active=True, person__suspended_at=None
    )
    if space.audience == "college":
        seats = seats.filter(organisation__college=space.college_id, confirmed_at__isnull=False)
    elif space.audience == "group":
        joined = GroupMembership.objects.filter(group=space.group_id, person=OuterRef("person"))
        seats = seats.filter(Exists(joined))
    counted = seats.aggregate(
        people=Count("person", distinct=True),
        organisations=Count("organisation", distinct=True),
    )
    return Readers(**counted)
