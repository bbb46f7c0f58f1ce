"""How one comes into a working group, and leaves it. Lock, ask, write.

Each is one transaction that holds the group's row, so two who decide at once have one
outcome: the second is told what the first decided. ``is_fresh`` says of the entry that comes
back whether this call made or decided it: so nobody is told twice. People are asked for
their rights of this moment; that they may know of the group at all, the pages have asked.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.groups.admission import (
    holder_of,
    inhabited,
    may_enter,
    may_take_contact,
    steers,
)
from accounts.groups.deciding import (
    CannotJoin,
    add,
    admit,
    decide,
    demand,
    demand_open,
    demand_steering,
    demand_undecided,
    held,
    locked_group,
    make_room,
    waiting,
    why_not,
    why_not_them,
)
from accounts.groups.models import GroupEntry, Joining, WorkingGroup
from accounts.viewers import of_person

__all__ = [
    "CannotJoin",
    "answer_invitation",
    "answer_request",
    "ask_to_join",
    "hand_over",
    "invite",
    "invite_address",
    "leave",
    "withdraw",
]

#: How long an invitation holds.
INVITATION_HOLDS = timedelta(days=30)


@transaction.atomic(durable=True)
def ask_to_join(group, person, words=""):
    """Ask for a place in ``group``; who was invited has one at once. Return the entry.

    Raise CannotJoin where one may not, or where nobody is there to answer.
    """
    group = locked_group(group)
    viewer = of_person(person)
    demand_open(group)
    demand(group.pk not in viewer.groups, _("Vous êtes déjà dans ce groupe."))
    demand(may_enter(viewer, group), why_not(group))
    if entry := waiting(group, person):
        return admit(entry) if entry.is_invitation else entry
    on_request = group.joining == Joining.REQUEST
    demand(on_request, _("On entre dans ce groupe sur invitation seulement."))
    is_inhabited = WorkingGroup.objects.filter(inhabited(), pk=group.pk).exists()
    demand(is_inhabited, _("Il n’y a plus personne dans ce groupe pour vous répondre."))
    return add(group, GroupEntry.Kind.REQUEST, person, by=person, words=words)


@transaction.atomic(durable=True)
def invite(group, by, person):
    """Offer ``person`` a place for thirty days; who had asked has it at once.

    Return the entry; inviting twice gives the first. Raise CannotJoin where ``by`` does
    not lead the group, or where ``person`` may not be in it or is. An invitation that they
    have by their address goes on as nobody's: were it taken for this one, or out of the
    list, it would tell whose address it is.
    """
    group = locked_group(group)
    demand_steering(group, by)
    demand_open(group)
    invited = of_person(person)
    demand(group.pk not in invited.groups, _("Cette personne est déjà dans le groupe."))
    demand(may_enter(invited, group), why_not_them(group))
    entry = waiting(group, person)
    if entry and entry.address:
        entry.person = None
        entry.save(update_fields=["person"])
    elif entry:
        return entry if entry.is_invitation else admit(entry)
    return _offer(group, by, person)


@transaction.atomic(durable=True)
def invite_address(group, by, address):
    """Offer a place to whose ``address`` this is; return the entry, twice the first.

    ``by`` learns nothing of it before it is answered: not whether the address is a
    member's, nor of whom. So it is made all the same where it can be answered by nobody:
    the address is nobody's, or of someone who may not enter, waits already or is in.
    """
    group = locked_group(group)
    demand_steering(group, by)
    demand_open(group)
    entry, holder = group.entries.waiting().filter(address=address).first(), None
    if entry is None or entry.person_id is None:
        holder = _who_may_answer(group, address)
    if entry is None:
        return _offer(group, by, holder, address)
    if holder:  # Nobody's until now.
        make_room(group, holder)
        entry.person, entry.is_fresh = holder, True
        entry.save(update_fields=["person"])
    return entry


@transaction.atomic(durable=True)
def answer_invitation(entry, person, accepted):
    """Take the place one was offered, or not; return the entry."""
    entry = held(entry)
    demand(entry.person_id == person.pk, _("Cette invitation n’est pas pour vous."))
    if not accepted:
        return decide(entry, person, GroupEntry.Outcome.REFUSED)
    demand_undecided(entry, person, GroupEntry.Outcome.ACCEPTED)
    if entry.outcome:
        return entry
    demand_open(entry.group)
    demand(may_enter(of_person(person), entry.group), why_not(entry.group))
    return admit(entry)


@transaction.atomic(durable=True)
def answer_request(entry, by, accepted, reason=""):
    """Let in who asked, or refuse with a ``reason`` that they read; return the entry."""
    entry = held(entry)
    demand_steering(entry.group, by)
    if not accepted:
        demand(reason.strip(), _("Dites à la personne pourquoi."))
        return decide(entry, by, GroupEntry.Outcome.REFUSED, reason.strip())
    demand_undecided(entry, by, GroupEntry.Outcome.ACCEPTED)
    if entry.outcome:
        return entry
    demand_open(entry.group)
    demand(may_enter(of_person(entry.person), entry.group), why_not_them(entry.group))
    return admit(entry)


@transaction.atomic(durable=True)
def withdraw(entry, by):
    """Take back one's request, or an invitation as who leads the group; return the entry."""
    entry = held(entry)
    if entry.is_invitation or entry.person_id != by.pk:
        demand(entry.is_invitation, _("Chacun ne retire que sa propre demande."))
        demand_steering(entry.group, by)
    return decide(entry, by, GroupEntry.Outcome.WITHDRAWN)


@transaction.atomic(durable=True)
def leave(group, person):
    """Give up one's place; return the group.

    Raise CannotJoin for its contact: someone must answer for a group that lives.
    """
    group = locked_group(group)
    stays = group.contact_id == person.pk and not group.is_archived
    why = _(
        "Vous êtes le contact de ce groupe. Passez d’abord le relais à quelqu’un d’autre, "
        "ou archivez-le."
    )
    demand(not stays, why)
    group.memberships.filter(person=person).delete()
    return group


@transaction.atomic(durable=True)
def hand_over(group, by, person):
    """Make ``person``, who is in the group, its contact; return the group.

    A group whose contact has left is without one: then anybody in it may name another.
    """
    group = locked_group(group)
    viewer = of_person(by)
    may = steers(viewer, group) or may_take_contact(viewer, group)
    demand(may, _("Le contact du groupe est le seul à passer le relais."))
    is_in = group.pk in of_person(person).groups
    demand(is_in, _("Choisissez quelqu’un qui est dans le groupe."))
    group.contact = person
    group.save(update_fields=["contact"])
    return group


def _offer(group, by, person, address=""):
    expires = timezone.now() + INVITATION_HOLDS
    kind = GroupEntry.Kind.INVITATION
    return add(group, kind, person, by=by, address=address, expires_at=expires)


def _who_may_answer(group, address):
    """Whose address it is, if they may enter, are not in, and have nothing that waits."""
    holder = holder_of(address, group.college)
    if holder is None or group.pk in of_person(holder).groups or waiting(group, holder):
        return None
    return holder
