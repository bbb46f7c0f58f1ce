"""Queries that are asked together find what each finds by itself, in one statement."""

import pytest
from django.db.models import BooleanField, Case, F, JSONField, Prefetch, Value, When
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.compiled_unions import CompiledUnion
from accounts.models import CharterVersion, Seat, User
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.models import Post, Space
from forum.moderation.visibility_audit.models import VisibilityAudit
from tests.factories import post_reply

pytestmark = pytest.mark.django_db


def _seats(person_id, at):
    seats = Seat.objects.representing(at).filter(person=person_id)
    return seats.select_related("person", "organisation")


def _versions(rights, person_id):
    return CharterVersion.objects.all()


def _posts(person_id):
    is_first = Case(When(number=1, then=True), default=False, output_field=BooleanField())
    posts = Post._base_manager.filter(author=person_id).annotate(is_first=is_first)
    return posts.annotate(about=F("thread__title")).order_by("-pk")[:5]


def _figures(rights):
    return SheetFigure.objects.select_related("sheet")


def _audits(rights):
    return VisibilityAudit.objects.all()


def _nobody(person_id):
    return User.objects.none()


QUERIES = [
    CompiledQuery(_seats, "person_id", "at"),
    CompiledQuery(_versions, "person_id"),
    CompiledQuery(_posts, "person_id"),
    CompiledQuery(_nobody, "person_id"),
    CompiledQuery(_figures),
    CompiledQuery(_audits),
]


def columns_of(row):
    """What was read of a row and of those that came along, without Django's own."""
    state = vars(row).get("_state")
    related = state.fields_cache.items()
    own = {name: value for name, value in vars(row).items() if name != "_state"}
    return type(row), own, {name: it and columns_of(it) for name, it in related}


@pytest.fixture
def rights(jeanne, thread, viewer_of):
    """Of Jeanne, with rows of each kind: dates, moments, keys, amounts, lists and nothing."""
    viewer = viewer_of(jeanne)
    sheet = ExperienceSheet.objects.create(author=jeanne, title="La chaufferie")
    amounts = ["0.1", "123456789.25", None]
    for number, amount in enumerate(amounts):
        SheetFigure.objects.create(sheet=sheet, position=number, amount=amount)
    post_reply(jeanne, thread)
    VisibilityAudit.objects.create(
        started_at=timezone.now(),
        request_count=1,
        findings=[{"role": "é", "count": 2, "none": None}],
    )
    return viewer.rights


def test_each_finds_what_it_finds_by_itself(rights, jeanne):
    together = CompiledUnion(QUERIES).rows(rights, person_id=jeanne.pk)

    assert [len(rows) > 0 for rows in together] == [True, True, True, False, True, True]
    for query, rows in zip(QUERIES, together, strict=True):
        shape = [rights] if query.takes_rights else []
        alone = query.rows(*shape, person_id=jeanne.pk)
        assert list(map(columns_of, rows)) == list(map(columns_of, alone))


def test_they_are_one_statement(rights, jeanne, django_assert_num_queries):
    union = CompiledUnion(QUERIES)
    with django_assert_num_queries(1):
        union.rows(rights, person_id=jeanne.pk)


def test_where_none_can_find_anything_none_is_asked(rights, jeanne, django_assert_num_queries):
    union = CompiledUnion([QUERIES[3], CompiledQuery(lambda: User.objects.none())])
    with django_assert_num_queries(0):
        assert union.rows(rights, person_id=jeanne.pk) == [[], []]
        assert CompiledUnion(QUERIES).rows(rights, person_id=2**63) == [[]] * len(QUERIES)


def test_what_gives_no_instances_is_refused(rights, jeanne):
    names = CompiledQuery(lambda: User.objects.values_list("full_name", Value(1)))
    with pytest.raises(AssertionError):
        CompiledUnion([names]).rows(rights)


def test_rights_with_as_many_ids_share_a_statement_and_find_their_own(
    claire, jeanne, spaces, viewer_of
):
    built = []

    def visible_spaces(rights):
        built.append(rights)
        return Space.objects.visible_to(rights)

    union = CompiledUnion([CompiledQuery(visible_spaces)])
    rights = [viewer_of(person).rights for person in (claire, jeanne)]
    found = [set(*union.rows(it)) for it in rights]

    assert found == [set(Space.objects.visible_to(it)) for it in rights]
    assert found[0] != found[1] and len(built) == 1


@pytest.mark.parametrize(
    "keep",
    [
        lambda rights: User.objects.filter(full_name=f"{min(rights.college_ids)}"),
        lambda rights: User.objects.annotate(ids=Value([*rights.college_ids], JSONField())),
        lambda rights: User.objects.prefetch_related(
            Prefetch("posts", Post.objects.filter(pk__in=rights.college_ids))
        ),
    ],
)
def test_an_id_that_would_be_kept_for_ever_is_refused(keep, jeanne, viewer_of):
    union = CompiledUnion([CompiledQuery(lambda rights: keep(rights))])
    with pytest.raises(RuntimeError, match="ids in rights"):
        union.rows(viewer_of(jeanne).rights)
