"""What the directory finds people and organisations by, and what it stands for."""

from accounts.models import DirectorySeat, Organisation, Seat, SignedVersion, User
from accounts.profiles.queries import listed
from forum.directory.queries import listed_people


def check_directory_seats():
    """The copies say of every seat and person what the seats and people themselves say."""
    kept, seats = DirectorySeat.objects, Seat.objects
    assert pks(kept.all(), "seat") == pks(seats.all())
    for name in ("current", "confirmed", "granting_access", "representing"):
        assert pks(getattr(kept, name)(), "seat") == pks(getattr(seats, name)()), name
    told = "person", "organisation", "organisation__college", "person__folded_name"
    copied = "person", "organisation", "college", "folded_name"
    assert rows(kept, "seat", *copied) == rows(seats, "pk", *told)
    open_to = seats.granting_access().with_active_holder().filter(listed("person__"))
    assert pks(kept.listed(), "seat") == pks(open_to)
    people = User.objects.filter(pk__in=open_to.values("person"))
    assert pks(listed_people()) == pks(people)


def check_signatories():
    """The copies say of every organisation that signed what it says of itself."""
    signed = SignedVersion.objects
    copied, told = ("folded_name", "college", "admitted_at"), Organisation.objects
    told = told.filter(pk__in=signed.values("organisation"))
    assert rows(signed, "organisation", *copied) == rows(told, "pk", *copied)
    assert pks(signed.in_network(), "organisation") == pks(Organisation.objects.in_network())


def pks(found, name="pk"):
    return sorted(found.order_by().values_list(name, flat=True))


def rows(found, *names):
    return sorted(found.order_by().values_list(*names), key=lambda row: row[0])
