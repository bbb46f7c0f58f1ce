"""People of the site who, together, have rows of each kind that a person can have."""

from collections import defaultdict

from accounts.base.data_export import export_sections
from accounts.models import BreakGlassAccess, GroupMembership, User
from accounts.viewers.viewers import viewer_of_person
from forum.moderation.visibility_audit.roles import Role

#: As how many of them an audit acts, and how many rows of a kind are looked at.
_COUNT, _LOOKED_AT = 3, 500


def people_with_rows() -> list[Role]:
    """Members of one college each, of whom each adds the most kinds of rows to the others'."""
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    for model, section in export_sections():
        rows = section.all_objects(model)
        for pk in rows.values_list(section.key, flat=True).distinct()[:_LOOKED_AT]:
            kinds[pk].add(section.name)
    opened = set(BreakGlassAccess.objects.values_list("person", flat=True))
    roles: list[Role] = []
    covered: set[str] = set()
    while len(roles) < _COUNT and kinds:
        pk = max(kinds, key=lambda pk: (len(kinds[pk] - covered), -pk))
        names = kinds.pop(pk)
        role = _role_of(User.objects.get(pk=pk)) if pk not in opened else None
        if role:
            roles.append(role)
            covered |= names
    return roles


def _role_of(person: User) -> Role | None:
    """As whom they act; None for who is not a member of one college, and no other."""
    viewer = viewer_of_person(person)
    seats = person.seats.filter(pk__in=viewer.seat_ids).select_related("organisation__college")
    colleges = {seat.organisation.college for seat in seats}
    if len(colleges) != 1:
        return None
    groups = GroupMembership.objects.filter(person=person).values_list("group", flat=True)
    (college,) = colleges
    return Role(f"person {person.pk}", person, college, frozenset(groups), viewer.is_animator)
