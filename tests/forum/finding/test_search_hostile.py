"""Whatever is typed: a clear answer, of bounded work, and never an error."""

from dataclasses import replace

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.finding.search import views
from forum.finding.search.search_query import FILTER_NAMES, MAX_WORDS, SearchQuery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]

HOSTILE = {
    "operators": "AND OR NOT NEAR(a b) ( ) & | ! <-> :* " * 300,
    "quotes": '"bois énergie" "eolien',
    "only quotes": '"' * 5000,
    "minus": "- -- -\"\" -*",
    "nul": "bo\0is \0",
    "marks of direction": "\u202ebois\u202c \u200f\u2066énergie\u2069",
    "regular expression": r"(a+)+$ [[:alpha:]]* \bois\b (?i)x{1,9999}",
    "a thousand filters": "sujet:a " * 1000 + "espace:b auteur:c territoire:d mot:e",
    "unknown filters": "a:b:c:d: :::: http://x.fr?a=b sujet: espace:",
    "like": "% _ %_% \\%",
    "quotation marks of SQL": "'; DROP TABLE forum_post; -- 'a'::tsquery",
    "very long word": "é" * 10_000,
    "surrogates": "\ud83d bois \udc00",
    "many alphabets": "Ενέργεια энергия エネルギー طاقة 能源",
    "emoji": "🔥" * 500,
    "combining marks": "e" + "\u0301" * 3000,
    "one letter each": " ".join("abcdefghijklmnopqrstuvwxyz" * 50),
    "prefixes": "a* b* *** c** *d",
    "digits": "1 000 000 000,5.5,5.5 " * 50,
    "hyphens": "a-b-c-" * 500,
}  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_answered(typed, people, thread, browser_of):
    browser = browser_of(people.support)
    typed = typed.encode("utf-8", "surrogatepass")

    for name in ("search", "search-suggestions"):
        assert browser.get(reverse(name), {"q": typed}).status_code == 200


FILTERS = [*FILTER_NAMES, "tri", "page"]
VALUES = ["\0", "%", "9999-99-99", "0000", "é" * 3000, "'\"", "-1", "1e9"]


@pytest.mark.parametrize("value", VALUES)
def test_whatever_a_filter_says_is_answered(value, people, thread, browser_of):
    browser, search = browser_of(people.support), reverse("search")
    answers = {name: browser.get(search, {"q": "chaufferie", name: value}) for name in FILTERS}

    assert {name: it.status_code for name, it in answers.items() if it.status_code != 200} == {}


@pytest.mark.deep
@settings(max_examples=30)
@given(typed=st.text(max_size=80))
def test_any_text_is_a_query_of_bounded_size(typed):
    query = SearchQuery.from_params({"q": typed})

    assert len(query.expression.clauses) <= MAX_WORDS
    assert len(query.expression.excluded) <= MAX_WORDS
    assert SearchQuery.from_params({"q": query.words}).words == query.words


def test_the_beginning_of_a_word_has_two_letters_in_each_piece_of_what_is_typed():
    """One letter would be the beginning of what engines keep beside words."""
    *_before, last = SearchQuery(words="eau/s*").expression.clauses

    assert [one.prefix for it in last for one in it.terms] == [""]
    assert SearchQuery(words="eau/bo*").expression.clauses[-1][0].terms[0].prefix == "bo"


def test_a_flood_is_mailed_until_when(people, thread, browser_of, monkeypatch):
    browser = browser_of(people.support)
    monkeypatch.setattr(views, "_SEARCHES", replace(views._SEARCHES, people="2/10m/user"))

    answers = [browser.get(reverse("search"), {"q": "rien"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Réessayez dans" in answers[2].text
