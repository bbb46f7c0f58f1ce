"""*Did you mean*: only words of what one reads, and nothing of anything else."""

from random import Random
from time import process_time

import pytest
from django.urls import reverse

from forum.base.search_index.models import SynonymGroup
from forum.base.search_index.reindexing.actions import learn_next_words
from forum.conversation.threads.edits.actions import edit_thread
from forum.finding.search.search_query import SearchQuery
from forum.finding.search.spelling import corrected
from forum.moderation.actions import hide_post
from tests import factories
from tests.factories import AUTHORITIES

#: Two letters that are otherwise, in five ways.
_ENDINGS = ("kk", "wk", "xz", "zq", "kw")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


def mended(viewer, typed):
    other = corrected(viewer, SearchQuery.from_params({"q": typed}))
    return other and other.words


@pytest.fixture
def written(people, spaces):
    """Words in the network's space, and one of the authorities' own."""
    network = factories.start_thread(
        people.projects, spaces["network"], title="Chaudière à plaquettes", text="De l’éolien."
    )
    private = factories.start_thread(
        people.authorities, spaces[AUTHORITIES], title="Ultraconfidentiel", text="Un projet."
    )
    assert learn_next_words() > 0
    return network, private


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chaudire", "chaudière"),
        ("chadière", "chaudière"),
        ("plaqeuttes bois", "plaquettes bois"),
        ("eolein", "éolien"),
        ("haudière", "chaudière"),
        ("chaudières", None),
        ("xyzzyx", None),
        ("bio", None),
    ],
)
def test_a_letter_wrong_is_mended(typed, meant, written, people, viewer_of):
    assert mended(viewer_of(people.support), typed) == meant


def test_a_word_that_one_does_not_read_is_never_offered(written, people, viewer_of):
    assert mended(viewer_of(people.authorities), "ultraconfidantiel") == "ultraconfidentiel"
    for role in ("support", "projects", "guest", "animator"):
        person = getattr(people, role)
        assert mended(viewer_of(person), "ultraconfidantiel") is None, role


def test_nor_is_one_that_nobody_reads_any_more(written, people, viewer_of):
    thread = written[0]
    about = {"topic": thread.topic, "kind": "question", "tags": []}
    edit_thread(thread, viewer_of(people.projects), title="Rien de tel", **about)

    assert mended(viewer_of(people.support), "chaudire") is None


def test_the_page_shows_what_the_mended_words_find(written, people, browser_of):
    page = browser_of(people.support).get(reverse("search"), {"q": "chaudire plaquettes"})

    assert f'data-thread="{written[0].pk}"' in page.text
    assert "chaudière plaquettes" in page.text


def test_words_of_private_rooms_are_in_no_answer_to_others(written, people, browser_of):
    browser = browser_of(people.projects)
    for typed in ("ultraconfidentiel", "ultraconf", "ultraconfidantiel", "projt"):
        page = browser.get(reverse("search"), {"q": typed})
        other = browser.get(reverse("search-suggestions"), {"q": typed})
        assert "Ultraconfidentiel" not in page.text
        assert not any(other.json().values())


def test_nor_is_a_form_of_a_known_word_that_only_a_hidden_post_has(
    people, spaces, viewer_of, lucie
):
    thread = factories.start_thread(
        people.projects, spaces["network"], title="Un titre", text="Une hydrolienne.", tags=[]
    )
    reply = factories.post_reply(people.authorities, thread, "Des hydroliennes.")
    learn_next_words()
    reader = viewer_of(people.support)
    assert mended(reader, "hydroliennzs") == "hydroliennes"

    hide_post(reply, viewer_of(lucie), "Hors sujet.")

    assert mended(reader, "hydroliennzs") == "hydrolienne"


@pytest.mark.deep
@pytest.mark.no_cover  # What notes lines would be timed, too.
@pytest.mark.usefixtures("no_posting_limits")
def test_ten_wrong_words_cost_what_a_few_long_posts_do_not_what_all_of_them_do(
    people, spaces, client
):
    """Each post is read once for a search, and so many characters in all."""
    random = Random(1)
    syllables = [a + b for a in "bcdfglmnprstv" for b in "aeiou"]
    meant = ["".join(random.choices(syllables, k=6)) for _word in range(10)]
    near = [it[:8] + end + it[9] + last + it[11] for it in meant for end, last in _ENDINGS]
    for number in range(12):
        text = " ".join(near)
        while len(text) < 39_900:
            text += " " + "".join(random.choices("éèàçùôaeiou", k=5))
        factories.start_thread(
            people.projects,
            spaces["public"],
            title=f"Un long fil, le {number}e",
            text=text[:39_900],
        )
    while learn_next_words():
        pass
    began = process_time()
    page = client.get(reverse("search"), {"q": " ".join(meant)})

    assert page.status_code == 200 and "Vouliez-vous dire" in page.text
    assert process_time() - began < 2.5, "as often as each word is near: 7 seconds"


def test_a_word_that_is_much_longer_when_it_is_folded_keeps_no_other_from_being_learnt(
    written, people, spaces, viewer_of
):
    factories.start_thread(people.projects, spaces["public"], text="Bonjour ﷺﷺﷺﷺﷺ à tous.")
    factories.start_thread(people.projects, spaces["public"], text="Une ombrière, enfin.")
    assert learn_next_words() > 0

    assert mended(viewer_of(people.projects), "ombriere solair") != ""
    assert mended(viewer_of(people.projects), "ombirère") == "ombrière"


def test_a_synonym_that_all_sites_have_is_no_mistake_and_mends_one(
    written, people, viewer_of, lucie
):
    SynonymGroup.objects.create(terms="éolien, aérogénérateur", reference="eolien")
    SynonymGroup.objects.create(terms="plaquettes, ultrasecrets")
    reader = viewer_of(people.support)
    assert mended(reader, "aérogénérateur") is None
    assert mended(reader, "aerogenerateru") == "aerogenerateur"
    assert mended(reader, "ultrasecrest") is None
