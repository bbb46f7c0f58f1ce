"""Entering and leaving a working group, and naming its contact.

Each action is one transaction that locks the group's row, so of two decisions at once the
second sees the first. ``just_changed`` of the entry returned says whether this call created
or decided it, so that notifications are sent once. Rights are checked as of now; whether
the person may see the group at all is checked by the views.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

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
from accounts.users.suspension import silenced_reason
from accounts.viewers.viewers import viewer_of_person

if TYPE_CHECKING:
    from accounts.users.models import User


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

#: How long an invitation is valid.
INVITATION_LIFETIME = timedelta(days=30)


@transaction.atomic(durable=True)
def request_to_join(group: WorkingGroup, person: User, message: str = "") -> GroupEntry:
    """Request to join ``group``; someone invited joins at once. Return the entry.

    Raise CannotJoin where they may not join, or no active member could answer.
    """
    group = lock_group(group)
    viewer = viewer_of_person(person)
    require_not_archived(group)
    require(group.pk not in viewer.group_ids, _("Vous êtes déjà dans ce groupe."))
    if message and viewer.silenced_until:
        raise CannotJoin(silenced_reason(viewer.silenced_until))
    require(may_join(viewer, group), cannot_join_message(group))
    if entry := pending_entry(group, person):
        return accept_entry(entry) if entry.is_invitation else entry
    on_request = group.join_policy == JoinPolicy.REQUEST
    require(on_request, _("On entre dans ce groupe sur invitation seulement."))
    has_members = WorkingGroup.objects.filter(has_active_members(), pk=group.pk).exists()
    require(has_members, _("Il n’y a plus personne dans ce groupe pour vous répondre."))
    return create_entry(
        group, GroupEntry.Type.REQUEST, person, created_by=person, message=message
    )


@transaction.atomic(durable=True)
def invite(group: WorkingGroup, by: User, person: User) -> GroupEntry:
    """Invite ``person`` for thirty days; someone who had requested to join joins at once.

    Return the entry; inviting twice returns the first. Raise CannotJoin where ``by`` may not
    manage the group, or ``person`` may not join it or is a member. A pending invitation of
    their address loses its person and stays listed: to reuse or remove it would reveal whose
    address it is.
    """
    group = lock_group(group)
    require_manager(group, by)
    require_not_archived(group)
    invited = viewer_of_person(person)
    require(group.pk not in invited.group_ids, _("Cette personne est déjà dans le groupe."))
    require(may_join(invited, group), cannot_be_admitted_message(group))
    entry = pending_entry(group, person)
    if entry and entry.address:
        entry.person = None
        entry.save(update_fields=["person"])
    elif entry:
        return entry if entry.is_invitation else accept_entry(entry)
    return _create_invitation(group, by, person)


@transaction.atomic(durable=True)
def invite_address(group: WorkingGroup, by: User, address: str) -> GroupEntry:
    """Invite whoever has this ``address``; return the entry. Inviting twice returns the first.

    Until it is answered, ``by`` learns neither whether the address is a member's nor whose.
    So an entry is created even where nobody can answer it: the address is unknown, or its
    holder may not join, has a pending entry or is a member.
    """
    group = lock_group(group)
    require_manager(group, by)
    require_not_archived(group)
    entry, holder = group.entries.pending().filter(address=address).first(), None
    if entry is None or entry.person_id is None:
        holder = _eligible_holder(group, address)
    if entry is None:
        return _create_invitation(group, by, holder, address)
    if holder:  # It had no person until now.
        expire_stale_entries(group, holder)
        entry.person, entry.just_changed = holder, True
        entry.save(update_fields=["person"])
    return entry


@transaction.atomic(durable=True)
def answer_invitation(entry: GroupEntry, person: User, accepted: bool) -> GroupEntry:
    """Accept or refuse an invitation; return the entry."""
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
def answer_request(entry: GroupEntry, by: User, accepted: bool, reason: str = "") -> GroupEntry:
    """Accept a request, or refuse it with a ``reason`` that the person reads; return it."""
    entry = lock_entry(entry)
    require_manager(entry.group, by)
    if not accepted:
        require(reason.strip(), _("Dites à la personne pourquoi."))
        if (until := viewer_of_person(by).silenced_until) is not None:
            raise CannotJoin(silenced_reason(until))
        return decide_entry(entry, by, GroupEntry.Outcome.REFUSED, reason.strip())
    require_undecided(entry, by, GroupEntry.Outcome.ACCEPTED)
    if entry.outcome:
        return entry
    require_not_archived(entry.group)
    assert entry.person is not None  # Who asks has an account.
    require(
        may_join(viewer_of_person(entry.person), entry.group),
        cannot_be_admitted_message(entry.group),
    )
    return accept_entry(entry)


@transaction.atomic(durable=True)
def withdraw_entry(entry: GroupEntry, by: User) -> GroupEntry:
    """Withdraw one's own request, or as a manager an invitation; return the entry."""
    entry = lock_entry(entry)
    if entry.is_invitation or entry.person_id != by.pk:
        require(entry.is_invitation, _("Chacun ne retire que sa propre demande."))
        require_manager(entry.group, by)
    return decide_entry(entry, by, GroupEntry.Outcome.WITHDRAWN)


@transaction.atomic(durable=True)
def leave_group(group: WorkingGroup, person: User) -> WorkingGroup:
    """Remove ``person`` from the group; return the group.

    Raise CannotJoin for the contact of a group that is not archived.
    """
    group = lock_group(group)
    is_contact = group.contact_id == person.pk and not group.is_archived
    why = _(
        "Vous êtes le contact de ce groupe. Passez d’abord le relais à quelqu’un d’autre, "
        "ou archivez-le."
    )
    require(not is_contact, why)
    group.memberships.filter(person=person).delete()
    return group


@transaction.atomic(durable=True)
def transfer_contact(group: WorkingGroup, by: User, person: User) -> WorkingGroup:
    """Make ``person``, a member of the group, its contact; return the group.

    Managers may, and any member where the contact has left. Raise CannotJoin otherwise.
    """
    group = lock_group(group)
    viewer = viewer_of_person(by)
    may = may_manage(viewer, group) or may_name_contact(viewer, group)
    require(may, _("Le contact du groupe est le seul à passer le relais."))
    is_in = group.pk in viewer_of_person(person).group_ids
    require(is_in, _("Choisissez quelqu’un qui est dans le groupe."))
    group.contact = person
    group.save(update_fields=["contact"])
    return group


def _create_invitation(
    group: WorkingGroup, by: User, person: User | None, address: str = ""
) -> GroupEntry:
    expires = timezone.now() + INVITATION_LIFETIME
    entry_type = GroupEntry.Type.INVITATION
    return create_entry(
        group, entry_type, person, created_by=by, address=address, expires_at=expires
    )


def _eligible_holder(group: WorkingGroup, address: str) -> User | None:
    """The holder of ``address``, if they may join, are no member and have no pending entry."""
    holder = find_eligible_by_address(address, group.college)
    if (
        holder is None
        or group.pk in viewer_of_person(holder).group_ids
        or pending_entry(group, holder)
    ):
        return None
    return holder
