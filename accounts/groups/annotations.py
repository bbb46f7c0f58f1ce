"""What a viewer's one row tells of their groups: which, of what college, archived or not."""

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone


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
