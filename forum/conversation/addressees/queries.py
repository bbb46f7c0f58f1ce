"""Whom a viewer may put a question to, and where they would read it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.parsing import parse_natural_number
from accounts.models import DirectorySeat, GroupMembership, Organisation, Seat, Territory, User
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base import visibility
from forum.base.spaces.models import Space
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.ceiling.queries import at_ceiling
from forum.conversation.addressees.models import Origin

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


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


def spaces_read_by(addressee: Addressee, spaces: Collection[Space]) -> set[int]:
    """The ids of those ``spaces`` in which they write: the person, or somebody of theirs.

    Of an organisation or territory those count who have a confirmed seat there.
    """
    if addressee.person:
        viewer = viewer_of_person(addressee.person)
        writable = Space.objects.visible_to(viewer, visibility.writable_spaces)
        pks = [space.pk for space in spaces]
        return set(writable.filter(pk__in=pks).values_list("pk", flat=True))
    seats = representing_seats(addressee).order_by()
    colleges = set(seats.values_list("organisation__college", flat=True).distinct())
    ids = {space.group_id for space in spaces if space.group_id}
    groups = _groups_with(seats, ids) if ids else set()
    return {
        space.pk
        for space in spaces
        if (space.college_id in colleges if space.college_id
            else space.group_id in groups if space.group_id else colleges)
    }  # fmt: skip


def reading_seats(space: Space) -> QuerySet[Seat]:
    """The confirmed seats of people who read ``space`` as members, and may write there now."""
    is_silenced = Q(person__silenced_until__gt=timezone.now())
    seats = Seat.objects.representing().with_active_holder().exclude(is_silenced).order_by()
    if space.college_id:
        return seats.filter(organisation__college=space.college_id)
    if space.group_id is None:
        return seats
    members = GroupMembership.objects.filter(person=OuterRef("person"), group=space.group_id)
    of_college = members.filter(group__college=OuterRef("organisation__college"))
    return seats.filter(Exists(members.filter(group__college=None)) | Exists(of_college))


def organisations_asked(
    addressees: Collection[Addressee], space: Space
) -> dict[Addressee, set[int]]:
    """The ids of the organisations that are told of a question to each, in ``space``.

    That of the seat of a person; of a territory those that act there. Of organisations and
    territories whose people may not write there, none.
    """
    seats = reading_seats(space)
    names = {it.organisation.pk for it in addressees if it.organisation}
    reading = set(seats.filter(organisation__in=names).values_list("organisation", flat=True))
    acts = Organisation.territories.through.objects.filter(
        territory__in=[it.territory.pk for it in addressees if it.territory],
        organisation__in=seats.values("organisation"),
    )
    acting: dict[int, set[int]] = {}
    for territory, organisation in acts.values_list("territory", "organisation"):
        acting.setdefault(territory, set()).add(organisation)
    return {
        it: {it.seat.organisation_id} if it.seat
        else acting.get(it.territory.pk, set()) if it.territory
        else reading & {it.organisation.pk} if it.organisation else set()
        for it in addressees
    }  # fmt: skip


def busy_names(addressees: Collection[Addressee], space: Space) -> list[str]:
    """The names of those who have been told of as many questions as they are in a week."""
    asked = organisations_asked(addressees, space)
    busy = at_ceiling(pk for pks in asked.values() for pk in pks)
    return [addressee.name for addressee, pks in asked.items() if pks and pks <= busy]


def is_put_to(thread: Thread, addressees: Collection[Addressee]) -> bool:
    """Whether ``thread`` was put to these, as far as they could be asked; or to nobody either.

    Whom it was passed on to does not count.
    """
    rows = thread.addressees.filter(origin=Origin.ASKER)
    asked = set(rows.values_list("person", "organisation", "territory"))
    return asked <= {it.key for it in addressees} and bool(asked) == bool(addressees)


def closed_to(addressee: Addressee, spaces: Collection[Space]) -> set[int]:
    """The ids of those ``spaces`` in which a question cannot be put to ``addressee``."""
    read = spaces_read_by(addressee, spaces)
    return {
        space.pk
        for space in spaces
        if space.pk not in read or (addressee.person and space.audience == "public")
    }


def _groups_with(seats: QuerySet[Seat], ids: set[int]) -> set[int]:
    """The ids of the groups in which a holder of ``seats`` is, as one of its college if any."""
    of_person = seats.filter(person=OuterRef("person"))
    of_college = of_person.filter(organisation__college=OuterRef("group__college"))
    memberships = GroupMembership.objects.filter(
        Q(Exists(of_college)) | Q(Exists(of_person), group__college=None), group__in=ids
    )
    return set(memberships.values_list("group", flat=True))


def refusal_of_space(addressee: Addressee, space: Space) -> str:
    """Why a question to ``addressee`` cannot be put in ``space``; "" where it can.

    It says no more than who writes there knows: they see who else does.
    """
    if addressee.person and space.audience == "public":
        return _(
            "Sur la place publique, le nom d’une personne serait lu de tous : choisissez un "
            "espace des membres."
        )
    if spaces_read_by(addressee, [space]):
        return ""
    values = {"name": addressee.name}
    if addressee.person:
        text = _("%(name)s ne lit pas cet espace : choisissez-en un autre.")
    else:
        text = _("Personne de « %(name)s » ne lit cet espace : choisissez-en un autre.")
    return text % values


def representing_seats(addressee: Addressee) -> QuerySet[Seat]:
    """The confirmed seats in an organisation, or in the organisations of a territory."""
    seats = Seat.objects.representing().with_active_holder()
    if addressee.organisation:
        return seats.filter(organisation=addressee.organisation)
    return seats.filter(organisation__territories=addressee.territory)


def _find_person(viewer: Viewer, value: str, key: str) -> Addressee | None:
    pk = parse_natural_number(key)
    if pk is None or pk == viewer.person_id:
        return None
    listed = DirectorySeat.objects.listed().filter(person=pk)
    if not listed.exclude(person__profile__takes_questions=False).exists():
        return None
    person = User.objects.get(pk=pk)
    seats = Seat.objects.representing().filter(person=person).select_related("organisation")
    return Addressee(value, person=person, seat=seats.first())


def _find_organisation(viewer: Viewer, value: str, key: str) -> Addressee | None:
    known = visibility.organisations(viewer, at=timezone.now())
    organisation = Organisation.objects.in_network().filter(known, slug=key).first()
    return Addressee(value, organisation=organisation) if organisation else None


def _find_territory(_viewer: Viewer, value: str, key: str) -> Addressee | None:
    territory = Territory.objects.filter(slug=key).first()
    return Addressee(value, territory=territory) if territory else None


_FINDERS: dict[str, Callable[[Viewer, str, str], Addressee | None]] = {
    "person": _find_person,
    "organisation": _find_organisation,
    "territory": _find_territory,
}


def concerns(
    person_id: int | None, at: datetime | None = None, seats: QuerySet[Seat] | None = None
) -> Q:
    """The condition that questions are put to the person, or to what they represent.

    A question put to someone for a seat that has ended waits no more for them, but for whom
    the seat was handed over to. One to a territory waits for the organisations that were told.
    ``seats``: those for which they represent, where that is known.
    """
    at = at or timezone.now()
    if seats is None:
        seats = Seat.objects.representing(at).filter(person=person_id)
    organisations = seats.values("organisation")
    asked = AskedOrganisation.objects.filter(organisation__in=organisations)
    of_territory = Q(territory__isnull=False, pk__in=asked.values("addressee"))
    still_there = Q(seat__ended_at=None) | Q(seat__ended_at__gt=at)
    of_person = Q(person=person_id) & still_there | Q(seat__successor__in=seats.values("pk"))
    return of_person | Q(organisation__in=organisations) | of_territory
