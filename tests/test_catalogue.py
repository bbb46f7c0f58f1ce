"""The interface is French in the source and complete in English."""

import re

import pytest
from django.utils import translation

from tests.catalogue import (
    FRENCH,
    PO,
    compile_catalogue,
    extract,
    french_plurals,
    loose_signs,
    read_catalogue,
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


def strings(message):
    """One or more strings: singular and plural."""
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def ids(message):
    return message.id if isinstance(message.id, tuple | list) else (message.id,)


def test_the_source_says_something(said):
    assert len(said) > 200


def test_every_message_of_the_source_has_its_english(said, answered):
    missing = [
        m.id
        for m in said
        if (m.id, m.context) not in answered or not all(strings(answered[m.id, m.context]))
    ]

    assert missing == []


def test_the_catalogue_keeps_nothing_that_the_source_no_longer_says(said, answered):
    assert answered.keys() - {(m.id, m.context) for m in said} == set()


def test_no_translation_is_a_guess(answered):
    assert [m.id for m in answered.values() if m.fuzzy] == []


def test_no_french_sign_stands_after_a_space_where_a_line_may_break(said):
    assert loose_signs(said) == []


def test_translations_keep_the_placeholders(answered):
    def named(texts):
        return set().union(*(PLACEHOLDERS.findall(text) for text in texts))

    odd = [m.id for m in answered.values() if named(ids(m)) != named(strings(m))]
    assert odd == []


def test_what_is_served_is_what_is_written():
    assert PO.with_suffix(".mo").read_bytes() == compile_catalogue(read_catalogue())


def test_french_counts_as_french_does():
    assert FRENCH.read_bytes() == compile_catalogue(french_plurals(read_catalogue()))
    with translation.override("fr"):
        said = {n: translation.ngettext("réponse", "réponses", n) for n in (0, 1, 2)}
    assert said == {0: "réponse", 1: "réponse", 2: "réponses"}


@pytest.mark.parametrize(("code", "word"), [("fr", "Sans réponse"), ("en", "Unanswered")])
def test_the_language_asked_for_is_the_one_given(code, word):
    from forum.lists.listing import VIEWS

    with translation.override(code):
        assert str(VIEWS["sans-reponse"]) == word
