"""Which names may be the same organisation's, tried on the official list of groupings."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from accounts.base.text import fold
from accounts.organisations.namesakes import COMMON_WORDS, is_generic, is_namesake, parse_name

OFFICIAL = Path(settings.BASE_DIR) / "forum/site/reference_data/data/epci.csv"


@pytest.fixture(scope="module")
def official():
    """(short name, long name) of each grouping, folded."""
    with OFFICIAL.open() as file:
        return [(fold(row["name"]), fold(row["name_long"])) for row in csv.DictReader(file)]


def alike(one, other):
    return is_namesake(fold(one), fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Commune de Lavaldens", "Commune de Villebois"),
        ("Commune de Saint-Malo", "Commune de Saint-Brieuc"),
        ("CC du Pays de Retz", "CC du Pays de Rohan"),
        ("CC du Val de Gray", "CC du Val de Drôme"),
        ("Syndicat d’énergie de la Loire", "Syndicat d’énergie de la Meuse"),
        ("Association Énergies citoyennes", "Association Énergies renouvelables"),
        ("SAS Soleil du Mené", "SAS Soleil du Trégor"),
        ("Réseau Territoires", "Territoires d’énergie du Mené"),
    ],
)
def test_words_that_many_names_share_make_no_namesakes(one, other):
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mairie de Lavaldens", "Commune de Lavaldens"),
        ("Ville de Saint Malo", "Commune de Saint-Malo"),
        ("Commune de Lavaldans", "Commune de Lavaldens"),
        ("Comunauté de comunes du pays de rohan", "CC du Pays de Rohan"),
        ("Rohan, pays", "Pays de Rohan"),
        ("Trifouilles", "Commune de Trifouilles-les-Oies"),
        ("Commune de Die", "Mairie de Die"),
        ("Val de Loire", "CC du Val de Loire"),
        ("Énergies citoyennes", "Réseau régional Énergies citoyennes"),
        ("Énergie citoyenne", "Énergies citoyennes en Pays de Vilaine"),
    ],
)
def test_the_same_organisation_written_otherwise_is_a_namesake(one, other):
    assert alike(one, other) and alike(other, one)


def test_every_official_name_is_known_by_its_short_and_its_long_form(official):
    assert [names for names in official if not is_namesake(*names)] == []


def test_a_letter_left_out_of_an_official_name_seldom_hides_it(official):
    missed = 0
    for _short, name in official:
        word = max(parse_name(name).words, key=len, default="")
        missed += not is_namesake(name, name.replace(word, word[:2] + word[3:]))
    assert missed / len(official) < 0.03


def test_different_official_names_resemble_each_other_only_by_what_tells_them_apart(official):
    names = [short for short, _long in official]
    some = names[::10]
    namesakes = sum(is_namesake(one, other) for one in some for other in names) - len(some)
    assert namesakes / len(some) < 1


def test_the_common_words_are_those_of_five_or_more_official_names(official):
    counts = Counter(
        word for _short, name in official for word in {*parse_name(name).words} if len(word) > 1
    )
    assert {word for word, number in counts.items() if number >= 5} == COMMON_WORDS


@pytest.mark.parametrize(
    "name", ["Commune", "La mairie", "Communauté de communes", "Parc naturel régional", "SCIC"]
)
def test_a_name_that_says_only_what_an_organisation_is_is_generic(name):
    assert is_generic(fold(name))


def test_no_official_name_is_generic_nor_one_that_says_what_it_is_about(official):
    assert [names for names in official if is_generic(names[0]) or is_generic(names[1])] == []
    for name in ("Énergies citoyennes", "Villes et Territoires", "Commune de Die", "Δήμος"):
        assert not is_generic(fold(name)), name
