"""Figures as one types them are read right, or asked about; none is guessed."""

import time
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.library.sheets.quantities.reading import MAX_LENGTH, read_quantity
from forum.library.sheets.quantities.units import Dimension
from tests.forum.library.sheets.quantity_cases import cases

#: Dimensions whose figures are counted by the year in these cases.
YEARLY = {"energy", "carbon", "energy_of_area"}
CASES = list(cases())


def read(typed, dimension=Dimension.ENERGY):
    return read_quantity(typed, Dimension(dimension), is_yearly=dimension in YEARLY)


def test_there_are_two_hundred_cases():
    assert len(CASES) >= 200 and len(set(map(str, CASES))) == len(CASES)


@pytest.mark.parametrize(("dimension", "typed", "amounts", "is_asked"), CASES)
def test_what_is_typed_is_right_or_asked_about(dimension, typed, amounts, is_asked):
    reading = read(typed, dimension)

    assert (reading.quantity is None) == is_asked, reading
    assert bool(reading.question) == is_asked
    found = reading.choices if is_asked else [reading.quantity]
    assert [one.amount for one in found] == [Decimal(one) for one in amounts]


@pytest.mark.parametrize("case", [it for it in CASES if it[3] and len(it[2]) > 0], ids=str)
def test_a_choice_answers_the_question_and_another_key_does_not(case):
    dimension, typed, *__ = case
    reading = read(typed, dimension)

    for choice in reading.choices:
        assert reading.answered(choice.key).quantity == choice
    assert reading.answered("17.5") is reading


@pytest.mark.parametrize(
    ("typed", "tax"),
    [("12 € HT", "ht"), ("12 € H.T.", "ht"), ("12 € TTC", "ttc"), ("12 €", ""),
     ("12 € hors taxes", "ht"), ("12 EUR incl. VAT", "ttc")],
)  # fmt: skip
def test_the_tax_that_is_said_is_kept(typed, tax):
    assert read(typed, Dimension.MONEY).quantity.tax == tax


@pytest.mark.parametrize(
    ("typed", "dimension", "question"),
    [("1.234 MWh", "energy", "1.234 MWh : 1,234 ou 1 234 ?"),
     ("3 mW", "power", "3 mW : voulez-vous dire 3 MW ?"),
     ("450 kWh de trop", "energy", "« trop » a sa place dans la note"),
     ("12 MWh", "power", "12 MWh : on demande ici une puissance.")],
)  # fmt: skip
def test_the_question_says_what_was_understood(typed, dimension, question):
    words = read(typed, dimension).question

    assert question in words.replace("\u202f", " ").replace("\u00a0", " ")


def test_numbers_are_said_as_the_reader_writes_them():
    with translation.override("en"):
        assert str(read("1234,5 MWh").quantity) == "1,234.5\u00a0MWh"
    assert str(read("1234,5 MWh").quantity) == "1\u202f234,5\u00a0MWh"


HOSTILE = [
    "9" * 10_000, "9**9**9", "1" + " 000" * 5000, "1" + "0" * 59, "1." * 30, "1 " * 30,
    "\u202e12 MWh", "12\x00 MWh", "12\u200b MWh", "1e999999999 kWh", "9" * 59 + "e9",
    "((((((((((1 MWh", "1" + "/" * 58, "1 " + "par " * 14, "1" + "." * 58, "\ud800 1 kWh",
    "½" * 60, "ﷺ" * 60, "1 " + "ﷺ" * 58, "٣" * 60, "１" * 60, "🅰1🅱", "1 kWh\n\n\n2 kWh", "",
    " " * 60, "-" * 60, "NaN kWh", "Infinity", "0x10 kWh", "1_000 kWh", "\\d+ kWh", "é" * 60,
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_is_asked_about_in_a_moment(typed):
    begun = time.process_time()
    readings = [read(typed, one) for one in Dimension]

    assert time.process_time() - begun < 2
    assert all(one.quantity is None and one.question for one in readings)
    assert all(len(one.question) < 600 for one in readings)


@pytest.mark.deep
@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=MAX_LENGTH),
        st.text("0123456789 .,'-/€kMWhactépnCO²()~", max_size=MAX_LENGTH),
    ),
    st.sampled_from(list(Dimension)),
)
def test_whatever_is_typed_has_a_quantity_or_a_question(typed, dimension):
    reading = read(typed, dimension)

    assert (reading.quantity is None) == bool(reading.question)
    for one in [*reading.choices, *filter(None, [reading.quantity])]:
        assert one.amount >= 0 and one.unit.dimension == dimension


def test_a_unit_of_marks_alone_is_asked_about():
    reading = read_quantity("3 \u0301", Dimension.MONEY)

    assert reading.quantity is None and reading.question
