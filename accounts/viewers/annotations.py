"""The annotations from which a viewer is built, and how their texts are read back."""

from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    StringAgg,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from accounts.models import (
    BreakGlassAccess,
    CharterVersion,
    GroupMembership,
    Seat,
    Signature,
    VersionRefusal,
)
from accounts.users.second_factors import open_second_factors


def viewer_annotations(person: str, at: Any = None) -> dict[str, Any]:
    """The annotations of a queryset from which ``viewers`` builds a viewer.

    ``person`` is the path to the person's id in it, ``at`` the moment (now by default). The
    models read here are watched by triggers: see ``accounts/viewers/triggers.py``.
    """
    seats = Seat.objects.of_signatories(at).filter(person=OuterRef(person))
    memberships = GroupMembership.objects.filter(person=OuterRef(person))
    factors = open_second_factors(OuterRef(person), at)
    opens = {"confirmed_at__isnull": False, "organisation__admitted_at__isnull": False}
    confirmed = Case(When(**opens, then=Value("confirmed")), default=Value(""))
    opened = BreakGlassAccess.objects.current(at).filter(person=OuterRef(person))
    return {
        "seats_held": _concatenated(
            seats, Cast("pk", CharField()), Value(","), _as_text("organisation__college_id"),
            Value(","), confirmed,
        ),
        "groups_joined": _concatenated(memberships, *_membership_parts(at)),
        "colleges_opened": _concatenated(opened, _as_text("college_id")),
        "has_second_factor": Exists(factors),
        "sign_before": Subquery(_versions_to_sign(person, at).values("binding_from")[:1]),
    }  # fmt: skip


def parse_seats(text: str | None) -> tuple[bool, dict[int, int]]:
    """Read ``seats_held``: whether there is any, and of confirmed ones ``{seat: college}``."""
    held = [seat.split(",") for seat in (text or "").split("|") if seat]
    return bool(held), {
        int(seat): int(college) for seat, college, confirmed in held if confirmed
    }


def parse_memberships(
    text: str | None, colleges: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Read ``groups_joined``: the ids of all groups, and of those archived.

    A group within a college counts only for someone of ``colleges``: who has left the
    college does not read its groups' spaces.
    """
    groups: set[int] = set()
    archived: set[int] = set()
    for membership in filter(None, (text or "").split("|")):
        group, college, is_archived = membership.split(",")
        if not college or int(college) in colleges:
            groups.add(int(group))
            if is_archived:
                archived.add(int(group))
    return frozenset(groups), frozenset(archived)


def _membership_parts(at: datetime | None) -> tuple[Any, ...]:
    """A membership as text: the group's id, its college's, and whether it is archived."""
    archived = When(group__ends_at__lte=at or timezone.now(), then=Value("archived"))
    return (
        _as_text("group_id"), Value(","),
        Coalesce(_as_text("group__college_id"), Value("")), Value(","),
        Case(archived, default=Value("")),
    )  # fmt: skip


def _versions_to_sign(person: str, at: datetime | None) -> QuerySet[CharterVersion]:
    """Versions whose grace period runs, which take a seat from the outer query's person.

    Those not signed for the seat's organisation, unless the person refused them and all
    later ones. ``charter.queries.pending_signatures`` is the same rule in Python.
    """
    substantive = CharterVersion.objects.filter(is_substantive=True)
    signed = Signature.objects.live().filter(
        person=OuterRef("person"),
        organisation=OuterRef("organisation"),
        version__number__gte=OuterRef(OuterRef("number")),
    )
    outer_person = OuterRef(OuterRef(person))
    seats = Seat.objects.of_signatories(at).filter(~Exists(signed), person=outer_person)
    refused = VersionRefusal.objects.filter(
        person=OuterRef(outer_person), version=OuterRef("pk")
    )
    asking = substantive.filter(~Exists(refused), number__gte=OuterRef("number"))
    coming = substantive.filter(binding_from__gt=at or timezone.now())
    return coming.filter(Exists(seats), Exists(asking)).order_by("binding_from")


def _as_text(path: str) -> Cast:
    return Cast(F(path), CharField())


def _concatenated(rows: QuerySet[Any], *parts: Any) -> Subquery:
    """One text per person: the parts of each row side by side, rows separated by ``|``."""
    whole = Concat(*parts, output_field=CharField()) if len(parts) > 1 else parts[0]
    by_person = rows.order_by().values("person").annotate(whole=StringAgg(whole, Value("|")))
    return Subquery(by_person.values("whole"))
