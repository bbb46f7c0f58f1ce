"""What becomes of a request or an invitation: it waits, and is decided once.

The parts that the actions are made of; each runs within one that holds the group's row.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.groups.rules import may_manage
from accounts.viewers.viewers import viewer_of_person


class CannotJoin(PermissionDenied):
    """A group's rule says no, and why."""


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


def require(allowed, why):
    """Raise CannotJoin, saying ``why``, unless ``allowed``."""
    if not allowed:
        raise CannotJoin(why)


def require_not_archived(group):
    """Nobody enters an archive."""
    require(not group.is_archived, _("Ce groupe est archivé : on n’y entre plus."))


def require_manager(group, person):
    """Only who leads the group goes on."""
    allowed = may_manage(viewer_of_person(person), group)
    require(allowed, _("Ceci revient au contact du groupe."))


def require_undecided(entry, reader, outcome):
    """What is decided stays so; deciding the same again is no fault. Say it to ``reader``."""
    is_own = entry.person_id == reader.pk
    if entry.has_expired:
        renew = _("Cette invitation a expiré. Demandez au groupe de la renouveler.")
        raise CannotJoin(renew if is_own else _("Cette invitation a déjà expiré."))
    there = _("C’est déjà accepté : la personne est dans le groupe.")
    said = {
        GroupEntry.Outcome.ACCEPTED: _("C’est déjà accepté : vous êtes dans le groupe.")
        if is_own
        else there,
        GroupEntry.Outcome.REFUSED: _("C’est déjà refusé."),
        GroupEntry.Outcome.WITHDRAWN: _("C’est déjà retiré."),
    }
    if entry.outcome:
        require(entry.outcome == outcome, said.get(entry.outcome))


def cannot_join_message(group):
    """Why one may not enter, to oneself."""
    if group.college:
        return _("Ce groupe n’admet que des membres confirmés de ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Signez la charte pour entrer dans un groupe.")


def cannot_be_admitted_message(group):
    """Why someone may not enter, to who lets people in."""
    if group.college:
        return _("Cette personne n’a pas de siège confirmé dans ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Cette personne n’est pas membre du réseau.")
