"""Who may be in a working group, and who answers for it."""

from django.db.models import Exists, OuterRef, Q

from accounts.charter.models import Signature
from accounts.organisations.models import Seat
from accounts.people.models import User
from accounts.text import fold
from accounts.viewers import of_person

#: People offered for a name that is several people's.
MOST_CLOSE = 20


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
    signed = Signature.objects.current().filter(
        person=OuterRef("person"), organisation=OuterRef("organisation")
    )
    seats = Seat.objects.held().filter(Exists(signed), person=OuterRef("pk"))
    if college is not None:
        seats = seats.filter(organisation__college=college, confirmed_at__isnull=False)
    return User.objects.filter(Exists(seats), is_active=True, suspended_at=None)


def named(words, people):
    """Those of ``people`` so named, the whole name first; or the one of this address.

    By name, only those whose seat is confirmed are found: others are not listed anywhere.
    """
    words = " ".join(words.split())
    if "@" in words:
        return list(people.filter(email__iexact=words))
    confirmed = Seat.objects.held().filter(person=OuterRef("pk"), confirmed_at__isnull=False)
    rows = people.filter(Exists(confirmed), _contains(words)).order_by("full_name", "pk")
    found = [one for one in rows[: 10 * MOST_CLOSE] if fold(words) in fold(one.full_name)]
    exact = [one for one in found if fold(one.full_name) == fold(words)]
    return (exact or found)[:MOST_CLOSE]


def _contains(words):
    """A condition that the database can apply; accents are for ``named`` to compare."""
    plain = [word for word in fold(words).split() if word.isascii() and word.isalpha()]
    asked = Q()
    for word in words.split():
        if word.isascii() and fold(word) in plain:
            asked &= Q(full_name__icontains=word)
    return asked
