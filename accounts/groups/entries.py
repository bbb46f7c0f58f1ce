"""What becomes of a request or an invitation: it waits, and is decided once.

The parts that the actions are made of; each runs within one that holds the group's row.
"""

from django.db.models import Q
from django.utils import timezone

from accounts.base.locks import lock_row
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.groups.rules import require_undecided


def lock_group(group):
    """The group as it stands, held to the end of the transaction."""
    return lock_row(WorkingGroup, group.pk)


def lock_entry(entry):
    """The entry as it stands, its group locked first: one order for all."""
    group = lock_group(entry.group)
    entry = GroupEntry.objects.select_related("person").get(pk=entry.pk)
    entry.group = group
    return entry


def pending_entry(group, person):
    """Their entry that waits, or None."""
    return group.entries.pending().filter(person=person).first()


def create_entry(group, kind, person, *, address="", **fields):
    """A new entry; those of theirs that were let pass make room for it."""
    expire_stale_entries(group, person, address)
    entry = group.entries.create(kind=kind, person=person, address=address, **fields)
    entry.just_changed = True
    return entry


def expire_stale_entries(group, person, address=""):
    """Say of the entries of ``person``, or by ``address``, that they have expired.

    Only for whom none waits.
    """
    passed = Q(address=address) & ~Q(address="")
    if person:
        passed |= Q(person=person)
    for entry in group.entries.filter(passed, outcome=""):
        record_outcome(entry, GroupEntry.Outcome.EXPIRED)


def accept_entry(entry):
    """Give them the place."""
    GroupMembership.objects.get_or_create(group=entry.group, person=entry.person)
    return record_outcome(entry, GroupEntry.Outcome.ACCEPTED)


def decide_entry(entry, reader, outcome, reason=""):
    """Write ``outcome``, unless it is written; raise CannotJoin where another one is."""
    require_undecided(entry, reader, outcome)
    return entry if entry.outcome else record_outcome(entry, outcome, reason)


def record_outcome(entry, outcome, reason=""):
    """Decide it now."""
    entry.outcome, entry.decided_at, entry.reason = outcome, timezone.now(), reason
    entry.save(update_fields=["outcome", "decided_at", "reason"])
    entry.just_changed = True
    return entry
