"""Who may be in a working group, and who answers for it."""

from django.db.models import Exists, OuterRef, Prefetch

from accounts.cards.models import listed
from accounts.organisations.models import Seat
from accounts.people.models import User
from accounts.text import fold
from accounts.viewers import of_person

#: People offered for a name that is several people's.
MOST_CLOSE = 20
#: Names read to find those that a word is in.
_READ_AT_MOST = 5_000


def may_found(viewer, college):
    """Members found groups: across the colleges, or within one where they are confirmed."""
    return viewer.is_member and (college is None or college.pk in viewer.colleges)


def may_enter(viewer, group):
    """A group admits members; one within a college, that college's."""
    return viewer.is_member and group.college_id in {None, *viewer.colleges}


def steers(viewer, group):
    """Its contact leads a group; so does an animator who is in it."""
    leads = viewer.person_id == group.contact_id or viewer.is_animator
    return group.pk in viewer.groups and leads


def may_take_contact(viewer, group):
    """Whoever is in a group may name its contact once it has none who is in it."""
    if group.pk not in viewer.groups:
        return False
    return group.contact is None or group.pk not in of_person(group.contact).groups


def admissible(college=None):
    """The people who may enter a group within ``college``; None: across the colleges."""
    if college is None:
        seats = Seat.objects.opening()
    else:
        seats = Seat.objects.speaking().filter(organisation__college=college)
    seats = seats.filter(person=OuterRef("pk"))
    return User.objects.filter(Exists(seats), is_active=True, suspended_at=None)


def named(words, people):
    """Those of ``people`` so named, the whole name first; or the one of this address.

    By name, only those are found whom the directory lists and whose seat is confirmed.
    """
    words = " ".join(words.split())
    if "@" in words:
        return list(with_seats(people.filter(email__iexact=words)))
    confirmed = Seat.objects.confirmed().filter(person=OuterRef("pk"))
    names = people.filter(listed(), Exists(confirmed)).order_by("full_name", "pk")
    names = names.values_list("pk", "full_name")[:_READ_AT_MOST]
    found = {pk: fold(name) for pk, name in names if fold(words) in fold(name)}
    exact = [pk for pk, name in found.items() if name == fold(words)]
    order = (exact or [*found])[:MOST_CLOSE]
    close = with_seats(people).in_bulk(order)
    return [close[pk] for pk in order if pk in close]


def with_seats(people):
    """``people`` with ``held``: the confirmed seats, with their organisations."""
    seats = Seat.objects.confirmed().select_related("organisation__college")
    return people.prefetch_related(Prefetch("seats", seats, to_attr="held"))
