"""Who may join a working group, and who manages it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.groups.models import GroupEntry, WorkingGroup
from accounts.organisations.models import College
from accounts.users.models import User
from accounts.viewers.viewers import Viewer, viewer_of_person


def may_create_group(viewer: Viewer, college: College | None) -> bool:
    """Whether ``viewer`` may create a group within ``college`` (None: across colleges)."""
    return viewer.is_member and (college is None or college.pk in viewer.college_ids)


def may_join(viewer: Viewer, group: WorkingGroup) -> bool:
    """Whether ``viewer`` may join: members may, and only the college's where it has one."""
    return viewer.is_member and group.college_id in {None, *viewer.college_ids}


def may_manage(viewer: Viewer, group: WorkingGroup) -> bool:
    """Whether ``viewer`` manages the group: its contact, or an animator who is in it."""
    leads = viewer.person_id == group.contact_id or viewer.is_animator
    return group.pk in viewer.group_ids and leads


def current_contact(group: WorkingGroup) -> User | None:
    """The contact while they are a member of the group, else None."""
    is_in = group.contact and group.pk in viewer_of_person(group.contact).group_ids
    return group.contact if is_in else None


def may_name_contact(viewer: Viewer, group: WorkingGroup) -> bool:
    """Whether ``viewer``, a member, may name the contact because there is none."""
    return group.pk in viewer.group_ids and current_contact(group) is None


class CannotJoin(PermissionDenied):
    """An action of a group refused; the message is shown to the person."""


def require(allowed: object, why: str) -> None:
    """Raise CannotJoin with the message ``why`` unless ``allowed``."""
    if not allowed:
        raise CannotJoin(why)


def require_not_archived(group: WorkingGroup) -> None:
    """Raise CannotJoin where the group is archived."""
    require(not group.is_archived, _("Ce groupe est archivé : on n’y entre plus."))


def require_manager(group: WorkingGroup, person: User) -> None:
    """Raise CannotJoin unless ``person`` manages the group."""
    allowed = may_manage(viewer_of_person(person), group)
    require(allowed, _("Ceci revient au contact du groupe."))


def require_undecided(entry: GroupEntry, reader: User, outcome: str) -> None:
    """Raise CannotJoin where ``entry`` has expired or has another outcome.

    The message is for ``reader``, who may be the entry's person or not.
    """
    is_own = entry.person_id == reader.pk
    if entry.has_expired:
        renew = _("Cette invitation a expiré. Demandez au groupe de la renouveler.")
        raise CannotJoin(renew if is_own else _("Cette invitation a déjà expiré."))
    there = _("C’est déjà accepté : la personne est dans le groupe.")
    reasons: dict[str, str] = {
        GroupEntry.Outcome.ACCEPTED: _("C’est déjà accepté : vous êtes dans le groupe.")
        if is_own
        else there,
        GroupEntry.Outcome.REFUSED: _("C’est déjà refusé."),
        GroupEntry.Outcome.WITHDRAWN: _("C’est déjà retiré."),
    }
    if entry.outcome:
        require(entry.outcome == outcome, reasons.get(entry.outcome, ""))


def cannot_join_message(group: WorkingGroup) -> str:
    """Why the reader may not join."""
    if group.college:
        return _("Ce groupe n’admet que des membres confirmés de ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Il faut un siège confirmé pour entrer dans un groupe.")


def cannot_be_admitted_message(group: WorkingGroup) -> str:
    """Why someone else may not join."""
    if group.college:
        return _("Cette personne n’a pas de siège confirmé dans ce collège : %(college)s.") % {
            "college": group.college
        }
    return _("Cette personne n’est pas membre du réseau.")
