"""Sheets by size, cost and years: the same choice in their list and for their figures."""

import random
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import GUEST
from forum.base import visibility
from forum.conversation.threads.models import Post, Thread
from forum.library.sheets.comparison.filters import ComparisonFilters
from forum.library.sheets.comparison.queries import comparison_of
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.filters import COSTS, SIZES, SheetFilters
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.selection import sheets_page
from tests.factories import AUTHORITIES, PROJECTS

pytestmark = pytest.mark.django_db
LIST, FIGURES = reverse("sheets"), reverse("sheet-figures")


@pytest.fixture
def titles(viewer_of):
    """What a person is shown for a query: the same on both pages, by title."""

    def titles(person, query="", x="investment"):
        viewer, params = viewer_of(person), QueryDict(query)
        page = sheets_page(viewer, SheetFilters.from_query(params))
        compared = comparison_of(viewer, ComparisonFilters.from_query(params))
        assert compared.count == len(page.rows), query
        return sorted(one.thread.title for one in page.rows)

    return titles


def test_a_cost_chooses_by_what_was_invested_with_or_without_vat(sheet_of, titles, claire):
    for title, amount, tax in [
        ("Une borne", 99_999, "ht"), ("Un toit", 100_000, "ttc"), ("Un réseau", 999_999, "ht"),
        ("Une centrale", 1_000_000, "none"), ("Un parc", 5_000_000, "ttc"),
    ]:  # fmt: skip
        sheet_of(title=title, tax=tax, investment=amount)
    sheet_of(title="Un animateur", aid=200_000, running_cost=200_000)

    assert titles(claire, "cout=moins-de-100k") == ["Une borne"]
    assert titles(claire, "cout=100k-1m") == ["Un réseau", "Un toit"]
    assert titles(claire, "cout=1m-5m") == ["Une centrale"]
    assert titles(claire, "cout=plus-de-5m") == ["Un parc"]
    assert len(titles(claire)) == 6


def test_a_figure_that_nobody_has_understood_is_in_no_cost(sheet_of, titles, claire):
    sheet = sheet_of(investment=50_000)
    SheetFigure.objects.filter(sheet=sheet).update(amount=None)

    assert [titles(claire, f"cout={one}") for one in COSTS] == [[], [], [], []]


def test_a_size_is_of_the_inhabitants_that_the_sheet_says(sheet_of, titles, claire):
    for population in (1_999, 2_000, 10_000, 50_000, None):
        sheet_of(title=f"Chez {population}", population=population)

    found = {one: titles(claire, f"taille={one}") for one in SIZES}
    assert list(found.values()) == [
        ["Chez 1999"],
        ["Chez 2000"],
        ["Chez 10000"],
        ["Chez 50000"],
    ]


def test_years_are_of_being_put_into_service_the_last_one_whole(sheet_of, titles, claire):
    for commissioned in ("2021", "2022-12", "2023", "2023-12", "2024-01", ""):
        sheet_of(title=f"En {commissioned}", commissioned=commissioned)

    assert titles(claire, "depuis=2023") == ["En 2023", "En 2023-12", "En 2024-01"]
    assert titles(claire, "jusqu=2022") == ["En 2021", "En 2022-12"]
    between = ["En 2022-12", "En 2023", "En 2023-12"]
    assert titles(claire, "depuis=2022&jusqu=2023") == between
    assert titles(claire, "depuis=2023&jusqu=2022") == between, "the wrong way round"


@pytest.mark.parametrize(
    "query",
    ["cout=1", "cout=%00&taille=énorme", "depuis=23&jusqu=²²²²", "depuis=9999&jusqu=demain"],
)
def test_what_is_no_cost_size_or_year_chooses_nothing(
    query, sheet_of, titles, claire, browser_of
):
    sheet_of(investment=5)

    assert titles(claire, query) == ["Chaufferie de Brec"]
    for address in (LIST, FIGURES):
        assert browser_of(claire).get(f"{address}?{query}").status_code == 200


@pytest.mark.deep
def test_what_one_does_not_see_is_in_no_choice(sheet_of, titles, make_person):
    """Random sheets in random places: a stranger finds what they would without the hidden."""
    omar, rng = make_person("Omar Projet", PROJECTS), random.Random(15)
    queries = [f"cout={one}" for one in COSTS] + [f"taille={one}" for one in SIZES]
    queries += ["depuis=2023", "jusqu=2023", "cout=100k-1m&taille=2000-10000&depuis=2022"]
    for number in range(8):
        about = {
            "population": rng.randrange(60_000), "commissioned": f"{rng.randrange(2020, 2026)}",
            "investment": 10 ** rng.randrange(4, 8),
        }  # fmt: skip
        before = [[titles(who, one) for one in queries] for who in (omar, None)]
        sheet_of(AUTHORITIES, title=f"Le secret {number}", **about)
        removed = sheet_of(title=f"Masquée {number}", **about)
        Post.objects.filter(thread=removed.thread_id).update(hidden_at=timezone.now())
        assert [[titles(who, one) for one in queries] for who in (omar, None)] == before
        sheet_of(title=f"À tous {number}", **about)


def test_the_list_and_the_figures_lead_to_each_other_with_the_same_choice(
    sheet_of, claire, browser_of
):
    sheet = sheet_of(investment=200_000)
    ExperienceSheet.objects.filter(pk=sheet.pk).update(stems=" chaufferie ")
    chosen = "sujet=bois-energie&taille=moins-de-2000&cout=100k-1m&depuis=2022&jusqu=2024"
    browser = browser_of(claire)
    page = unescape(browser.get(f"{LIST}?q=chaufferie&{chosen}").text)
    figures = unescape(browser.get(f"{FIGURES}?{chosen}&x=aid&taxe=ttc").text)

    assert f'href="{FIGURES}?{chosen}"' in page
    assert f'href="{LIST}?{chosen}"' in figures
    for text in (page, figures):
        assert '<option value="100k-1m" selected>' in text and 'value="2024"' in text
        assert "hors taxe ou taxe comprise" in text


def test_the_next_page_of_a_choice_is_of_the_same_choice():
    filters = SheetFilters.from_query(QueryDict("q=bois&cout=1m-5m&depuis=2020&page=2"))

    assert filters.url(page=3) == "?q=bois&cout=1m-5m&depuis=2020&page=3"
    assert filters and not SheetFilters.from_query(QueryDict("page=2&cout=x"))


@pytest.mark.deep
@pytest.mark.parametrize("count", [3, 30])
def test_the_queries_of_a_choice_do_not_grow_with_sheets(
    count, sheet_of, claire, browser_of, django_assert_max_num_queries
):
    for number in range(count):
        sheet_of(power=10, investment=200_000 + number)
    browser = browser_of(claire)
    query = {"cout": "100k-1m", "taille": "moins-de-2000", "depuis": "2020", "jusqu": "2025"}
    for address, most in ((LIST, 12), (FIGURES, 8)):
        browser.get(address, query)
        with django_assert_max_num_queries(most):
            assert "Chaufferie" in browser.get(address, query).text


@pytest.mark.parametrize(
    "rows",
    [
        lambda: ExperienceSheet.objects.published_to(GUEST),
        lambda: PublicVersion.objects.visible_to(GUEST),
        lambda: Thread.objects.visible_to(GUEST, visibility.public_titles),
    ],
    ids=["sheets", "public versions", "titles"],
)
def test_that_a_post_is_the_first_is_part_of_the_sql(rows):
    """A plan for any number would expect as few first posts as there are of any other."""
    sql, _values = rows().query.sql_with_params()

    assert '"number" = 1' in sql
