"""Who may be in a working group, and who answers for it."""

from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.base.text import fold
from accounts.groups.models import GroupMembership
from accounts.organisations.models import Seat
from accounts.profiles.models import listed
from accounts.users.models import User
from accounts.viewers.viewers import viewer_of_person

#: People offered for a name that is several people's.
MAX_SUGGESTIONS = 20


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
