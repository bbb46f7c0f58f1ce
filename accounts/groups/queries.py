"""TODO."""

from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.base.text import fold
from accounts.groups.models import GroupMembership
from accounts.organisations.models import Seat
from accounts.profiles.queries import listed
from accounts.users.models import User

#: People offered for a name that is several people's.
MAX_SUGGESTIONS = 20


def has_active_members():
    """The condition that somebody is in a group at this moment, and so may answer for it."""
    joined = GroupMembership.objects.filter(
        group=OuterRef("pk"), person__is_active=True, person__suspended_at=None
    )
    seats = Seat.objects.granting_access().filter(person=OuterRef("person"))
    within = seats.filter(
        confirmed_at__isnull=False, organisation__college=OuterRef("group__college")
    )
    across = joined.filter(Exists(seats), group__college=None)
    return Q(Exists(across)) | Q(Exists(joined.filter(Exists(within))))


def eligible_people(college=None):
    """The people who may enter a group within ``college``; None: across the colleges."""
    if college is None:
        seats = Seat.objects.granting_access()
    else:
        seats = Seat.objects.representing().filter(organisation__college=college)
    seats = seats.filter(person=OuterRef("pk"))
    return User.objects.filter(Exists(seats), is_active=True, suspended_at=None)


def findable_by_name():
    """The condition that one finds a person by name: listed, in a seat that was confirmed."""
    confirmed = Seat.objects.confirmed().filter(person=OuterRef("pk"))
    return listed() & Q(Exists(confirmed), is_active=True, suspended_at=None)


def find_people_by_name(words, people):
    """Those of ``people`` in the directory so named, ``MAX_SUGGESTIONS`` at most.

    Whose whole name it is comes alone. No words at all are nobody's name.
    """
    asked = fold(words)
    if not asked:
        return []
    found = people.filter(findable_by_name(), folded_name__contains=asked).order_by(
        "folded_name", "pk"
    )
    exact = list(with_confirmed_seats(found.filter(folded_name=asked))[:MAX_SUGGESTIONS])
    return exact or list(with_confirmed_seats(found)[:MAX_SUGGESTIONS])


def find_eligible_by_address(address, college=None):
    """Who may enter a group within ``college`` and has this e-mail address, or None."""
    return eligible_people(college).filter(email__iexact=address).first()


def with_confirmed_seats(people):
    """``people`` with ``confirmed_seats``: the confirmed seats, with their organisations."""
    seats = Seat.objects.confirmed().select_related("organisation__college")
    return people.prefetch_related(Prefetch("seats", seats, to_attr="confirmed_seats"))
