"""How one comes into a working group, and leaves it. Lock, ask, write.

Each is one transaction that holds the group's row, so two who decide at once have one
outcome: the second is told what the first decided. People are asked for their rights of
this moment; that they may know of the group at all, the pages have asked.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.groups.admission import may_enter, may_take_contact, steers
from accounts.groups.models import GroupEntry, GroupMembership, Joining, WorkingGroup
from accounts.locks import locked
from accounts.viewers import of_person

#: How long an invitation holds.
INVITATION_HOLDS = timedelta(days=30)


class CannotJoin(PermissionDenied):
    """A group's rule says no, and why."""


@transaction.atomic(durable=True)
def ask_to_join(group, person, words=""):
    """Ask for a place in ``group``; who was invited has one at once. Return the entry."""
    group = _locked(group)
    viewer = of_person(person)
    _demand_open(group)
    _demand(group.pk not in viewer.groups, _("Vous êtes déjà dans ce groupe."))
    _demand(may_enter(viewer, group), _why_not(group))
    if entry := _waiting(group, person):
        return _admit(entry) if entry.is_invitation else entry
    on_request = group.joining == Joining.REQUEST
    _demand(on_request, _("On entre dans ce groupe sur invitation seulement."))
    kind = GroupEntry.Kind.REQUEST
    return group.entries.create(person=person, kind=kind, by=person, words=words)


@transaction.atomic(durable=True)
def invite(group, by, person):
    """Offer ``person`` a place for thirty days; who had asked has it at once.

    Return the entry; inviting twice gives the first. Raise CannotJoin where ``by`` does
    not lead the group, or where ``person`` may not be in it or is.
    """
    group = _locked(group)
    _demand_steering(group, by)
    _demand_open(group)
    invited = of_person(person)
    _demand(group.pk not in invited.groups, _("Cette personne est déjà dans le groupe."))
    _demand(may_enter(invited, group), _why_not_them(group))
    if entry := _waiting(group, person):
        return entry if entry.is_invitation else _admit(entry)
    expires = timezone.now() + INVITATION_HOLDS
    kind = GroupEntry.Kind.INVITATION
    return group.entries.create(person=person, kind=kind, by=by, expires_at=expires)


@transaction.atomic(durable=True)
def answer_invitation(entry, person, accepted):
    """Take the place one was offered, or not; return the entry."""
    entry = _held(entry)
    _demand(entry.person_id == person.pk, _("Cette invitation n’est pas pour vous."))
    if not accepted:
        return _decide(entry, GroupEntry.Outcome.REFUSED)
    _demand_undecided(entry, GroupEntry.Outcome.ACCEPTED)
    if entry.outcome:
        return entry
    _demand_open(entry.group)
    _demand(may_enter(of_person(person), entry.group), _why_not(entry.group))
    return _admit(entry)


@transaction.atomic(durable=True)
def answer_request(entry, by, accepted, reason=""):
    """Let in who asked, or refuse with a ``reason`` that they read; return the entry."""
    entry = _held(entry)
    _demand_steering(entry.group, by)
    if not accepted:
        _demand(reason.strip(), _("Dites à la personne pourquoi."))
        return _decide(entry, GroupEntry.Outcome.REFUSED, reason.strip())
    _demand_undecided(entry, GroupEntry.Outcome.ACCEPTED)
    if entry.outcome:
        return entry
    _demand_open(entry.group)
    _demand(may_enter(of_person(entry.person), entry.group), _why_not_them(entry.group))
    return _admit(entry)


@transaction.atomic(durable=True)
def withdraw(entry, by):
    """Take back one's request, or an invitation as who leads the group; return the entry."""
    entry = _held(entry)
    if entry.is_invitation or entry.person_id != by.pk:
        _demand(entry.is_invitation, _("Chacun ne retire que sa propre demande."))
        _demand_steering(entry.group, by)
    return _decide(entry, GroupEntry.Outcome.WITHDRAWN)


@transaction.atomic(durable=True)
def leave(group, person):
    """Give up one's place; return the group.

    Raise CannotJoin for its contact: someone must answer for a group that lives.
    """
    group = _locked(group)
    stays = group.contact_id == person.pk and not group.is_archived
    why = _(
        "Vous êtes le contact de ce groupe. Passez d’abord le relais à quelqu’un d’autre, "
        "ou archivez-le."
    )
    _demand(not stays, why)
    group.memberships.filter(person=person).delete()
    return group


@transaction.atomic(durable=True)
def hand_over(group, by, person):
    """Make ``person``, who is in the group, its contact; return the group.

    A group whose contact has left is without one: then anybody in it may name another.
    """
    group = _locked(group)
    viewer = of_person(by)
    may = steers(viewer, group) or may_take_contact(viewer, group)
    _demand(may, _("Le contact du groupe est le seul à passer le relais."))
    is_in = group.pk in of_person(person).groups
    _demand(is_in, _("Choisissez quelqu’un qui est dans le groupe."))
    group.contact = person
    group.save(update_fields=["contact"])
    return group


def _locked(group):
    return locked(WorkingGroup, group.pk)


def _held(entry):
    """The entry as it stands, its group locked first: one order for all."""
    group = _locked(entry.group)
    entry = GroupEntry.objects.select_related("person").get(pk=entry.pk)
    entry.group = group
    return entry


def _waiting(group, person):
    """Their entry that waits; one that has expired makes room for another."""
    entry = group.entries.filter(person=person, outcome="").first()
    if entry and entry.has_expired:
        _write(entry, GroupEntry.Outcome.EXPIRED)
        return None
    return entry


def _admit(entry):
    GroupMembership.objects.get_or_create(group=entry.group, person=entry.person)
    return _write(entry, GroupEntry.Outcome.ACCEPTED)


def _decide(entry, outcome, reason=""):
    _demand_undecided(entry, outcome)
    return entry if entry.outcome else _write(entry, outcome, reason)


def _write(entry, outcome, reason=""):
    entry.outcome, entry.decided_at, entry.reason = outcome, timezone.now(), reason
    entry.save(update_fields=["outcome", "decided_at", "reason"])
    return entry


def _demand(allowed, why):
    if not allowed:
        raise CannotJoin(why)


def _demand_open(group):
    _demand(not group.is_archived, _("Ce groupe est archivé : on n’y entre plus."))


def _demand_steering(group, person):
    allowed = steers(of_person(person), group)
    _demand(allowed, _("Ceci revient au contact du groupe."))


def _demand_undecided(entry, outcome):
    """What is decided stays so; deciding the same again is no fault."""
    if entry.has_expired:
        raise CannotJoin(_("Cette invitation a expiré. Demandez au groupe de la renouveler."))
    said = {
        GroupEntry.Outcome.ACCEPTED: _("C’est déjà accepté : la personne est dans le groupe."),
        GroupEntry.Outcome.REFUSED: _("C’est déjà refusé."),
        GroupEntry.Outcome.WITHDRAWN: _("C’est déjà retiré."),
    }
    if entry.outcome:
        _demand(entry.outcome == outcome, said.get(entry.outcome))


def _why_not(group):
    if group.college:
        return _("Ce groupe n’admet que des membres confirmés de ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Signez la charte pour entrer dans un groupe.")


def _why_not_them(group):
    if group.college:
        return _("Cette personne n’a pas de siège confirmé dans ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Cette personne n’est pas membre du réseau.")
