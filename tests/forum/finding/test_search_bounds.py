"""Searches and posts at their limits: bounded work, on every database, and whole answers."""

from datetime import date
from itertools import combinations, islice, product
from string import ascii_lowercase

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.base.dates import start_of_day
from accounts.models import Territory
from forum.base.search_index.analysis import VERSION
from forum.base.search_index.engines import syntax
from forum.base.search_index.engines.syntax import Syntax
from forum.base.search_index.models import IndexVersion, PostDocument, SynonymGroup
from forum.base.search_index.reindexing import actions as reindexing
from forum.base.search_index.reindexing.actions import learn_next_words
from forum.base.search_index.terms import Expression, phrase_clause
from forum.conversation.tags.models import TagSynonym
from forum.conversation.tags.suggestions import suggest_tags
from forum.conversation.threads.forms import MAX_TEXT_LENGTH
from forum.finding.search import queries, visible_index
from forum.finding.search.filters import conditions
from forum.finding.search.queries import find_threads
from forum.finding.search.search_query import FILTER_NAMES, MAX_WORDS, SearchQuery
from forum.finding.search.spelling import corrected
from forum.models import Post, Tag
from tests import factories
from tests.factories import AUTHORITIES
from tests.forum.finding.search_helpers import found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def reader(people, viewer_of):
    return viewer_of(people.support)


@pytest.fixture
def start(people, spaces):
    """Start a thread in the space of the network, with this text."""

    def start(text, title="Un titre", person=None):
        person = person or people.projects
        return factories.start_thread(
            person, spaces["network"], title=title, text=text, tags=[]
        )

    return start


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.parametrize("letters", ["", "\ufdfa", "\ufdfa" * 36, "\U00010428" * 2])
def test_the_longest_post_of_words_each_once_is_posted_and_found(letters, start, reader):
    words = (letters + "".join(it) for it in product(ascii_lowercase, repeat=3))
    text = f"hydrolien {'-'.join(words)}"[:MAX_TEXT_LENGTH]

    thread = start(text)

    assert found(reader, "hydrolien") == [thread.pk]


def skip_ids(number):
    """Have the next post and the next thread bear an id that is as much higher."""
    with connection.cursor() as cursor:
        for table in ("forum_post", "forum_thread"):
            if connection.vendor == "postgresql":
                sequence = f"{table}_id_seq"
                cursor.execute(f"SELECT setval('{sequence}', nextval('{sequence}') + {number})")
            else:
                sql = "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s"
                cursor.execute(sql, [number, table])


@pytest.mark.parametrize(("enough_for_all", "typed", "sees_old"), [
    (20_000, "chaufferie college:collectivites", True),
    (0, "chaufferie college:collectivites", False), (0, "chaufferie resolu:non", True),
    (0, "chaufferie", True), (0, "chaufferie auteur:Pierre", True),
    (0, "chaufferie depuis:2020", True), (0, "chaufferie avant:2100", False),
])  # fmt: skip
def test_of_words_of_very_many_posts_some_filters_choose_among_the_newest_and_it_is_told(
    enough_for_all, typed, sees_old, start, reader, people, make_person, monkeypatch
):
    pierre = make_person("Pierre Le Goff", AUTHORITIES)
    old = start("Une chaufferie.", person=pierre)
    skip_ids(50_000)
    new = start("Une autre chaufferie.", person=pierre)
    for name, value in {"_FEW_THREADS": 0, "_MAX_LOOKED_THROUGH": enough_for_all}.items():
        monkeypatch.setattr(visible_index, name, value)
    search = find_threads(reader, SearchQuery.from_params({"q": typed}))

    seen = {it.best.thread_id for it in search.threads}
    assert seen == ({new.pk, old.pk} if sees_old else {new.pk})
    assert search.is_whole is sees_old


def queries_of_many_forms():
    letters = ascii_lowercase[:10]
    yield " ".join(f"mot{it}" for it in letters)
    yield " ".join(f"{it * 17}*" for it in letters)
    yield " ".join(f"{chr(0x10428 + n) * 18}*" for n in range(10))
    yield " ".join("\ufdfa" * 18 for _ in letters)
    yield " ".join("-".join("\ufdfa" * 9) for _ in letters)


@pytest.mark.parametrize("typed", list(queries_of_many_forms()), ids="abcde")
def test_ten_words_with_all_their_forms_and_synonyms_are_searched(
    typed, start, browser_of, people
):
    start("Rien de tel.")
    for letter in ascii_lowercase[:10]:
        others = (
            f"mot{letter} est synonyme {one}{two}" for one, two in product("abcd", repeat=2)
        )
        SynonymGroup.objects.create(terms=", ".join([f"mot{letter}", *others]))
    browser = browser_of(people.support)

    for name in ("search", "search-suggestions"):
        assert browser.get(reverse(name), {"q": typed}).status_code == 200


PYTHON = Syntax(" and ", " or ", " and not ", "({!r} in words)".format, str, str)


@given(data=st.data(), size=st.integers(1, 8))
def test_half_of_the_words_is_asked_for_as_all_combinations_would(data, size):
    number = data.draw(st.integers(1, size))
    had = data.draw(st.sets(st.integers(0, size - 1)))
    clauses = tuple(phrase_clause(f"mot{n}") for n in range(size))

    (asked,) = syntax.conditions(Expression(clauses, required=number), PYTHON)

    expected = any(had.issuperset(some) for some in combinations(range(size), number))
    words = {f"mot{n}" for n in had}
    assert eval(asked, {"words": words}) is expected  # noqa: S307


def test_half_of_ten_words_is_asked_for_in_few():
    clauses = tuple(phrase_clause(f"mot{n}") for n in range(10))

    (asked,) = syntax.conditions(Expression(clauses, required=5), PYTHON)

    assert asked.count("'mot9'") < 100


@pytest.mark.parametrize("name", ["territoire", "auteur", "sujet", "espace", "mot", "college"])
def test_a_filter_of_forty_words_is_answered(name, start, browser_of, people):
    start("Rien de tel.")
    params = {"q": "rien", name: " ".join(ascii_lowercase + ascii_lowercase[:14])}

    assert browser_of(people.support).get(reverse("search"), params).status_code == 200


@pytest.mark.parametrize("name", FILTER_NAMES)
def test_where_a_filter_names_nothing_no_post_is_looked_at(name, reader):
    assert conditions(reader, {name: "rien de tel"}, thread="", post="") == Q(pk__in=[])


def test_organisations_with_many_territories_hide_no_other(start, people, reader):
    threads = [start("Hydrolien", person=it) for it in (people.projects, people.authorities)]
    for thread in threads:
        thread.seat.organisation.territories.set(
            Territory.objects.create(
                slug=f"{thread.pk}-{n}", name=f"Val de Mesnil {thread.pk} {n}"
            )
            for n in range(20)
        )

    assert set(found(reader, "hydrolien", territoire="val de mesnil")) == {
        thread.pk for thread in threads
    }


def test_an_excluded_word_excludes_beside_filters_alone(start, reader):
    with_it, without, titled = start("Hydrolien"), start("Autre"), start("Bon", "Hydrolien")

    left = found(reader, "-hydroliens auteur:jeanne")

    assert without.pk in left
    assert not {with_it.pk, titled.pk} & set(left)
    assert with_it.pk in found(reader, "auteur:jeanne")


def test_where_the_newest_posts_are_enough_nobody_is_told_that_they_are_all(
    start, reader, monkeypatch
):
    threads = [start("Un hydrolien", f"Le fil {n}") for n in range(8)]
    for name in ("_ENOUGH", "_MIN_WINDOWS", "_FEW_THREADS", "_FEW_POSTS"):
        monkeypatch.setattr(visible_index, name, 0)
    query = SearchQuery.from_params({"q": "hydrolien"})

    assert len(find_threads(reader, query).threads) == len(threads)
    assert not find_threads(reader, query).is_whole
    monkeypatch.undo()
    assert find_threads(reader, query).is_whole


def test_former_documents_are_deleted_after_an_interruption_too(start):
    post = start("Un hydrolien").posts.get()
    IndexVersion.objects.create(version=VERSION, finished_at=timezone.now())
    IndexVersion.objects.create(version=0, finished_at=timezone.now())
    document = PostDocument.objects.get(post=post)
    document.pk, document.version = document.pk - 1, 0
    document.save(force_insert=True)

    assert reindexing.index_next_threads().is_last

    assert list(PostDocument.objects.values_list("version", flat=True)) == [VERSION]
    assert list(IndexVersion.objects.values_list("version", flat=True)) == [VERSION]


def test_a_step_holds_no_more_threads_than_have_its_posts(start, people, monkeypatch):
    first, *others = [start("Un hydrolien", f"Le fil {n}") for n in range(4)]
    for n in range(4):
        factories.post_reply(people.authorities, first, f"Un parc de {n} mâts.")
    monkeypatch.setattr(reindexing, "POSTS", 3)

    steps = []
    while not (step := reindexing.index_next_threads()).is_last:
        steps.append(step.threads)

    assert steps == [[first.pk], [it.pk for it in others]]


def statements(act):
    """The statements that ``act`` runs, with their parameters."""
    run = []

    def keep(execute, sql, params, many, context):
        run.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        act()
    return run


def test_of_many_words_none_of_which_is_known_as_many_are_mended_as_are_looked_for(
    start, reader
):
    start("Un hydrolien")
    learn_next_words()
    few, many = (
        len(statements(lambda n=n: corrected(reader, SearchQuery(words=typed(n)))))
        for n in (MAX_WORDS, 30)
    )

    assert few == many
    assert "hydrolien" in corrected(reader, SearchQuery(words="hydrolein")).words


def typed(number):
    """``number`` words that nobody wrote."""
    letters = map("".join, product("bcdfgh", repeat=2))
    return " ".join(f"zz{it}" for it in islice(letters, number))


def test_synonyms_of_a_tag_that_one_does_not_know_take_no_place(people, spaces, reader):
    for space, person, name in (
        (AUTHORITIES, people.authorities, "prive"),
        ("network", people.projects, "public"),
    ):
        factories.start_thread(person, spaces[space], title=f"Le fil {name}", tags=[name])
    private, public = (Tag.objects.get(slug=slug) for slug in ("prive", "public"))
    for n in range(50):
        TagSynonym.objects.create(tag=private, slug=f"bois-a-{n}", name=f"bois a {n}")
    TagSynonym.objects.create(tag=public, slug="bois-z", name="bois z")

    assert [it.slug for it in suggest_tags(reader, "bois")] == ["public"]


def test_threads_found_by_filters_are_not_said_to_be_all_where_posts_were_left(
    start, people, reader, monkeypatch
):
    start("Plus ancien", "Un autre fil", people.authorities)
    thread = start("Un hydrolien")
    for n in range(4):
        factories.post_reply(people.authorities, thread, f"Un parc de {n} mâts.")
    query = SearchQuery.from_params({"auteur": "claire"})
    assert len(find_threads(reader, query).threads) == 2
    assert find_threads(reader, query).is_whole

    monkeypatch.setattr(queries, "MAX_POSTS", 3)

    assert len(find_threads(reader, query).threads) == 1
    assert not find_threads(reader, query).is_whole


def set_day(thread, day):
    Post.objects.filter(thread=thread).update(created_at=start_of_day(day))


def test_before_a_day_posts_are_looked_through_from_that_day_backwards(
    start, reader, monkeypatch
):
    old = start("Une chaufferie.")
    set_day(old, date(2020, 5, 1))
    skip_ids(50_000)
    new = start("Une autre chaufferie.")
    for name in ("_FEW_THREADS", "_MAX_LOOKED_THROUGH"):
        monkeypatch.setattr(visible_index, name, 0)

    assert found(reader, "chaufferie", avant="2021") == [old.pk]
    assert found(reader, "chaufferie", depuis="2021") == [new.pk]
    before = SearchQuery.from_params({"q": "chaufferie avant:2020"})
    with CaptureQueriesContext(connection) as queries:
        assert find_threads(reader, before).is_whole
    assert not any("postdocument" in it["sql"] for it in queries.captured_queries)


def test_where_few_posts_were_written_since_a_day_all_of_them_are_looked_through(
    start, reader, monkeypatch
):
    new = start("Une chaufferie.")
    skip_ids(50_000)
    set_day(start("Une autre chaufferie, d’archives."), date(2020, 5, 1))
    for name in ("_FEW_THREADS", "_MAX_LOOKED_THROUGH"):
        monkeypatch.setattr(visible_index, name, 0)
    query = SearchQuery.from_params({"q": "chaufferie depuis:2021"})

    search = find_threads(reader, query)

    assert [it.best.thread_id for it in search.threads] == [new.pk] and search.is_whole
