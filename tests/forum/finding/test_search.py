"""What searches find, for whom, and that both databases find it."""

from uuid import uuid4

import pytest
from django.db.utils import ConnectionDoesNotExist
from hypothesis import given
from hypothesis import strategies as st

from accounts.viewers.viewers import GUEST
from forum.base.search_index.models import SynonymGroup
from forum.conversation.questions.actions import accept_answer
from forum.conversation.tags.models import TagSynonym
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.finding.search.queries import find_threads
from forum.finding.search.search_query import SearchQuery
from forum.models import Tag, Topic
from forum.moderation.actions import hide_post, restore_post
from tests import factories
from tests.forum.finding.search_helpers import found, scanned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]

TEXTS = {
    "Chaufferie de l’école du bourg": "Une chaudière à plaquettes de bois, 200 kW.",
    "Réseau de chaleur à Mesnil-Argance": "Le bois-énergie dessert la mairie. 2,4 MW posés.",
    "Parc éolien citoyen": "Les éoliennes tournent ; le chauffage au gaz recule.",
    "Toitures de 100 à 500 kWc": "Du photovoltaïque sur l’école, sans chaudière.",
    "Heating networks of our twin town": "The boilers burn wood, and we share the costs.",
}


@pytest.fixture
def written(spaces, people):
    """The threads of TEXTS in the space of the network, by title."""
    return {
        title: factories.start_thread(
            people.projects, spaces["network"], title=title, text=text, tags=[]
        )
        for title, text in TEXTS.items()
    }


@pytest.fixture
def reader(people, viewer_of):
    return viewer_of(people.support)


def titles(viewer, typed, written, **params):
    by_pk = {thread.pk: title for title, thread in written.items()}
    return [by_pk[pk].split()[0] for pk in found(viewer, typed, **params) if pk in by_pk]


#: The first words of the titles that are found, by what is typed.
FOUND = [
    ("chaudiere plaquette ecole", ["Chaufferie"]),
    ("chaudiere bois ecole", ["Chaufferie", "Toitures"]),  # By the name of its topic.
    ("chaudière", ["Chaufferie", "Toitures"]),
    ("chaudière -toiture", ["Chaufferie"]),
    ('"bois énergie"', ["Réseau"]),
    ('"énergie bois"', []),
    ("bois-energie", [title.split()[0] for title in TEXTS]),
    ("chauffer", ["Parc", "Chaufferie"]),
    ("2.4 MW", ["Réseau"]),
    ("mesnil argance", ["Réseau"]),
    ("photov*", ["Toitures"]),
    ("boiler", ["Heating"]),
    ("sujet:bois-energie type:question eolienne", ["Parc"]),
    ("sujet:bois eolienne", ["Parc"]),
    ("sujet:eolien eolienne", []),
    ("sujet:!!! eolienne", []),
    ("espace:inconnu éolien", []),
    ('espace:"Tout le réseau" éolien', ["Parc"]),
    ("auteur:jeanne éolien", ["Parc"]),
    ("auteur:claire éolien", []),
    ("college:porteurs-de-projet eolien", ["Parc"]),
    ("college:porteurs eolien", ["Parc"]),
    ("college:soutien eolien", []),
    ("resolu:non éolien", ["Parc"]),
    ("resolu:oui éolien", []),
    ("depuis:2099 éolien", []),
    ("avant:2099 éolien", ["Parc"]),
    ("depuis:03/2025 éolien", ["Parc"]),
    ('depuis:"1er février 2025" éolien', ["Parc"]),
    ('avant:"August 2099" éolien', ["Parc"]),
    ("depuis:14/03/2099 éolien", []),
    ("depuis:31/02/2025 éolien", []),
    ('depuis:"bientôt 2025" éolien', []),
    ("de la et", []),
    ("", []),
]


def test_what_is_typed_finds_what_one_means(written, reader):
    got = [(typed, sorted(titles(reader, typed, written))) for typed, _first_words in FOUND]

    assert got == [(typed, sorted(first_words)) for typed, first_words in FOUND]


def test_a_title_weighs_more_than_a_text(written, reader, people, spaces):
    later = factories.start_thread(
        people.projects, spaces["network"], title="Autre chose", text="La chaufferie du bourg."
    )
    assert found(reader, "chaufferie bourg")[-1] == later.pk


def test_a_word_of_a_term_weighs_in_the_title_where_its_text_has_the_other(
    people, spaces, reader
):
    SynonymGroup.objects.create(terms="chaufferie bois, biomasse")
    titles_and_texts = [
        ("Une chaufferie pour l’école", "Elle brûle du bois."),
        ("Rencontres", "Un atelier sur la chaufferie bois."),
    ]
    named, other = [
        factories.start_thread(people.projects, spaces["network"], title=title, text=text)
        for title, text in titles_and_texts
    ]

    assert found(reader, "chaufferie bois") == [named.pk, other.pk]


def test_a_typed_word_in_a_title_weighs_more_than_a_synonym_in_a_shorter_one(
    people, spaces, reader
):
    SynonymGroup.objects.create(terms="aérogénérateur, éolienne")
    names = "Quel entretien prévoir pour un petit aérogénérateur communal ?", "Les éoliennes"
    typed, other = [
        factories.start_thread(people.projects, spaces["network"], title=title, text="Voilà.")
        for title in names
    ]

    assert found(reader, "aerogenerateurs") == [typed.pk, other.pk]


def test_an_accepted_answer_weighs_more_than_another(people, spaces, viewer_of, reader):
    threads = []
    for _ in range(2):
        thread = factories.start_thread(
            people.projects, spaces["network"], title="Une question"
        )
        threads.append(
            (thread, factories.post_reply(people.authorities, thread, "Un hydrolien."))
        )
    thread, answer = threads[0]
    assert found(reader, "hydrolien")[0] == threads[1][0].pk, "the newer one, as it was"

    accept_answer(answer, viewer_of(people.projects))

    assert found(reader, "hydrolien")[0] == thread.pk


def test_a_thread_is_found_by_what_its_tag_is_called_by_all(people, spaces, reader):
    Tag.objects.create(slug="solaire", name="Solaire", name_en="Solar power", family="filieres")
    name = "Héliotechnique"
    TagSynonym.objects.create(tag=Tag.objects.get(), name=name, slug="heliotechnique")
    thread = factories.start_thread(
        people.projects, spaces["network"], title="Un titre", tags=[name]
    )

    for typed in ("solaire", "solar power", "mot:solaire", "mot:heliotechnique"):
        assert found(reader, typed) == [thread.pk], typed


def test_threads_with_some_of_the_words_follow_those_with_all(written, reader):
    search = find_threads(reader, SearchQuery.from_params({"q": "chaudière éoliennes toiture"}))

    assert search.threads == []
    assert len(search.partial) >= 2


def test_synonyms_find_each_other(written, reader):
    SynonymGroup.objects.create(terms="PV, photovoltaïque, panneau solaire")

    assert titles(reader, "pv", written) == ["Toitures"]
    assert titles(reader, "panneaux solaires ecole", written) == ["Toitures"]


def test_a_search_is_right_with_the_commit_of_what_changes(
    people, spaces, viewer_of, reader, lucie
):
    writer, animator = viewer_of(people.projects), viewer_of(lucie)
    word, other = f"w{uuid4().hex[:8]}", f"v{uuid4().hex[:8]}"
    thread = factories.start_thread(
        people.projects, spaces["network"], title="Un titre", text=word
    )
    assert found(reader, word) == [thread.pk]

    edit_post(thread.posts.get(), writer, f"Plutôt {other}", 1)
    assert (found(reader, word), found(reader, other)) == ([], [thread.pk])

    reply = factories.post_reply(people.projects, thread, f"Encore {word}")
    assert found(reader, word) == [thread.pk]
    delete_post(reply, writer)
    assert found(reader, word) == []

    edit_thread(
        thread, writer, title=f"Avec {word}", topic=Topic.objects.first(), kind="question",
        tags=[f"tag{other}"],
    )  # fmt: skip
    assert found(reader, f"{word} {other} tag{other}") == [thread.pk]

    factories.move_thread(thread, animator, spaces["public"])
    assert found(GUEST, word) == [thread.pk]


def test_a_post_that_is_hidden_is_not_found_until_it_is_shown_again(
    people, spaces, viewer_of, reader, lucie
):
    thread = factories.start_thread(people.projects, spaces["network"])
    reply = factories.post_reply(people.projects, thread, "Un hydroglisseur.")
    animator = viewer_of(lucie)

    hide_post(reply, animator, "Hors charte.")
    assert found(reader, "hydroglisseur") == []

    restore_post(reply, animator)
    assert found(reader, "hydroglisseur") == [thread.pk]


WORDS = ["éolien", "eoliennes", "chaudière", "chaudiere", "bois", "énergie", "bois-énergie",
         "réseaux", "ecole", "2,4", "MW", "kWc", "boilers", "the wood", "mairie"]  # fmt: skip
PARTS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map("-{}".format),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(
        lambda words: f'"{" ".join(words)}"'
    ),
    st.sampled_from([word[:4] + "*" for word in WORDS]),
)


@given(parts=st.lists(PARTS, min_size=1, max_size=4))
def test_any_query_finds_what_a_plain_scan_finds(parts, written, reader):
    typed = " ".join(parts)

    assert set(found(reader, typed)) == scanned(reader, typed)


def test_searches_are_made_in_the_replica_where_there_is_one(written, reader, monkeypatch):
    monkeypatch.setattr("forum.finding.search.visible_index.search_database", lambda: "replica")

    with pytest.raises(ConnectionDoesNotExist, match="replica"):
        found(reader, "éolien")
