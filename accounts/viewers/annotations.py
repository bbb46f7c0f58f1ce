"""The one row that a viewer is read from, whichever way one comes to it.

What is said of groups is in ``accounts/groups/annotations.py``; who reads the row is
``accounts/viewers/viewers.py``.
"""

from allauth.mfa.models import Authenticator
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
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
from accounts.users.second_factors import SECOND_FACTOR_TYPES


def viewer_annotations(person, at=None):
    """Annotations that carry a viewer; ``person`` is the path to the person's id."""
    seats = Seat.objects.granting_access(at).filter(person=OuterRef(person))
    groups = GroupMembership.objects.filter(person=OuterRef(person))
    factors = Authenticator.objects.filter(user=OuterRef(person), type__in=SECOND_FACTOR_TYPES)
    confirmed = Coalesce(Cast("confirmed_at", CharField()), Value(""))
    opened = BreakGlassAccess.objects.current(at).filter(person=OuterRef(person))
    return {
        "seats_held": _concatenated(
            seats, Cast("pk", CharField()), Value(","), _as_text("organisation__college_id"),
            Value(","), confirmed,
        ),
        "groups_joined": _concatenated(groups, *membership_parts(at)),
        "colleges_opened": _concatenated(opened, _as_text("college_id")),
        "has_second_factor": Exists(factors),
        "sign_before": Subquery(_versions_to_sign(person, at).values("binding_from")[:1]),
    }  # fmt: skip


def _versions_to_sign(person, at):
    """The versions to come that close a seat of the outer query's ``person``, who is asked.

    They have not signed it for that organisation, nor refused it or what came after.
    """
    substantive = CharterVersion.objects.filter(is_substantive=True)
    signed = Signature.objects.filter(
        person=OuterRef("person"),
        organisation=OuterRef("organisation"),
        withdrawn_at=None,
        version__number__gte=OuterRef(OuterRef("number")),
    )
    person = OuterRef(OuterRef(person))
    seats = Seat.objects.granting_access(at).filter(~Exists(signed), person=person)
    refused = VersionRefusal.objects.filter(person=OuterRef(person), version=OuterRef("pk"))
    asking = substantive.filter(~Exists(refused), number__gte=OuterRef("number"))
    coming = substantive.filter(binding_from__gt=at or timezone.now())
    return coming.filter(Exists(seats), Exists(asking)).order_by("binding_from")


def _as_text(path):
    return Cast(F(path), CharField())


def _concatenated(rows, *parts):
    """One string per person: the parts of each row side by side, rows split by ``|``."""
    whole = Concat(*parts, output_field=CharField()) if len(parts) > 1 else parts[0]
    rows = rows.order_by().values("person").annotate(whole=StringAgg(whole, Value("|")))
    return Subquery(rows.values("whole"))


def membership_parts(at=None):
    """The parts of the text that tells of a membership's group at ``at``, now by default."""
    archived = When(group__ends_at__lte=at or timezone.now(), then=Value("archived"))
    college = Cast(F("group__college_id"), CharField())
    return (
        Cast(F("group_id"), CharField()), Value(","),
        Coalesce(college, Value("")), Value(","),
        Case(archived, default=Value("")),
    )  # fmt: skip


def parse_memberships(text, colleges):
    """The groups whose rooms someone of ``colleges`` reads, and those of them archived.

    A group within a college is that college's: who has left it has left the group's room.
    """
    groups, shut = set(), set()
    for one in filter(None, (text or "").split("|")):
        group, college, is_archived = one.split(",")
        if not college or int(college) in colleges:
            groups.add(int(group))
            shut |= {int(group)} if is_archived else set()
    return frozenset(groups), frozenset(shut)
