"""The name of a topic finds its threads, whatever these say."""

import pytest

from forum.finding.search.queries import find_threads
from forum.finding.search.search_query import SearchQuery
from forum.models import Topic
from tests.factories import start_thread
from tests.forum.finding.search_helpers import found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def turbine(people, spaces, topics):
    """A thread of the topic of wind, which does not say so."""
    return start_thread(
        people.projects, spaces["network"], title="Trois mâts", topic=topics[1], tags=[]
    )


@pytest.fixture
def reader(people, viewer_of):
    return viewer_of(people.support)


@pytest.mark.parametrize("typed", ["éolien", "eolienne", "éoliennes mâts", "wind"])
def test_a_thread_is_found_by_the_name_of_its_topic(typed, turbine, reader):
    Topic.objects.filter(slug="eolien").update(name_en="Wind power")
    assert found(reader, typed) == [turbine.pk]


def test_words_in_quotes_stand_in_the_text(turbine, reader):
    Topic.objects.filter(slug="eolien").update(name="Énergie éolienne")
    assert found(reader, "énergie éolienne") == [turbine.pk]
    assert found(reader, '"énergie éolienne"') == []


def test_a_topic_that_is_renamed_is_found_at_once_and_no_document_is_written(
    turbine, reader, django_assert_num_queries
):
    with django_assert_num_queries(1):
        Topic.objects.filter(slug="eolien").update(name="Aérogénérateurs")
    assert found(reader, "aérogénérateur") == [turbine.pk]
    assert found(reader, "éolien") == []


def test_what_says_it_comes_before_what_is_only_of_the_topic(
    turbine, reader, people, spaces, topics
):
    says = start_thread(people.projects, spaces["network"], title="Parc éolien", tags=[])
    start_thread(people.projects, spaces["network"], title="Un mât", topic=topics[1], tags=[])
    assert found(reader, "éolien")[0] == says.pk
    assert len(found(reader, "éolien")) == 3


def test_who_does_not_read_a_thread_does_not_find_it_by_its_topic(
    turbine, people, spaces, topics, viewer_of
):
    space = spaces["collectivites-locales"]
    private = start_thread(
        people.authorities, space, title="Un pylône", topic=topics[1], tags=[]
    )
    assert private.pk in found(viewer_of(people.authorities), "éolien")
    assert private.pk not in found(viewer_of(people.support), "éolien")
    query = SearchQuery.from_params({"q": "éolien"})
    counts = find_threads(viewer_of(people.support), query).counts
    assert sum(counts["espace"].values()) == 1
