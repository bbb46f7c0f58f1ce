"""Addresses of people are read in headers, and masked in texts."""

import pytest

from forum.mail.incoming_mail.addresses import (
    MASK,
    authors_of,
    named_address,
    named_addresses,
    without_addresses,
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Marie Dubosc <Marie@Mairie.example>", ("Marie Dubosc", "marie@mairie.example")),
        ('"Dubosc, Marie" <marie@mairie.example>', ("Dubosc, Marie", "marie@mairie.example")),
        ("marie at mairie.example (Marie Dubosc)", ("Marie Dubosc", "marie@mairie.example")),
        ("marie@mairie.example", ("", "marie@mairie.example")),
        ("marie@mairie.example <marie@mairie.example>", ("", "marie@mairie.example")),
        ("Marie <marie@mairie.example>", ("", "marie@mairie.example")),
        ("Marie Dubosc via Tepos <tepos@x.example>", ("Marie Dubosc", "tepos@x.example")),
        (
            '"m@x.example (Marie Dubosc via tepos)" <t@x.example>',
            ("Marie Dubosc", "t@x.example"),
        ),
        ("Marie Dubosc", ("Marie Dubosc", "")),
        ("Dubosc, Marie <marie@mairie.example>", ("Dubosc, Marie", "marie@mairie.example")),
        ("Marie D. [Mairie] <m@x.example>", ("Marie D. [Mairie]", "m@x.example")),
        ("marie (at) mairie.example (Marie)", ("", "marie@mairie.example")),
        ("=?utf-8?q?Marie_=3Cm=40x.example=3E?=", ("Marie", "m@x.example")),
        ("=?utf-8?q?m@x.example?= <m@y.example>", ("", "m@y.example")),
        ("'m@x.example' <m@x.example>", ("", "m@x.example")),
        ("Marie <m@x.example>, Paul <p@x.example>", ("", "")),
    ],
)
def test_a_name_is_told_from_an_address_and_no_address_is_a_name(header, expected):
    assert named_address(header) == expected


@pytest.mark.parametrize(
    ("headers", "addresses"),
    [
        ([], []),
        (["Marie"], [""]),
        (["m@x.example", "Marie <M@X.example>"], ["m@x.example"]),
        (["m@x.example", "Marie"], ["m@x.example", ""]),
        (
            ["m@x.example, p@x.example", "q@x.example"],
            ["m@x.example", "p@x.example", "q@x.example"],
        ),
        (["m@x.example (p@x.example (q@x.example))"], ["m@x.example"]),
        (['"p@x.example" <m@x.example>'], ["m@x.example"]),
        (["p@x.example <m@x.example>"], ["p@x.example", "m@x.example"]),
        (["m@x.example <p@localhost>"], [""]),
        (["a" * 70 + "@x.example"], [""]),
    ],
)
def test_whatever_a_program_may_take_for_an_author_is_one(headers, addresses):
    assert [it.address for it in authors_of(headers)] == addresses


@pytest.mark.parametrize(
    ("header", "people"),
    [
        ("", []),
        ("Marie Dubosc via Tepos <M@x.example>", [("Marie Dubosc", "m@x.example")]),
        (
            '"Dubosc, Marie" <m@x.example>, p@x.example (Paul Riou), q@x.example',
            [("Dubosc, Marie", "m@x.example"), ("Paul Riou", "p@x.example"),
             ("", "q@x.example")],
        ),
        (
            "=?utf-8?q?M=C3=A9lanie_Le_Gall?= <M@x.example>, p@x.example, m@x.example",
            [("", "m@x.example"), ("", "p@x.example")],
        ),
        (
            "Tepos <t@x.example>, =?utf-8?q?M=C3=A9lanie_Le_Gall?= <m@x.example>",
            [("Tepos", "t@x.example"), ("Mélanie Le Gall", "m@x.example")],
        ),
        ("Marie [x <m@x.example>, <p@x.example", [("", "m@x.example"), ("", "p@x.example")]),
    ],
)  # fmt: skip
def test_of_several_whom_a_header_names_each_has_their_own_name(header, people):
    assert named_addresses(header) == people


@pytest.mark.parametrize(
    "words",
    [
        "marie@mairie.example", "<marie.dubosc@mairie.example>", "mailto:m@mairie.example",
        "marie (at) mairie.example", "marie [at] mairie [dot] example", "m AT mairie.example",
        "marie(arobase)mairie.example", "marie%40mairie.example", "m.d+l@sous.mairie.example",
    ],
)  # fmt: skip
def test_addresses_in_texts_are_masked_however_they_are_written(words):
    shown = without_addresses(f"Écrivez à {words}, ou passez.")

    assert shown == f"Écrivez à {MASK}, ou passez."


def test_what_is_no_address_stays():
    text = "Voir https://exemple.fr/@tepos et venez @ midi, at 10.30 chez nous."

    assert without_addresses(text) == text


@pytest.mark.parametrize("own", ["marie@mairie.example", "Marie@Mairie.Example"])
def test_of_addresses_ones_own_may_stay_and_none_that_resembles_it(own):
    text = "De <marie@mairie.example>, a-marie@mairie.example et paul@mairie.example"

    assert without_addresses(text, own) == f"De <marie@mairie.example>, {MASK} et {MASK}"
