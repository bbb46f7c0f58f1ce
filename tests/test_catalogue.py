"""The interface is French in the source and complete in English."""

import re

import pytest
from babel.messages import Catalog
from django.utils import translation

from tests.catalogue import (
    FRENCH,
    PO,
    compile_catalogue,
    english_faults,
    extract,
    french_faults,
    french_plurals,
    read_catalogue,
    texts,
)

PLACEHOLDERS = re.compile(r"%(?:\(\w+\))?[sd]")


@pytest.fixture(scope="module")
def said():
    """What the source says."""
    return [m for m in extract() if m.id]


@pytest.fixture(scope="module")
def answered():
    """What the catalogue answers, by what is said and its context."""
    return {(m.id, m.context): m for m in read_catalogue() if m.id}


def test_the_source_says_something(said):
    assert len(said) > 200


def test_every_message_of_the_source_has_its_english(said, answered):
    missing = [
        m.id
        for m in said
        if (m.id, m.context) not in answered or not all(texts(answered[m.id, m.context].string))
    ]

    assert missing == []


def test_the_catalogue_keeps_nothing_that_the_source_no_longer_says(said, answered):
    assert answered.keys() - {(m.id, m.context) for m in said} == set()


def test_the_english_has_one_word_for_the_animators_and_for_the_second_factor(answered):
    others = re.compile(r"facilitat|double protection|code application", re.IGNORECASE)
    found = [t for m in answered.values() for t in texts(m.string) if others.search(t)]

    assert found == []


def test_no_translation_is_a_guess(answered):
    assert [m.id for m in answered.values() if m.fuzzy] == []


def test_french_is_set_as_french_is(said):
    assert french_faults(said) == []


def test_english_is_set_as_english_is(answered):
    assert english_faults(answered.values()) == []


@pytest.mark.parametrize(
    "text",
    ["À voir : ceci", "Vraiment ?", "Vraiment\u00a0?", "« mot\u00a0»", "5 Mo au plus", "n° 4",
     "nº 4", "L'avis", "- un point", "Le siège de %(who)s", "Il dit que %(name)s vient"],
)  # fmt: skip
def test_each_fault_of_french_is_found(text):
    catalogue = Catalog(locale="fr")
    catalogue.add(text, locations=[("here.html", None)])
    assert french_faults(catalogue) == [f"here.html: {text}"]


@pytest.mark.parametrize("text", ["See\u00a0: this", "Really\u202f?", "«\u00a0word\u00a0»"])
def test_each_fault_of_english_is_found(text):
    catalogue = Catalog(locale="en")
    catalogue.add("mot", string=text)
    assert english_faults(catalogue) == [text]


def test_translations_keep_the_placeholders(answered):
    def named(said):
        return set().union(*(PLACEHOLDERS.findall(text) for text in texts(said)))

    odd = [m.id for m in answered.values() if named(m.id) != named(m.string)]
    assert odd == []


def test_what_is_served_is_what_is_written():
    assert PO.with_suffix(".mo").read_bytes() == compile_catalogue(read_catalogue())


def test_french_counts_as_french_does():
    assert FRENCH.read_bytes() == compile_catalogue(french_plurals(read_catalogue()))
    with translation.override("fr"):
        one, many = "%(n)s question", "%(n)s questions"
        shown = {n: translation.ngettext(one, many, n) for n in (0, 1, 2)}
    assert shown == {0: one, 1: one, 2: many}


@pytest.mark.parametrize(("code", "word"), [("fr", "Sans réponse"), ("en", "Unanswered")])
def test_the_language_asked_for_is_the_one_given(code, word):
    from forum.finding.lists.listing import VIEWS

    with translation.override(code):
        assert str(VIEWS["sans-reponse"]) == word
