"""Searches look at as few rows as they need, and find what they would among all there are."""

from copy import deepcopy
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from forum.base.search_index.engines import get_engine
from forum.base.search_index.engines.index_query import ranges
from forum.base.search_index.models import PostDocument
from forum.finding.search import visible_index
from forum.finding.search.filter_values import MAX_IDS, meanings_from, placed
from forum.finding.search.filters import Meaning, conditions
from forum.finding.search.search_query import SearchQuery
from forum.finding.search.visible_index import VisibleIndex
from forum.models import Post
from tests.factories import AUTHORITIES, PROJECTS, post_reply, start_thread
from tests.forum.finding.search_helpers import found
from tests.scenes import open_scene

pytestmark = [
    pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "no_posting_limits")
]  # fmt: skip

EXPRESSION = SearchQuery(words="hydrolien").expression


@pytest.fixture
def reader(people, viewer_of):
    return viewer_of(people.support)


def start_threads(cast):
    """Threads that differ by what filters ask for, all with one word."""
    people, spaces, made = cast.people, cast.spaces, []
    for n, (space, kind, person) in enumerate(
        [
            ("network", "question", people.projects),
            ("public", "discussion", people.authorities),
            ("public", "question", people.projects),
            ("network", "experience", people.authorities),
        ]
    ):
        fields = {"kind": kind, "title": f"Le fil {n}", "text": "Un hydrolien."}
        fields["tags"] = [] if n else ["bois"]
        made.append(start_thread(person, spaces[space], **fields))
    post_reply(people.authorities, made[0], "Un hydrolien de plus.")
    return made


@pytest.fixture(scope="module")
def _threads(cast_scene, django_db_blocker):
    with open_scene(django_db_blocker, start_threads, cast_scene) as made:
        yield made


@pytest.fixture
def threads(_threads, db):
    """Those threads, made once for all tests here."""
    return deepcopy(_threads)


FILTERS = {
    "sujet": "bois", "espace": "reseau", "type": "question", "resolu": "non",
    "college": AUTHORITIES, "auteur": "claire", "territoire": "ne", "depuis": "2020",
    "avant": "2100", "mot": "bois",
}  # fmt: skip


@pytest.mark.postgresql
@pytest.mark.parametrize("names", [*[(it,) for it in FILTERS], *combinations(FILTERS, 2)])
def test_filters_keep_of_a_search_what_they_keep_of_all_posts(names, threads, reader):
    filters = {name: FILTERS[name] for name in names}
    kept = conditions(reader, filters, thread="thread__", post="")
    posts = Post.objects.visible_to(reader).filter(kept, html__contains="hydrolien")

    expected = set(posts.values_list("pk", flat=True))
    assert expected or len(names) > 1

    assert {it.post_id for it in VisibleIndex(reader, filters).posts(EXPRESSION)} == expected


@pytest.mark.postgresql
@pytest.mark.parametrize("others", [{}, {"type": "question"}, {"espace": "reseau"}])
@pytest.mark.parametrize("name", ["auteur", "territoire"])
def test_where_posts_are_very_many_those_of_people_are_looked_through(
    name, others, threads, reader, monkeypatch
):
    filters = {name: FILTERS[name]} | others
    index, many = VisibleIndex(reader, filters), {"_MAX_LOOKED_THROUGH": 0}
    everything = index.find(EXPRESSION)
    for constant, value in many.items():
        monkeypatch.setattr(visible_index, constant, value)
    with CaptureQueriesContext(connection) as queries:
        assert VisibleIndex(reader, filters).find(EXPRESSION) == everything
    (statement,) = asked(it["sql"] for it in queries.captured_queries)
    assert f"LIMIT {visible_index.MAX_OF_PEOPLE})" in statement

    monkeypatch.setattr(visible_index, "MAX_OF_PEOPLE", 0)
    assert not VisibleIndex(reader, filters).find(EXPRESSION)[1]


@given(
    st.lists(
        st.builds(
            Meaning,
            st.sampled_from(["sujet", "auteur", "type"]),
            st.lists(st.integers(1, 900), max_size=70).map(tuple),
            st.sampled_from(["", "question"]),
            st.none(),
        ),
        max_size=4,
    ).map(tuple)
)
def test_places_say_the_ids_of_filters_and_nothing_else(meanings):
    shape, values = placed(meanings)
    read = meanings_from(shape, values)

    assert [(it.name, it.word, set(it.pks)) for it in read] == [
        (it.name, it.word, set(it.pks)) for it in meanings
    ]
    assert [len(it.pks).bit_count() for it in read] == [bool(it.pks) for it in meanings]


def test_days_have_places_and_very_many_ids_none():
    days = Meaning("depuis", day=timezone.now()), Meaning("avant", day=timezone.now())
    assert meanings_from(*placed(days)) == days
    assert placed((Meaning("auteur", tuple(range(1, MAX_IDS + 2))),)) is None


@given(latest=st.integers(0, 10**7), number=st.integers(1, 8), data=st.data())
def test_a_window_has_as_many_ids_as_it_says_and_at_most_twice_as_many(latest, number, data):
    units = get_engine().windows
    size = number * data.draw(st.sampled_from(units))
    unit, numbers = ranges(latest, size, units)

    span = latest - numbers[0] * unit + 1
    assert span == latest + 1 if numbers[0] == 0 else size <= span <= 2 * size
    assert len(numbers) <= 9 or unit == units[-1]


def asked(statements):
    """Which of the ``statements`` look through posts, each by how many ids it reads at most."""
    return [it for it in statements if "postdocument" in it and "COUNT(*)" not in it]


@pytest.mark.postgresql
def test_where_the_newest_are_hidden_older_ones_are_found_all_the_same(
    threads, people, spaces, reader, monkeypatch
):
    monkeypatch.setattr(visible_index, "_FEW_POSTS", 0)
    first = Post.objects.get(thread=threads[0], number=1).pk
    Post.objects.exclude(pk=first).update(hidden_at=timezone.now())

    posts = VisibleIndex(reader, {}).posts(EXPRESSION, limit=1)

    assert [it.post_id for it in posts] == [first]


@pytest.mark.postgresql
@pytest.mark.parametrize("filters", [
    {}, {"type": "question"}, {"resolu": "non"}, {"mot": "bois"}, {"sujet": "bois"},
    {"mot": "bois", "sujet": "bois", "type": "question", "espace": "reseau"},
])  # fmt: skip
def test_where_very_many_are_found_rights_are_asked_of_the_newest_alone(
    filters, threads, reader, monkeypatch
):
    monkeypatch.setattr(visible_index, "_FEW_POSTS", 0)
    with CaptureQueriesContext(connection) as queries:
        newest = VisibleIndex(reader, filters).posts(EXPRESSION, limit=2)
    everything = VisibleIndex(reader, filters).posts(EXPRESSION)

    assert [it.post_id for it in newest] == [it.post_id for it in everything][:2] != []
    (statement,) = asked(it["sql"] for it in queries.captured_queries)
    inner = statement.partition(" IN (SELECT ")[2].partition(" LIMIT 3")
    assert inner[1] and "hidden_at" not in inner[0] and "hidden_at" in inner[2]


@pytest.mark.postgresql
@pytest.mark.parametrize("filters", [{}, {"type": "question"}, {"auteur": "jeanne"}])
def test_what_is_found_in_windows_is_the_newest_of_all(filters, threads, reader, monkeypatch):
    everything = [it.post_id for it in VisibleIndex(reader, filters).posts(EXPRESSION)]
    for name, value in {"_MIN_WINDOWS": 0, "_FEW_THREADS": 0, "_ENOUGH": 1}.items():
        monkeypatch.setattr(visible_index, name, value)

    newest = [it.post_id for it in VisibleIndex(reader, filters).posts(EXPRESSION)]

    assert newest == everything[: len(newest)] != []


def test_a_filter_that_names_nothing_asks_for_no_document(reader, threads):
    with CaptureQueriesContext(connection) as queries:
        assert found(reader, "hydrolien", sujet="rien de tel") == []

    assert asked(it["sql"] for it in queries.captured_queries) == []
    assert PostDocument.objects.exists()


def line_of(client, thread):
    text = client.get(reverse("search"), {"q": "hydrolien"}).text
    return text[text.index(f'<li data-thread="{thread.pk}"') :].partition("</li>")[0]


def test_a_line_that_is_kept_shows_what_changed_since(threads, people, browser_of):
    client, thread = browser_of(people.support), threads[2]
    before = line_of(client, thread)
    assert line_of(client, thread) == before and "Le fil 2" in before

    organisation = thread.seat.organisation
    type(organisation).objects.filter(pk=organisation.pk).update(name="Les Mâts")
    assert "Les Mâts" in line_of(client, thread)
    type(thread).objects.filter(pk=thread.pk).update(is_locked=True, title="Autre titre")
    assert "Fermé" in line_of(client, thread) and "Autre titre" in line_of(client, thread)
    Post.objects.filter(thread=thread).update(html="<p>Mon <b>hydrolien</b> neuf</p>")
    assert "Mon <mark>hydrolien</mark> neuf" in line_of(client, thread)


def test_a_line_shows_nothing_of_a_post_that_is_hidden(threads, people, browser_of):
    client, thread = browser_of(people.support), threads[0]
    assert "Un <mark>hydrolien</mark>" in line_of(client, thread)
    Post.objects.filter(thread=thread).update(hidden_at=timezone.now())

    text = client.get(reverse("search"), {"q": "fil"}).text
    line = text[text.index(f'<li data-thread="{thread.pk}"') :].partition("</li>")[0]
    assert "Le <mark>fil</mark> 0" in line and "hydrolien" not in line


@pytest.mark.parametrize("college", [AUTHORITIES, PROJECTS])
def test_options_count_threads_and_not_posts(college, threads, people, browser_of):
    page = browser_of(people.support).get(reverse("search"), {"q": "hydrolien"}).text
    number = {PROJECTS: 2, AUTHORITIES: 3}[college]

    option = page[page.index(f'<option value="{college}"') :].partition("</option>")[0]
    assert option.endswith(f"({number})")
