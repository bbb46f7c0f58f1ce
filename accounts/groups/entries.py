"""Steps of the group actions: create a request or an invitation, and decide it once.

They run in the transaction of an action, which has locked the group's row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.base.locks import lock_row
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.groups.rules import require_undecided

if TYPE_CHECKING:
    from accounts.users.models import User


def lock_group(group: WorkingGroup) -> WorkingGroup:
    """Lock the group's row and return it."""
    return lock_row(WorkingGroup, group.pk)


def lock_entry(entry: GroupEntry) -> GroupEntry:
    """Lock the entry's group and return the entry, read after that."""
    group = lock_group(entry.group)
    entry = GroupEntry.objects.select_related("person").get(pk=entry.pk)
    entry.group = group
    return entry


def pending_entry(group: WorkingGroup, person: User) -> GroupEntry | None:
    """The pending entry of ``person``, or None."""
    return group.entries.pending().filter(person=person).first()


def create_entry(
    group: WorkingGroup,
    entry_type: GroupEntry.Type,
    person: User | None,
    *,
    address: str = "",
    **fields: Any,
) -> GroupEntry:
    """Create an entry, once the expired ones of the same person or address are closed."""
    expire_stale_entries(group, person, address)
    entry = group.entries.create(type=entry_type, person=person, address=address, **fields)
    entry.just_changed = True
    return entry


def expire_stale_entries(group: WorkingGroup, person: User | None, address: str = "") -> None:
    """Record as expired all undecided entries of ``person``, or by ``address``.

    Called only where none of them is pending.
    """
    passed = Q(address=address) & ~Q(address="")
    if person:
        passed |= Q(person=person)
    for entry in group.entries.filter(passed, outcome=""):
        record_outcome(entry, GroupEntry.Outcome.EXPIRED)


def accept_entry(entry: GroupEntry) -> GroupEntry:
    """Make the person of ``entry`` a member, and record it."""
    GroupMembership.objects.get_or_create(group=entry.group, person=entry.person)
    return record_outcome(entry, GroupEntry.Outcome.ACCEPTED)


def decide_entry(
    entry: GroupEntry, reader: User, outcome: GroupEntry.Outcome, reason: str = ""
) -> GroupEntry:
    """Record ``outcome`` unless it is recorded. Raise CannotJoin where another one is."""
    require_undecided(entry, reader, outcome)
    return entry if entry.outcome else record_outcome(entry, outcome, reason)


def record_outcome(
    entry: GroupEntry, outcome: GroupEntry.Outcome, reason: str = ""
) -> GroupEntry:
    """Save ``outcome`` as decided now."""
    entry.outcome, entry.decided_at, entry.reason = outcome, timezone.now(), reason
    entry.save(update_fields=["outcome", "decided_at", "reason"])
    entry.just_changed = True
    return entry


def delete_old_entries(at: datetime | None = None) -> int:
    """Delete requests and invitations FORUM_RETENTION days after their end; return how many.

    They end when they are decided or expire, or with their group. Invitations may have the
    address of somebody who never became a member.
    """
    days = settings.FORUM_RETENTION["group_entries"]
    before = (at or timezone.now()) - timedelta(days=days)
    over = Q(decided_at__lte=before) | Q(expires_at__lte=before)
    old = GroupEntry.objects.filter(over | Q(group__ends_at__lte=before))
    return old.delete()[0]
