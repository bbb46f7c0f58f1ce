"""When two words are the same for search: one answer for both databases."""

import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.base.search_index.analysis import clean, stems_of, streams_of, words_of
from forum.base.search_index.stem_text import StemText
from forum.base.search_index.terms import phrase_clause, shortest, term


def meets(typed, text):
    """Whether each word of ``typed`` is one of ``text``, in one of its forms."""
    held, asked = streams_of(text), [term(it.word) for it in words_of(clean(typed))]
    words = {*held.stems.split(), *held.folded_stems.split()}
    return bool(asked) and all(words.intersection(it.forms) for it in asked)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("réseaux", "le réseau de chaleur"),
        ("chauffer", "le chauffage de l’école"),
        ("chauffages", "chauffer au bois"),
        ("stocker", "le stockage du bois"),
        ("travaux", "un travail d’hiver"),
        ("rénover", "la rénovation des bâtiments"),
        ("éoliennes", "un parc éolien"),
        ("chaudiere", "une chaudière"),
        ("CHAUDIÈRE", "des chaudières"),
        ("ecole", "l’école du bourg"),
        ("oeuvre", "mise en œuvre"),
        ("œuvre", "maitrise d'oeuvre"),
        ("energie", "l’énergie"),
        ("énergie", "d'énergie"),
        ("Mesnil Argance", "Le Mesnil-Argance"),
        ("bois énergie", "la filière bois-énergie"),
        ("photovoltaïque", "des panneaux photo-voltaïques"),
        ("100 kWc", "une toiture de 100\u00a0kWc"),
        ("100kwc", "100\u202fkWc"),
        ("2,4 MW", "2.4 MW"),
        ("1000 habitants", "1\u202f000 habitants"),
        ("1 000", "1000"),
        ("PCAET", "le P.C.A.E.T. du pays"),
        ("zaer", "les ZAER"),
        ("plui", "le PLUi"),
        ("co2", "des tonnes de CO₂"),
        ("m2", "120 m²"),
        ("aujourd’hui", "aujourd'hui"),
        ("territoire", "terri\u00adtoires"),
        ("ecole", "l’e\u0301cole"),
        ("heating network", "The heating networks of the villages"),
    ],
)
def test_words_meet_whatever_their_spelling_and_endings(typed, text):
    assert meets(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("village", "la ville"),
        ("paysage", "le pays"),
        ("message", "la messe"),
        ("avantage", "avant"),
        ("personnage", "une personne"),
        ("2,4", "24 et 2 à 4"),
        ("100", "1\u202f000"),
        ("éolien", "l’énergie"),
        ("ZAER", "une ZA"),
    ],
)
def test_words_that_only_look_alike_do_not_meet(typed, text):
    assert not meets(typed, text)


def test_little_words_are_left_out():
    assert [it.word for it in words_of("Comment financer une chaufferie pour l’école ?")] == [
        "financer", "chaufferie", "école",
    ]  # fmt: skip


def test_words_say_where_they_stand():
    text = clean("L’énergie, c’est 2,4 MW !")

    assert [text[it.start : it.end] for it in words_of(text)] == ["énergie", "2,4", "MW"]


@given(st.text(max_size=300))
def test_the_databases_are_given_nothing_but_plain_words(text):
    stems, folded = streams_of(text)
    words = f"{stems} {folded}".split()

    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert len(stems.split()) == len(folded.split())


def test_stems_are_those_that_documents_of_this_version_were_made_by():
    """Where this fails, searches miss what is indexed: raise VERSION, keep FORMER_STEMS."""
    words = "chaudières chauffage éoliennes rénovation territoires énergies travaux pluviaux"

    assert [stems_of(word) for word in words.split()] == [
        ("chaudi", "chaudier"), ("chauff", "chauff"), ("eolien", "eolien"),
        ("renov", "renov"), ("territoir", "territoir"), ("energ", "energ"),
        ("travail", "travail"), ("pluvial", "pluvial"),
    ]  # fmt: skip


def test_of_a_long_word_no_more_is_kept_than_its_beginning():
    words = ["".join(chr(0x10400 + (n >> it & 1)) for it in range(12)) for n in range(40)]
    tracemalloc.start()
    try:
        for word in words:
            assert len(list(words_of(word * 3_000))) == 1
        kept, _most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert kept < 2_000_000, "36,000 letters of each: 5.8 MB"


def synonym(typed):
    """The alternative that a synonym is."""
    (alternative,) = phrase_clause(typed)
    return replace(alternative, weight=0.8)


CLAUSE = (
    *phrase_clause("chaleur"), synonym("vague de chaleur"), synonym("canicule"),
    replace(synonym("chaleur bois"), is_ordered=False), synonym("bois énergie"),
)  # fmt: skip


def test_a_synonym_that_stands_only_with_the_word_typed_is_not_asked_for():
    assert shortest(CLAUSE) == (CLAUSE[0], CLAUSE[2], CLAUSE[4])
    heavier = (synonym("chaleur"), *phrase_clause("vague de chaleur"))
    assert shortest(heavier) == heavier


WORDS = "une", "vague", "de", "chaleur", "bois", "énergie", "canicule"


@given(st.lists(st.sampled_from(WORDS)))
def test_without_it_a_text_has_as_much_of_what_is_asked(words):
    text = StemText(*streams_of(" ".join(words)))
    assert text.count(shortest(CLAUSE)) == text.count(CLAUSE)
