"""Queries that are compiled once: what may change between two runs, and what is refused."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count, Prefetch, Q, Value
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery, RowReader, id_names, id_values
from accounts.models import CharterVersion, Organisation, Seat, User


def test_the_moment_and_the_day_are_those_of_each_run(claire, charter):
    seats = CompiledQuery(lambda at: Seat.objects.current(at), "at")
    versions = CompiledQuery(lambda today: CharterVersion.objects.published(today), "today")
    assert [seat.person for seat in seats.rows()] == [claire] and versions.rows() == [charter]

    soon, tomorrow = timezone.now() + timedelta(minutes=5), timezone.localdate()
    Seat.objects.update(started_at=soon)
    CharterVersion.objects.update(adopted_on=tomorrow + timedelta(days=1))
    assert seats.rows() == versions.rows() == []
    Seat.objects.update(started_at=timezone.now())
    CharterVersion.objects.update(adopted_on=timezone.localdate())
    assert len(seats.rows()) == len(versions.rows()) == 1


def test_a_moment_that_is_given_is_that_of_each_run(claire, charter):
    seats = CompiledQuery(lambda moment: Seat.objects.filter(started_at__gt=moment), "moment")
    began = claire.seats.get().started_at

    assert len(seats.rows(moment=began - timedelta(seconds=1))) == 1
    assert seats.rows(moment=began) == []
    assert len(seats.rows(moment=began - timedelta(days=1))) == 1


def _seats_of_organisations(at):
    return Organisation.objects.prefetch_related(Prefetch("seats", Seat.objects.current(at)))


@pytest.mark.parametrize(
    "build",
    [
        lambda at: Seat.objects.current(),
        lambda at: Seat.objects.current(at + timedelta(days=30)),
        lambda at: Organisation.objects.in_network(),
        lambda at: CharterVersion.objects.published(),
        _seats_of_organisations,
        lambda at: _seats_of_organisations(None),
    ],
    ids=["now", "reckoned", "in a subquery", "today", "prefetched", "prefetched now"],
)
def test_a_moment_that_would_be_kept_for_ever_is_refused(build, db):
    with pytest.raises(RuntimeError, match="for ever"):
        CompiledQuery(build, "at").rows()


def test_ids_fill_the_places_of_a_page(claire, jeanne):
    def these(**pks):
        return Organisation.objects.filter(pk__in=pks.values()).values_list("pk", flat=True)

    query = CompiledQuery(these, *id_names(5))
    pks = sorted(Organisation.objects.values_list("pk", flat=True))
    assert len(pks) == 2
    assert sorted(query.rows(**id_values(pks, 5))) == pks
    assert query.rows(**id_values(pks[:1], 5)) == pks[:1]


def test_of_each_kind_of_rights_only_the_sql_is_kept(claire, charter):
    def build(names):
        seats = Seat.objects.filter(person__full_name__in=names).order_by("pk")
        return seats.select_related("person", "organisation").annotate(is_own=Value(True))

    query = CompiledQuery(build)
    shapes = [("Claire", "Jeanne"), ("Claire Le Bihan",), ("Nora", "Mona", "Lise")]
    assert [len(query.rows(names)) for names in shapes] == [0, 1, 0]
    first, *others = (query.compiled(connection.vendor, (names,)) for names in shapes)

    assert all(it.reader is first.reader and it.sql != first.sql for it in others)
    assert all(isinstance(it, str | list | RowReader) for it in first)


@pytest.mark.parametrize(
    "pick",
    [
        lambda rows: rows.values("person__full_name", "started_at"),
        lambda rows: rows.values_list("started_at", "person__full_name"),
        lambda rows: rows.values_list("pk", "started_at", named=True),
        lambda rows: rows.values_list("started_at", flat=True),
        lambda rows: rows.values_list("person__full_name").distinct().order_by("started_at"),
        lambda rows: rows.only("started_at").annotate(is_first=Q(pk__gt=0), n=Count("person")),
        lambda rows: rows.prefetch_related("person__emailaddress_set", "organisation"),
        lambda rows: rows.prefetch_related(Prefetch("person", User.objects.only("pk"))),
    ],
    ids=["dictionaries", "tuples", "named", "values", "sorted by more", "annotated",
         "prefetched", "prefetched by another query"],
)  # fmt: skip
def test_rows_are_those_of_the_queryset(pick, claire, jeanne, charter):
    def build():
        return pick(Seat.objects.order_by("pk"))

    def told(rows):
        return [
            (type(row), vars(row) | {"_state": None, "person": row.person.full_name})
            if isinstance(row, Seat)
            else row
            for row in rows
        ]

    query = CompiledQuery(build)
    assert told(query.rows()) == told(query.rows()) == told(build())
