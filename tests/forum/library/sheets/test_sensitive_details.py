"""What in a text is pointed out to its author before all read it."""

from time import perf_counter

import pytest

from forum.library.sheets.sensitive_details import MAX_DETAILS, sensitive_details

FOUND = {
    "Cela a coûté 12 500 € HT, et 45 €/MWh.": ["12 500 € HT", "45 €/MWh"],
    "Le lot est à 450 k€": ["450 k€"],
    "12\u202f500\u00a0€ en tout": ["12 500 €"],
    "Il a fallu 12,5 millions d’euros.": ["12,5 millions d’euros"],
    "€450k, says the offer": ["€450k"],
    "3 M€ puis 250 000 euros TTC": ["3 M€", "250 000 euros TTC"],
    "Vendu 45 centimes par kWh.": ["45 centimes"],
    "dès 10 ct/kWh": ["10 ct/kWh"],
    "12 keur": ["12 keur"],
    "Marché de 450 000 HT.": ["450 000 HT"],
    "20 dollars": ["20 dollars"],
    "Écrire à odile.martin@mairie-ombre.fr.": ["odile.martin@mairie-ombre.fr"],
    "au 02 96 12 34 56, ou 02.96.12.34.57": ["02 96 12 34 56", "02.96.12.34.57"],
    "+33 (0)2 96 12 34 56 ou 0033296123457": ["+33 (0)2 96 12 34 56", "0033296123457"],
    "En Belgique : +32 2 123 45 67": ["+32 2 123 45 67"],
    "Odile, 0612345678 (45 €)": ["0612345678", "45 €"],
}
NOT_FOUND = [
    "En 2024, 300 logements et 12 MW sur 1 200 m².",
    "SIRET 123 456 789 01234",
    "Le 01/02/2024 à 12 h 30, nº 3",
    "Dix-sept centres et 10 eurorégions",
    "2024-01-02 03 04 05 06",
    "La version 1.2.3, à 98 %",
    "@jeanne en parle ; voir le message nº 12",
]


@pytest.mark.parametrize(("text", "words"), FOUND.items())
def test_amounts_addresses_and_telephone_numbers_are_pointed_out(text, words):
    assert [one.words for one in sensitive_details(text)] == words


@pytest.mark.parametrize("text", NOT_FOUND)
def test_years_quantities_dates_and_numbers_of_other_things_are_not(text):
    assert sensitive_details(text) == []


def test_each_kind_is_named_and_each_detail_is_pointed_out_once():
    text = "45 € : odile@mairie.fr, 02 96 12 34 56"
    found = sensitive_details(text, text)

    assert [one.kind for one in found] == ["money", "email", "phone"]


def test_a_table_of_prices_is_pointed_out_as_far_as_twenty():
    assert len(sensitive_details("\n".join(f"{n} €" for n in range(500)))) == MAX_DETAILS


@pytest.mark.parametrize(
    "text",
    [
        "1 x cent ", "1€ ", "a@", "a", "1", "01 ", "+1 1 1 1 1 1 1 1 ", "a.", "1 k", "06-12",
        "1 centurie ", "\ufdfa", "( ", "1€/a/a/a ", "1 ht ", "€ ", "1" + " " * 90 + "€",
    ],
)  # fmt: skip
def test_a_hostile_text_is_read_in_a_moment(text):
    hostile = (text * 40_000)[:40_000] + "@"
    began = perf_counter()
    sensitive_details(hostile)

    assert perf_counter() - began < 2
