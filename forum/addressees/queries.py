"""Whom a viewer may put a question to, and where they would read it."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.parsing import parse_natural_number
from accounts.models import DirectorySeat, GroupMembership, Organisation, Seat, Territory, User
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum import visibility
from forum.addressees.addressee import Addressee
from forum.spaces.models import Space


def find_addressee(viewer: Viewer, value: str) -> Addressee | None:
    """Whom ``value`` names, such as ``person-12`` or ``organisation-mairie-de-brec``.

    None where there is none, or none that ``viewer`` may put a question to: themselves, a
    person who is not in the directory or takes no questions, an organisation that is not in
    the network.
    """
    kind, _hyphen, key = value.partition("-")
    find = _FINDERS.get(kind)
    if find is None or not viewer.is_member or not key or "\0" in key:
        return None
    return find(viewer, value, key)


def reads(addressee: Addressee, space: Space) -> bool:
    """Whether the person, or somebody of the organisation or territory, writes in ``space``.

    Of an organisation or territory those count who have a confirmed seat there.
    """
    if addressee.person:
        viewer = viewer_of_person(addressee.person)
        writable = Space.objects.visible_to(viewer, visibility.writable_spaces)
        return writable.filter(pk=space.pk).exists()
    seats = representing_seats(addressee)
    if space.college_id:
        seats = seats.filter(organisation__college=space.college_id)
    elif space.group_id:
        college = space.group.college_id
        members = GroupMembership.objects.filter(group=space.group_id)
        seats = seats.filter(person__in=members.values("person"))
        seats = seats.filter(organisation__college=college) if college else seats
    return seats.exists()


def refusal_of_space(addressee: Addressee, space: Space) -> str:
    """Why a question to ``addressee`` cannot be put in ``space``; "" where it can.

    It says no more than who writes there knows: they see who else does.
    """
    if addressee.person and space.audience == "public":
        return _(
            "Sur la place publique, le nom d’une personne serait lu de tous : choisissez un "
            "espace des membres."
        )
    if reads(addressee, space):
        return ""
    values = {"name": addressee.name}
    if addressee.person:
        text = _("%(name)s ne lit pas cet espace : choisissez-en un autre.")
    else:
        text = _("Personne de « %(name)s » ne lit cet espace : choisissez-en un autre.")
    return text % values


def representing_seats(addressee: Addressee):
    """The confirmed seats in an organisation, or in the organisations of a territory."""
    seats = Seat.objects.representing().with_active_holder()
    if addressee.organisation:
        return seats.filter(organisation=addressee.organisation)
    return seats.filter(organisation__territories=addressee.territory)


def _find_person(viewer, value, key):
    pk = parse_natural_number(key)
    if pk is None or pk == viewer.person_id:
        return None
    listed = DirectorySeat.objects.listed().filter(person=pk)
    if not listed.exclude(person__profile__takes_questions=False).exists():
        return None
    person = User.objects.get(pk=pk)
    seats = Seat.objects.representing().filter(person=person).select_related("organisation")
    return Addressee(value, person=person, seat=seats.first())


def _find_organisation(viewer, value, key):
    known = visibility.organisations(viewer, at=timezone.now())
    one = Organisation.objects.in_network().filter(known, slug=key).first()
    return one and Addressee(value, organisation=one)


def _find_territory(_viewer, value, key):
    one = Territory.objects.filter(slug=key).first()
    return one and Addressee(value, territory=one)


_FINDERS = {
    "person": _find_person,
    "organisation": _find_organisation,
    "territory": _find_territory,
}


def concerns(person_id, at=None) -> Q:
    """The condition that questions are put to the person, or to what they represent.

    A question put to someone for a seat that has ended waits no more for them, but for whom
    the seat was handed over to.
    """
    at = at or timezone.now()
    seats = Seat.objects.representing(at).filter(person=person_id)
    organisations = seats.values("organisation")
    acts = Organisation.territories.through.objects.filter(organisation__in=organisations)
    of_territory = Q(territory__in=acts.values("territory"))
    still_there = Q(seat__ended_at=None) | Q(seat__ended_at__gt=at)
    of_person = Q(person=person_id) & still_there | Q(seat__successor__in=seats.values("pk"))
    return of_person | Q(organisation__in=organisations) | of_territory
