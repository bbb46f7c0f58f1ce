"""Territories are found by what people type."""

import pytest
from django.urls import reverse

from accounts.models import Territory
from accounts.territories.search import search_territories
from accounts.territories.search_keys import build_key, search_words
from tests.accounts.territory_helpers import names, territory

ODD = ["\0", "\x07abc", "%", "_", "\\", "é" * 5000, "x " * 3000, "' OR 1=1 --", "²½", "|", "​"]


def test_a_territory_is_found_by_the_beginnings_of_its_words(france):
    for typed in (
        "thouarsais", "THOUARSAIS", "cc du thouarsais", "CC de Thouarsais", "thou",
        "79 thouars", "communauté de communes du Thouarsais", "deux sèvres thouarsais",
        "  thouarsais  ",
    ):  # fmt: skip
        assert "CC du Thouarsais" in names(typed), typed


def test_accents_apostrophes_and_the_spelling_of_saint_do_not_matter(france):
    for typed, name in [
        ("val d'ille", "CC Val d’Ille-Aubigné"),
        ("val d’ille", "CC Val d’Ille-Aubigné"),
        ("val d ille", "CC Val d’Ille-Aubigné"),
        ("dille", "CC Val d’Ille-Aubigné"),
        ("ille", "CC Val d’Ille-Aubigné"),
        ("saint brieuc", "CA Saint-Brieuc Armor Agglomération"),
        ("St-Brieuc", "CA Saint-Brieuc Armor Agglomération"),
        ("ste brieuc", "CA Saint-Brieuc Armor Agglomération"),
        ("saint etienne met", "Saint-Étienne Métropole"),
        ("ernee", "CC de l’Ernée"),
        ("lernee", "CC de l’Ernée"),
        ("L'ERNÉE", "CC de l’Ernée"),
        ("cœur haute lande", "CC Coeur Haute Lande"),
    ]:
        assert name in names(typed), typed


def test_a_name_that_begins_so_comes_first_then_the_populous(france):
    assert names("pays de me")[0] == "CA du Pays de Meaux"
    assert names("cc du sud")[0] == "CC du Sud"
    assert names("lyon")[0] == "Métropole de Lyon"
    assert names("mauges")[0] == "CA Mauges Communauté"
    found = [one.population for one in search_territories("cc du pays")]
    assert found == sorted(found, reverse=True)


def test_what_bears_a_name_comes_before_what_lies_in_such_a_department(france):
    assert names("d'ille")[0] == "CC Val d’Ille-Aubigné"
    assert "Rennes Métropole" in names("d'ille")


def test_what_is_no_word_finds_nothing_and_breaks_nothing(france):
    for typed in ["", "   ", "'", "!?", "’ -", "\0", "%", "_", "|"]:
        assert names(typed) == [], typed
    for typed in ODD:
        assert len(names(typed)) <= 12, typed


@pytest.mark.deep
def test_every_official_territory_is_found_by_its_own_name(france):
    missed = [
        one.name
        for one in Territory.objects.all()
        if one.pk not in {found.pk for found in search_territories(one.name, most=4)}
    ]

    assert missed == []


@pytest.mark.parametrize("instead", ["", " "])
def test_every_official_territory_is_found_without_its_apostrophes(france, instead):
    spelled = Territory.objects.filter(name__contains="’")
    missed = [
        one.name
        for one in spelled
        if one.pk
        not in {found.pk for found in search_territories(one.name.replace("’", instead), 4)}
    ]

    assert len(spelled) > 100 and missed == []


def test_what_an_apostrophe_parts_is_found_by_its_beginning_joined_or_split(france):
    for typed, name in [
        ("presquile crozon", "CC Presqu’île de Crozon-Aulne maritime"),
        ("presqu'ile crozon", "CC Presqu’île de Crozon-Aulne maritime"),
        ("presqu ile crozon", "CC Presqu’île de Crozon-Aulne maritime"),
        ("entrallier", "CC Entr’Allier Besbre et Loire"),
        ("mondarv", "CC Mond’Arverne Communauté"),
        ("fiumorbu", "CC de Fium’Orbu Castellu"),
        ("l'oise", "CC du Val de l’Oise"),
        ("loise", "CC du Val de l’Oise"),
        ("oise", "CC du Val de l’Oise"),
    ]:
        assert name in {one.name for one in search_territories(typed, 40)}, typed


def test_joining_words_are_not_asked_for_once_another_word_is():
    assert search_words("cc de la haute") == ["cc", "haute"]
    assert search_words("pays de la") == ["pays", "la"]
    assert " saint" in build_key(["Ste-Anne"]) and " st" in build_key(["Saint-Anne"])


def test_the_search_answers_options_of_a_list_to_anyone_in_little(client, france):
    for typed in ("e", "cc", "communaute de communes du pays", "saint"):
        answer = client.get(reverse("territory-search"), {"q": typed})
        assert answer.status_code == 200
        assert 0 < answer.text.count('role="option"') <= 12
        assert len(answer.content) <= 10_000


def test_an_odd_search_is_answered(client, france):
    for typed in ODD:
        assert client.get(reverse("territory-search"), {"q": typed}).status_code == 200


def test_names_are_escaped(client, db):
    territory("Pays <b>gras</b>")

    answer = client.get(reverse("territory-search"), {"q": "pays gras"})

    assert "&lt;b&gt;gras" in answer.text
