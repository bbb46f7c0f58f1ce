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

SAID = [m for m in extract() if m.id]
ANSWERED = {(m.id, m.context): m for m in read_catalogue() if m.id}
PLACEHOLDERS = re.compile(r"%(?:\(\w+\))?[sd]")


def strings(message):
    """One or more strings: singular and plural."""
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def ids(message):
    return message.id if isinstance(message.id, tuple | list) else (message.id,)


def test_the_source_says_something():
    assert len(SAID) > 200


def test_every_message_of_the_source_has_its_english():
    missing = [
        m.id
        for m in SAID
        if (m.id, m.context) not in ANSWERED or not all(strings(ANSWERED[m.id, m.context]))
    ]

    assert missing == []


def test_the_catalogue_keeps_nothing_that_the_source_no_longer_says():
    assert ANSWERED.keys() - {(m.id, m.context) for m in SAID} == set()


def test_no_translation_is_a_guess():
    assert [m.id for m in ANSWERED.values() if m.fuzzy] == []


def test_no_french_sign_stands_after_a_space_where_a_line_may_break():
    assert loose_signs(SAID) == []


def test_translations_keep_the_placeholders():
    def named(texts):
        return set().union(*(PLACEHOLDERS.findall(text) for text in texts))

    odd = [m.id for m in ANSWERED.values() if named(ids(m)) != named(strings(m))]
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
