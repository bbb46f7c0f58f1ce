"""What the directory finds people and organisations by, and what it stands for.

It is asked after every step of a life, so its queries are compiled once.
"""

from accounts.base.compiled_queries import CompiledQuery
from accounts.charter.register import PAGE_SIZE, count_signatories, signatories_page
from accounts.models import DirectorySeat, Organisation, Seat, SignedVersion, User
from accounts.profiles.queries import listed, listed_people


def check_directory_seats():
    """The copies say of every seat and person what the seats and people themselves say."""
    for name in ("all", "current", "confirmed", "signed", "representing", "listed"):
        assert rows(_directory_seats, name, "seat") == rows(_seats, name, "pk"), name
    told = "person", "organisation", "organisation__college", "person__folded_name"
    copied = "person", "organisation", "college", "folded_name"
    assert rows(_directory_seats, "all", "seat", *copied) == rows(_seats, "all", "pk", *told)
    assert rows(_people, "in the directory", "pk") == rows(_people, "listed", "pk")


def check_signatories():
    """The copies say of every organisation that signed what it says of itself."""
    copied = "folded_name", "college", "admitted_at"
    signed = rows(_signed_versions, "all", "organisation", *copied, "college_order")
    told = rows(_organisations, "signed", "pk", *copied, "college__order")
    assert signed == told
    in_network = rows(_signed_versions, "in_network", "organisation")
    assert in_network == rows(_organisations, "in_network", "pk")

    admitted = {pk for pk, _name, _college, admitted_at, *_rest in told if admitted_at}
    register = {pk for (pk,) in rows(_signed_versions, "in_register", "organisation")}
    assert admitted <= register  # Who was admitted once stays.
    there = [row for row in told if row[0] in register]
    in_order = sorted(there, key=lambda row: (row[4], row[2], row[1]))  # College, then name.
    assert [one.pk for one in signatories_page(1).rows] == [
        pk for pk, *_rest in in_order[:PAGE_SIZE]
    ]
    assert count_signatories() == len(rows(_organisations, "bound", "pk"))


def rows(found, name, *columns):
    """The ``columns`` of what ``found`` gives by this name, in order."""
    return sorted(_ROWS.rows(found, name, columns), key=lambda row: row[0])


def _rows(found, name, columns, at):
    return found(name, at).order_by().values_list(*columns)


_ROWS = CompiledQuery(_rows, "at")


def _directory_seats(name, at):
    kept = DirectorySeat.objects
    return kept.all() if name == "all" else getattr(kept, name)(at)


def _seats(name, at):
    seats = Seat.objects
    if name == "listed":
        return seats.representing(at).with_active_holder().filter(listed("person__"))
    return seats.all() if name == "all" else getattr(seats, name)(at)


def _people(name, at):
    if name == "in the directory":
        return listed_people(at)
    return User.objects.filter(pk__in=_seats("listed", at).values("person"))


def _signed_versions(name, at):
    signed = SignedVersion.objects
    if name == "in_register":
        return signed.in_register()
    return signed.all() if name == "all" else signed.in_network(at)


def _organisations(name, at):
    if name == "in_network":
        return Organisation.objects.in_network(at)
    signed = Organisation.objects.filter(pk__in=SignedVersion.objects.values("organisation"))
    if name == "bound":
        signed = signed.filter(admitted_at__isnull=False, signatures__withdrawn_at=None)
    return signed.distinct()
