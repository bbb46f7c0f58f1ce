"""Threads are found by the organisation that wrote in them, and by its territory."""

import pytest

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Organisation, Territory
from forum.finding.search import places
from forum.finding.search.places import query_by_place
from forum.finding.search.search_query import SearchQuery
from forum.moderation.actions import hide_post
from tests.factories import post_reply, start_thread
from tests.forum.finding.search_helpers import found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


@pytest.fixture
def place(claire):
    """The organisation of Claire, called by a name of its own, on a territory of its own."""
    organisation = claire.seats.get().organisation
    organisation.name = "Mairie d’Orvelange"
    organisation.save()
    territory = Territory.objects.create(
        slug="val-d-ambroise", name="Val d’Ambroise", type="communaute-de-communes",
        department_codes="22", population=1,
    )  # fmt: skip
    organisation.territories.add(territory)
    return organisation


@pytest.fixture
def asked(place, claire, spaces):
    """What Claire asked, without a word of where."""
    return start_thread(
        claire, spaces["network"], title="Isoler les combles", text="En ouate ?", tags=[]
    )


@pytest.fixture
def reader(people, viewer_of):
    return viewer_of(people.support)


@pytest.mark.parametrize(
    "typed", ["Orvelange", "orvelange combles", "combles ambroise", "mairie d’Orvelange isoler"]
)
def test_a_thread_is_found_by_who_wrote_it_and_where(typed, asked, reader):
    assert found(reader, typed) == [asked.pk]


@pytest.mark.parametrize("typed", ["orvelange zeppelin", '"orvelange"'])
def test_all_other_words_must_stand_there_and_quotes_ask_for_the_text(typed, asked, reader):
    assert asked.pk not in found(reader, typed)


def test_an_answer_counts_too_as_long_as_it_is_shown(
    asked, place, claire, jeanne, lucie, spaces, reader, viewer_of
):
    other = start_thread(jeanne, spaces["network"], title="Un réseau", text="Où ?", tags=[])
    post = post_reply(claire, other, "Près du bourg.")
    assert set(found(reader, "orvelange")) == {asked.pk, other.pk}
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    assert found(reader, "orvelange") == [asked.pk]


def test_who_does_not_read_it_does_not_find_it(place, claire, spaces, reader, viewer_of):
    private = start_thread(claire, spaces["collectivites-locales"], title="À part", tags=[])
    assert found(viewer_of(claire), "orvelange") == [private.pk]
    assert found(reader, "orvelange") == []


def test_a_word_that_many_organisations_have_names_none(place):
    for number in range(12):
        Organisation.objects.create(
            name=f"Mairie nº {number}", slug=f"mairie-{number}", college=place.college
        )
    assert query_by_place(SearchQuery(words="mairie combles")) is None
    by_place = query_by_place(SearchQuery(words="mairie orvelange combles"))
    assert (by_place.words, by_place.territoire) == ("mairie combles", "orvelange")


def test_names_are_looked_through_of_so_many_organisations_that_came_first(place, monkeypatch):
    query = SearchQuery(words="orvelange combles")
    before = Organisation.objects.filter(pk__lte=place.pk).count()
    for number in (before, before - 1):
        names = CompiledQuery(places._names_queryset, *places._WORD_NAMES)
        monkeypatch.setattr(places, "_NAMED", names)
        monkeypatch.setattr(places, "_MAX_LOOKED_THROUGH", number)
        assert (query_by_place(query) is not None) == (number == before)
