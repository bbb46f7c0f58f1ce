"""How one comes into a working group, and leaves it. Lock, ask, write.

Each is one transaction that holds the group's row, so two who decide at once have one
outcome: the second is told what the first decided. ``just_changed`` says of the entry that comes
back whether this call made or decided it: so nobody is told twice. People are asked for
their rights of this moment; that they may know of the group at all, the pages have asked.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.groups.entries import (
    accept_entry,
    create_entry,
    decide_entry,
    expire_stale_entries,
    lock_entry,
    lock_group,
    pending_entry,
)
from accounts.groups.models import GroupEntry, JoinPolicy, WorkingGroup
from accounts.groups.queries import find_eligible_by_address, has_active_members
from accounts.groups.rules import (
    CannotJoin,
    cannot_be_admitted_message,
    cannot_join_message,
    may_join,
    may_manage,
    may_name_contact,
    require,
    require_manager,
    require_not_archived,
    require_undecided,
)
from accounts.viewers.viewers import viewer_of_person

__all__ = [
    "CannotJoin",
    "answer_invitation",
    "answer_request",
    "request_to_join",
    "transfer_contact",
    "invite",
    "invite_address",
    "leave_group",
    "withdraw_entry",
]

#: How long an invitation holds.
INVITATION_LIFETIME = timedelta(days=30)


@transaction.atomic(durable=True)
def request_to_join(group, person, words=""):
    """Ask for a place in ``group``; who was invited has one at once. Return the entry.

    Raise CannotJoin where one may not, or where nobody is there to answer.
    """
    group = lock_group(group)
    viewer = viewer_of_person(person)
    require_not_archived(group)
    require(group.pk not in viewer.groups, _("Vous êtes déjà dans ce groupe."))
    require(may_join(viewer, group), cannot_join_message(group))
    if entry := pending_entry(group, person):
        return accept_entry(entry) if entry.is_invitation else entry
    on_request = group.join_policy == JoinPolicy.REQUEST
    require(on_request, _("On entre dans ce groupe sur invitation seulement."))
    has_members = WorkingGroup.objects.filter(has_active_members(), pk=group.pk).exists()
    require(has_members, _("Il n’y a plus personne dans ce groupe pour vous répondre."))
    return create_entry(group, GroupEntry.Type.REQUEST, person, by=person, words=words)


@transaction.atomic(durable=True)
def invite(group, by, person):
    """Offer ``person`` a place for thirty days; who had asked has it at once.

    Return the entry; inviting twice gives the first. Raise CannotJoin where ``by`` does
    not lead the group, or where ``person`` may not be in it or is. An invitation that they
    have by their address goes on as nobody's: were it taken for this one, or out of the
    list, it would tell whose address it is.
    """
    group = lock_group(group)
    require_manager(group, by)
    require_not_archived(group)
    invited = viewer_of_person(person)
    require(group.pk not in invited.groups, _("Cette personne est déjà dans le groupe."))
    require(may_join(invited, group), cannot_be_admitted_message(group))
    entry = pending_entry(group, person)
    if entry and entry.address:
        entry.person = None
        entry.save(update_fields=["person"])
    elif entry:
        return entry if entry.is_invitation else accept_entry(entry)
    return _create_invitation(group, by, person)


@transaction.atomic(durable=True)
def invite_address(group, by, address):
    """Offer a place to whose ``address`` this is; return the entry, twice the first.

    ``by`` learns nothing of it before it is answered: not whether the address is a
    member's, nor of whom. So it is made all the same where it can be answered by nobody:
    the address is nobody's, or of someone who may not enter, waits already or is in.
    """
    group = lock_group(group)
    require_manager(group, by)
    require_not_archived(group)
    entry, holder = group.entries.pending().filter(address=address).first(), None
    if entry is None or entry.person_id is None:
        holder = _eligible_holder(group, address)
    if entry is None:
        return _create_invitation(group, by, holder, address)
    if holder:  # Nobody's until now.
        expire_stale_entries(group, holder)
        entry.person, entry.just_changed = holder, True
        entry.save(update_fields=["person"])
    return entry


@transaction.atomic(durable=True)
def answer_invitation(entry, person, accepted):
    """Take the place one was offered, or not; return the entry."""
    entry = lock_entry(entry)
    require(entry.person_id == person.pk, _("Cette invitation n’est pas pour vous."))
    if not accepted:
        return decide_entry(entry, person, GroupEntry.Outcome.REFUSED)
    require_undecided(entry, person, GroupEntry.Outcome.ACCEPTED)
    if entry.outcome:
        return entry
    require_not_archived(entry.group)
    require(may_join(viewer_of_person(person), entry.group), cannot_join_message(entry.group))
    return accept_entry(entry)


@transaction.atomic(durable=True)
def answer_request(entry, by, accepted, reason=""):
    """Let in who asked, or refuse with a ``reason`` that they read; return the entry."""
    entry = lock_entry(entry)
    require_manager(entry.group, by)
    if not accepted:
        require(reason.strip(), _("Dites à la personne pourquoi."))
        return decide_entry(entry, by, GroupEntry.Outcome.REFUSED, reason.strip())
    require_undecided(entry, by, GroupEntry.Outcome.ACCEPTED)
    if entry.outcome:
        return entry
    require_not_archived(entry.group)
    require(
        may_join(viewer_of_person(entry.person), entry.group),
        cannot_be_admitted_message(entry.group),
    )
    return accept_entry(entry)


@transaction.atomic(durable=True)
def withdraw_entry(entry, by):
    """Take back one's request, or an invitation as who leads the group; return the entry."""
    entry = lock_entry(entry)
    if entry.is_invitation or entry.person_id != by.pk:
        require(entry.is_invitation, _("Chacun ne retire que sa propre demande."))
        require_manager(entry.group, by)
    return decide_entry(entry, by, GroupEntry.Outcome.WITHDRAWN)


@transaction.atomic(durable=True)
def leave_group(group, person):
    """Give up one's place; return the group.

    Raise CannotJoin for its contact: someone must answer for a group that lives.
    """
    group = lock_group(group)
    stays = group.contact_id == person.pk and not group.is_archived
    why = _(
        "Vous êtes le contact de ce groupe. Passez d’abord le relais à quelqu’un d’autre, "
        "ou archivez-le."
    )
    require(not stays, why)
    group.memberships.filter(person=person).delete()
    return group


@transaction.atomic(durable=True)
def transfer_contact(group, by, person):
    """Make ``person``, who is in the group, its contact; return the group.

    A group whose contact has left is without one: then anybody in it may name another.
    """
    group = lock_group(group)
    viewer = viewer_of_person(by)
    may = may_manage(viewer, group) or may_name_contact(viewer, group)
    require(may, _("Le contact du groupe est le seul à passer le relais."))
    is_in = group.pk in viewer_of_person(person).groups
    require(is_in, _("Choisissez quelqu’un qui est dans le groupe."))
    group.contact = person
    group.save(update_fields=["contact"])
    return group


def _create_invitation(group, by, person, address=""):
    expires = timezone.now() + INVITATION_LIFETIME
    kind = GroupEntry.Type.INVITATION
    return create_entry(group, kind, person, by=by, address=address, expires_at=expires)


def _eligible_holder(group, address):
    """Whose address it is, if they may enter, are not in, and have nothing that waits."""
    holder = find_eligible_by_address(address, group.college)
    if (
        holder is None
        or group.pk in viewer_of_person(holder).groups
        or pending_entry(group, holder)
    ):
        return None
    return holder
