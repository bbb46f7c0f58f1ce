"""The passage of a post that a search shows: at words, around most of what is searched for."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.base.search_index.analysis import clean, is_english, stems_of, words_of
from forum.finding.search.passages import LENGTH, Highlighter
from forum.finding.search.search_query import SearchQuery

FILL = "Nous avons parlé de choses et d’autres pendant toute la réunion. "


@pytest.fixture
def passage():
    """The passage of a text for some words, and its text without marks."""

    def passage(words, text):
        html = Highlighter(SearchQuery(words=words).expression).passage(text)
        return html, re.sub(r"</?mark>", "", html)

    return passage


def test_a_short_text_is_its_own_passage(passage):
    html, text = passage("chaudière", "Une chaudière à bois.")

    assert html == "Une <mark>chaudière</mark> à bois." and text == "Une chaudière à bois."


@pytest.mark.parametrize("before", [0, 1, 9])
@pytest.mark.parametrize("after", [0, 1, 9])
def test_of_a_long_text_it_is_the_part_that_is_searched_for_cut_at_words(
    passage, before, after
):
    whole = FILL * before + "La chaudière à bois chauffe l’école. " + FILL * after
    html, text = passage("chaudière école", whole)

    assert "<mark>chaudière</mark>" in html and "<mark>école</mark>" in html
    assert len(text) <= LENGTH + 2
    shown = text.strip("…")
    at = whole.index(shown)
    assert at == 0 or whole[at - 1] == " "
    end = at + len(shown)
    assert end == len(whole) or not (whole[end - 1].isalnum() and whole[end].isalnum())
    assert text.startswith("…") == (at > 0)
    assert text.endswith("…") == bool(whole[end:].strip(" .,"))


def test_where_words_stand_apart_it_is_where_most_of_them_are(passage):
    text = "Le bois. " + FILL * 8 + "Le bois de la chaudière, pour l’école. " + FILL * 8
    html, _text = passage("chaudière bois école", text)

    assert re.findall(r"<mark>(\w+)</mark>", html) == ["bois", "chaudière", "école"]


def test_where_nothing_of_it_is_found_it_is_the_beginning(passage):
    html, text = passage("éolienne", FILL * 9)

    assert "<mark>" not in html and text.startswith("Nous avons parlé")
    assert text.endswith("…")


def test_what_is_written_as_html_is_shown_as_written(passage):
    html, _text = passage("bois", "<b>bois</b> & <script>")

    assert html == "&lt;b&gt;<mark>bois</mark>&lt;/b&gt; &amp; &lt;script&gt;"


@pytest.mark.no_cover  # What notes lines would be timed, too.
def test_a_word_again_and_again_takes_no_longer_than_any_text(passage):
    begun = process_time()
    for _ in range(20):
        html, text = passage("3", "3 " * 10_000)

    assert process_time() - begun < 2
    assert text.endswith("3…") and html.count("<mark>3</mark>") == text.count("3") > 100


def test_beyond_what_is_looked_through_a_text_goes_on(passage):
    whole = "eau " * 200 + FILL * 9
    html, text = passage("eau", whole)

    assert html.count("<mark>") == text.count("eau") and text.endswith("eau…")


def test_a_word_longer_than_a_passage_is_passed_over(passage):
    html, _text = passage(
        "chaudière xx*", f"{'x' * 300} {FILL * 3} La chaudière à bois. {FILL}"
    )

    assert "<mark>chaudière</mark>" in html


WORDS = st.sampled_from([
    "chaudière", "chaudieres", "CHAUDIÈRE", "bois", "œuvre", "oeuvre", "1\u202f000", "1000",
    "2,4", "P.C.A.E.T.", "pcaet", "l’eau", "d’eau", "eaux", "the", "heating", "heat",
    "chauffage", "chauffer", "travaux", "travail", "été", "ete", "\u0441haleur", "chaleur",
    "a\u0301ge", "photo-voltaïque", "photovoltaïque", "et", ";", ".", "«",
])  # fmt: skip


@given(st.lists(WORDS, max_size=30).map(" ".join), st.lists(WORDS, min_size=1, max_size=3))
def test_what_is_marked_is_each_word_that_has_one_of_the_stems(text, asked):
    highlighter = Highlighter(SearchQuery(words=" ".join(asked)).expression)
    forms, in_english = highlighter._forms, is_english(clean(text))
    expected = [
        clean(text)[word.start : word.end]
        for word in words_of(clean(text))
        if forms.intersection(stems_of(word.word, is_english=in_english))
    ]

    assert re.findall("<mark>(.*?)</mark>", highlighter.marked(text)) == expected
