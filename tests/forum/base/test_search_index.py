"""The index: complete after an interruption, right while it is made anew, of any version."""

from contextlib import closing
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import ConnectionHandler
from django.test.utils import CaptureQueriesContext

from accounts.viewers.viewers import viewer_of_person
from forum.base.search_index import actions, analysis, queries
from forum.base.search_index.analysis import VERSION, Stems, stems_of
from forum.base.search_index.engines import IsFound, get_engine, sqlite
from forum.base.search_index.models import (
    OF_KIND,
    OF_TAG,
    OF_TOPIC,
    SOLVED,
    UNSOLVED,
    WITH_SHEET,
    IndexedWord,
    IndexVersion,
    PostDocument,
    ThreadDocument,
)
from forum.base.search_index.reindexing import actions as reindexing
from forum.base.search_index.reindexing.tasks import continue_index
from forum.conversation.questions.actions import accept_answer, unaccept_answer
from forum.conversation.threads.edits.actions import edit_post, edit_thread
from forum.finding.search.queries import find_threads
from forum.finding.search.search_query import SearchQuery
from forum.models import Space, Topic
from tests import factories
from tests.forum.finding.search_helpers import found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite's own engine")


@pytest.fixture
def threads(people, spaces):
    """Five threads, each with a reply that says *hydrolien*."""
    made = []
    for _ in range(5):
        made.append(factories.start_thread(people.projects, spaces["network"], tags=[]))
        factories.post_reply(people.authorities, made[-1], "Un parc hydrolien.")
    return made


@pytest.fixture
def reader(people, viewer_of):
    return viewer_of(people.support)


@pytest.fixture
def no_index(threads):
    """As before there was an index."""
    PostDocument.objects.all().delete()
    ThreadDocument.objects.all().delete()


def index(*args):
    out = StringIO()
    call_command("index", *args, stdout=out, verbosity=1)
    return out.getvalue()


def test_the_command_indexes_what_was_there_before(threads, no_index, reader):
    assert found(reader, "hydrolien") == []
    assert "not begun" in index("--status")

    index()

    assert set(found(reader, "hydrolien")) == {thread.pk for thread in threads}
    assert "10 of 10 posts, complete" in index("--status")


def test_interrupted_it_goes_on_where_it_was(threads, no_index, reader):
    assert reindexing.index_next_threads(2).threads == [it.pk for it in threads[:2]]

    assert queries.threads_to_index() == 3
    assert "in progress" in index("--status")
    index()

    assert len(found(reader, "hydrolien")) == 5
    assert PostDocument.objects.count() == 10


def test_the_worker_indexes_by_itself(threads, no_index, reader):
    continue_index.func()

    assert len(found(reader, "hydrolien")) == 5
    assert IndexedWord.objects.filter(word="hydrolien").count() == 1


def test_what_is_written_before_all_is_indexed_is_found(people, spaces, no_index, reader):
    thread = factories.start_thread(people.projects, spaces["network"], text="Un hydrolien.")

    assert found(reader, "hydrolien") == [thread.pk]


def test_begun_again_everything_is_found_all_the_while(threads, reader):
    index()
    reindexing.begin_again()

    while not reindexing.index_next_threads(1).is_last:
        assert len(found(reader, "hydrolien")) == 5
    assert PostDocument.objects.count() == 10


@pytest.fixture
def next_version(threads, monkeypatch):
    """A release whose analysis gives other stems: all backwards."""
    index()
    former = stems_of.__wrapped__

    def backwards(word, *, is_english=False):
        stems = former(word, is_english=is_english)
        return Stems(*(stem[::-1] for stem in stems))

    monkeypatch.setattr(analysis, "FORMER_STEMS", former)
    monkeypatch.setattr(analysis, "stems_of", backwards)
    for module in (actions, queries, reindexing):
        monkeypatch.setattr(module, "VERSION", 2)
    monkeypatch.setattr("forum.base.search_index.terms.stems_of", backwards)


def test_another_analysis_finds_by_the_former_documents_until_all_are_new(
    threads, next_version, reader, viewer_of, people
):
    reindexing.index_next_threads(2)
    assert set(PostDocument.objects.values_list("version", flat=True)) == {1, 2}
    assert len(found(reader, "hydroliens")) == 5
    assert len(found(reader, '"parc hydrolien"')) == 5

    post = threads[4].posts.get(number=2)
    edit_post(post, viewer_of(people.authorities), "Plus rien de tel.", post.version)
    assert len(found(reader, "hydroliens")) == 4, "not by the document that was"

    while not reindexing.index_next_threads(2).is_last:
        assert len(found(reader, "hydroliens")) == 4
    assert set(PostDocument.objects.values_list("version", flat=True)) == {2}
    assert set(IndexVersion.objects.values_list("version", flat=True)) == {2}
    assert len(found(reader, "hydroliens")) == 4


@only_sqlite
def test_sqlite_looks_through_no_documents_but_those_that_have_the_words(threads, reader):
    query = SearchQuery.from_params({"q": "hydrolien"})
    with CaptureQueriesContext(connection) as asked:
        find_threads(reader, query)

    for table in ("forum_postdocument", "forum_threaddocument"):
        (sql,) = (it["sql"] for it in asked if f"{table}_words MATCH" in it["sql"])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [step for *_ids, step in cursor.fetchall()]
        (scanned,) = (step for step in steps if step.startswith("SCAN"))
        assert scanned.startswith(f"SCAN {table}_words VIRTUAL TABLE")


@only_sqlite
def test_sqlite_makes_a_table_of_words_anew_that_knows_no_places(tmp_path):
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "before.sqlite3"}
    other = ConnectionHandler({"default": settings})["default"]
    stems = "title_stems, title_folded_stems, stems, folded_stems"
    with closing(other), other.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE forum_postdocument"
            " (id INTEGER PRIMARY KEY, space_id, version, topic_id, kind, has_sheet,"
            f" is_solved, tags, {stems})"
        )
        cursor.execute(
            f"CREATE VIRTUAL TABLE forum_postdocument_words USING fts5({stems},"
            " content='forum_postdocument', content_rowid='id')"
        )
        cursor.execute(
            "INSERT INTO forum_postdocument"
            " VALUES (16, 7, 1, 3, 'question', 0, 0, '', 'parc', '', 'hydrolien', '')"
        )

        sqlite.install(other)

        for space, found in ((7, [(16,)]), (8, [])):
            expression = SearchQuery.from_params({"q": "hydrolien"}).expression
            asked = sqlite.query("forum_postdocument", expression, [1], [space])
            where = sqlite.where("forum_postdocument", "forum_postdocument", asked)
            sql = f"SELECT id FROM forum_postdocument WHERE {where.sql}"
            assert cursor.execute(sql, where.params).fetchall() == found


def test_the_number_of_a_space_is_no_word_of_its_threads(threads, reader):
    space = threads[0].space_id

    for word in (space, f"é{space}v1", f"e{space}v1", f"s:{space}v1"):
        assert found(reader, str(word)) == []


def documents_with(*words):
    """The threads of documents that the index alone finds by one of the filter's ``words``."""
    spaces = Space.objects.values_list("pk", flat=True)
    expression = SearchQuery(words="hydrolien").expression
    asked = get_engine().query(
        "forum_postdocument", expression, [VERSION], spaces, facets=[words]
    )
    return set(PostDocument.objects.filter(IsFound(asked)).values_list("thread", flat=True))


@pytest.mark.postgresql
def test_what_filters_ask_for_are_words_that_follow_the_thread(threads, people):
    thread, *others = threads
    rest, owner = {it.pk for it in others}, viewer_of_person(people.projects)
    first, second = Topic.objects.order_by("pk")[:2]
    first, other = thread.topic, second if thread.topic == first else first
    set_as = {"title": "Un titre", "kind": "question", "topic": first, "tags": []}
    assert documents_with(f"{OF_TOPIC}{first.pk}") == {thread.pk, *rest}

    edit_thread(thread, owner, **set_as | {"topic": other, "kind": "discussion"})
    assert documents_with(f"{OF_TOPIC}{other.pk}") == {thread.pk}
    assert documents_with(f"{OF_TOPIC}{first.pk}") == rest
    assert documents_with(f"{OF_KIND}discussion") == {thread.pk}
    assert documents_with(f"{OF_KIND}question") == documents_with(UNSOLVED) == rest

    edit_thread(thread, owner, **set_as | {"tags": ["bois"]})
    (tag,) = thread.tags.all()
    assert documents_with(f"{OF_TAG}{tag.pk}", "ém0") == {thread.pk}
    edit_thread(thread, owner, **set_as)
    assert documents_with(f"{OF_TAG}{tag.pk}") == set()

    thread.has_sheet = True
    thread.save(update_fields=["has_sheet"])
    assert documents_with(WITH_SHEET) == {thread.pk}


@pytest.mark.postgresql
def test_whether_it_is_solved_follows_the_answer(threads, people):
    thread, owner = threads[0], viewer_of_person(people.projects)
    rest = {it.pk for it in threads[1:]}

    accept_answer(thread.posts.get(number=2), owner)
    assert (documents_with(SOLVED), documents_with(UNSOLVED)) == ({thread.pk}, rest)
    factories.post_reply(people.authorities, thread, "Encore un hydrolien.")
    PostDocument.objects.filter(thread=thread, post__number=2).delete()
    assert documents_with(SOLVED) == {thread.pk}
    unaccept_answer(thread, owner)
    assert documents_with(SOLVED) == set()


@pytest.mark.parametrize("word", ["ét1", "ékquestion", "éa", "éo"])
def test_a_word_of_a_filter_is_found_by_nothing_that_is_typed(word, threads, reader):
    assert found(reader, word) == found(reader, word.replace("é", "e")) == []
