"""Who may be in a working group, and who answers for it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.groups.models import GroupEntry
from accounts.viewers.viewers import viewer_of_person


def may_create_group(viewer, college):
    """Members found groups: across the colleges, or within one where they are confirmed."""
    return viewer.is_member and (college is None or college.pk in viewer.colleges)


def may_join(viewer, group):
    """A group admits members; one within a college, that college's."""
    return viewer.is_member and group.college_id in {None, *viewer.colleges}


def may_manage(viewer, group):
    """Its contact leads a group; so does an animator who is in it."""
    leads = viewer.person_id == group.contact_id or viewer.is_animator
    return group.pk in viewer.groups and leads


def current_contact(group):
    """Its contact while they are in it; None once they have left it, or the network."""
    is_in = group.contact and group.pk in viewer_of_person(group.contact).groups
    return group.contact if is_in else None


def may_name_contact(viewer, group):
    """Whoever is in a group may name its contact once it has none who is in it."""
    return group.pk in viewer.groups and current_contact(group) is None


class CannotJoin(PermissionDenied):
    """A group's rule says no, and why."""


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
