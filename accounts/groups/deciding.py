"""What becomes of a request or an invitation: it waits, and is decided once.

The parts that the actions are made of; each runs within one that holds the group's row.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.groups.admission import steers
from accounts.groups.models import GroupEntry, GroupMembership, WorkingGroup
from accounts.locks import locked
from accounts.viewers import of_person


class CannotJoin(PermissionDenied):
    """A group's rule says no, and why."""


def locked_group(group):
    """The group as it stands, held to the end of the transaction."""
    return locked(WorkingGroup, group.pk)


def held(entry):
    """The entry as it stands, its group locked first: one order for all."""
    group = locked_group(entry.group)
    entry = GroupEntry.objects.select_related("person").get(pk=entry.pk)
    entry.group = group
    return entry


def waiting(group, person):
    """Their entry that waits, or None."""
    return group.entries.waiting().filter(person=person).first()


def add(group, kind, person, *, address="", **fields):
    """A new entry; those of theirs that were let pass make room for it."""
    make_room(group, person, address)
    entry = group.entries.create(kind=kind, person=person, address=address, **fields)
    entry.is_fresh = True
    return entry


def make_room(group, person, address=""):
    """Say of the entries of ``person``, or by ``address``, that they have expired.

    Only for whom none waits.
    """
    passed = Q(address=address) & ~Q(address="")
    if person:
        passed |= Q(person=person)
    for entry in group.entries.filter(passed, outcome=""):
        write(entry, GroupEntry.Outcome.EXPIRED)


def admit(entry):
    """Give them the place."""
    GroupMembership.objects.get_or_create(group=entry.group, person=entry.person)
    return write(entry, GroupEntry.Outcome.ACCEPTED)


def decide(entry, reader, outcome, reason=""):
    """Write ``outcome``, unless it is written; raise CannotJoin where another one is."""
    demand_undecided(entry, reader, outcome)
    return entry if entry.outcome else write(entry, outcome, reason)


def write(entry, outcome, reason=""):
    """Decide it now."""
    entry.outcome, entry.decided_at, entry.reason = outcome, timezone.now(), reason
    entry.save(update_fields=["outcome", "decided_at", "reason"])
    entry.is_fresh = True
    return entry


def demand(allowed, why):
    """Raise CannotJoin, saying ``why``, unless ``allowed``."""
    if not allowed:
        raise CannotJoin(why)


def demand_open(group):
    """Nobody enters an archive."""
    demand(not group.is_archived, _("Ce groupe est archivé : on n’y entre plus."))


def demand_steering(group, person):
    """Only who leads the group goes on."""
    allowed = steers(of_person(person), group)
    demand(allowed, _("Ceci revient au contact du groupe."))


def demand_undecided(entry, reader, outcome):
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
        demand(entry.outcome == outcome, said.get(entry.outcome))


def why_not(group):
    """Why one may not enter, to oneself."""
    if group.college:
        return _("Ce groupe n’admet que des membres confirmés de ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Signez la charte pour entrer dans un groupe.")


def why_not_them(group):
    """Why someone may not enter, to who lets people in."""
    if group.college:
        return _("Cette personne n’a pas de siège confirmé dans ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Cette personne n’est pas membre du réseau.")
