"""Sheets compared: medians that stand on three, plots that a table says, side by side."""

import random
import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from forum.conversation.threads.models import Post, Thread
from forum.library.sheets.comparison import plot
from forum.library.sheets.comparison.filters import ComparisonFilters
from forum.library.sheets.comparison.indicators import INDICATORS
from forum.library.sheets.comparison.plot import plot_of
from forum.library.sheets.comparison.queries import comparison_of, sheets_beside
from forum.library.sheets.comparison.spread import spread_of
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.quantities.amounts import amount_text, rounded
from tests.factories import AUTHORITIES, PROJECTS

D = Decimal
AMOUNTS = st.decimals(min_value=D("0.01"), max_value=D(10) ** 12, places=2)


def test_a_median_stands_on_three_and_says_where_half_of_the_values_lie():
    assert spread_of([D(1), D(2)]) is None
    assert spread_of([D(5), D(1), D(3)]) == (3, D(2), D(3), D(4))
    assert spread_of(map(D, (10, 20, 30, 40)))[1:] == (D("17.5"), D(25), D("32.5"))


@pytest.mark.parametrize(
    ("amount", "symbol", "words"),
    [
        ("1234567", "€", "1,23 M€"), ("450000", "€", "450 k€"),
        ("85.25", "€/MWh", "85,2 €/MWh"),
        ("1499", "kW", "1,5 MW"), ("999", "kWh", "999 kWh"), ("0", "t CO₂e", "0 t CO₂e"),
        ("0.0456", "€/hab.", "0,0456 €/hab."), ("123456", "m²", "12,3 ha"), ("12", "", "12"),
    ],
)  # fmt: skip
def test_an_amount_is_said_in_three_figures_and_a_unit_that_one_reads(amount, symbol, words):
    assert amount_text(D(amount), symbol).replace("\u00a0", " ").replace("\u202f", " ") == words


@given(AMOUNTS)
def test_rounding_changes_an_amount_by_half_a_percent_at_most(amount):
    assert abs(rounded(amount) - amount) <= max(
        amount * D("0.0051"), D("0.5") * (amount >= 100)
    )


def test_ratios_are_of_the_two_figures_and_of_nothing_where_one_lacks_or_is_zero():
    hours = INDICATORS["full_hours"]
    assert hours.amount({"produced": D(2200), "power": D(1)}) == 2200
    assert hours.amount({"produced": D(2200)}) is None
    assert hours.amount({"produced": D(2200), "power": D(0)}) is None
    assert INDICATORS["aid_share"].amount({"aid": D(30), "investment": D(120)}) == 25


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=30))
def test_every_point_and_mark_of_a_plot_is_in_its_frame_and_order_is_kept(values):
    made = plot_of([(n, x, y, False) for n, (x, y) in enumerate(values)], "€", "kW")
    assert all(plot.LEFT - 0.1 <= it.x <= plot.WIDTH - plot.RIGHT + 0.1 for it in made.points)
    assert all(plot.TOP - 0.1 <= it.y <= plot.HEIGHT - plot.BOTTOM + 0.1 for it in made.points)
    assert 1 <= len(made.x.ticks) <= 16 and 1 <= len(made.y.ticks) <= 16
    for tick in made.x.ticks:
        assert plot.LEFT - 0.1 <= tick.at <= plot.WIDTH - plot.RIGHT + 0.1
    placed = sorted(zip(values, made.points, strict=True), key=lambda it: it[0][0])
    across = [point.x for _value, point in placed]
    assert across == sorted(across)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=20))
def test_a_number_in_a_plot_hides_no_point_and_no_other_number(values):
    made = plot_of([(n, x, y, False) for n, (x, y) in enumerate(values)], "€", "kW")
    labels = [it.label for it in made.points if it.label]
    assert labels
    for n, (x, y) in enumerate(labels):
        assert all(abs(it.x - x) > 9 or abs(it.y - y) > 7 for it in made.points)
        assert all(abs(at - x) > 9 or abs(up - y) > 7 for at, up in labels[:n])


def test_marks_are_said_without_what_binary_numbers_add_to_them():
    pairs = [(1, Decimal("0.05"), Decimal(1), False), (2, Decimal("0.272"), Decimal(2), False)]
    marks = plot_of(pairs, "kW/hab.", "€").x.ticks

    assert [one.label for one in marks] == ["0", "0,1", "0,2", "0,3"]


def test_a_plot_of_one_point_is_none():
    assert plot_of([(1, D(1), D(1), False)], "€", "kW") is None


@pytest.fixture
def compared(viewer_of):
    """What a person is shown for a query."""

    def compared(person, **filters):
        return comparison_of(viewer_of(person), ComparisonFilters(**filters))

    return compared


pytest_db = pytest.mark.django_db
FIGURES = reverse("sheet-figures")
BESIDE = reverse("compare-sheets")


@pytest_db
def test_two_sheets_have_no_median_and_the_third_gives_one(sheet_of, compared, claire):
    for power in (100, 300):
        sheet_of(power=power, investment=power * 1000)
    assert compared(claire).spreads == []
    sheet_of(power=200, investment=260_000)
    found = {one.indicator.key: one for one in compared(claire).spreads}
    assert found["power"].count == 3
    assert found["power"].median.startswith("200")
    assert found["investment_by_power"].median == amount_text(D(1000), "€/kW")


@pytest_db
def test_amounts_with_and_without_vat_are_never_in_one_median(sheet_of, compared, claire):
    for cost in (100, 200, 300):
        sheet_of(power=1, investment=cost)
    sheet_of(power=1, investment=9_999, tax="ttc")
    (found,) = [it for it in compared(claire).spreads if it.indicator.key == "investment"]
    assert (found.count, found.left_out) == (3, 1)
    assert found.median.startswith("200")
    assert not [it for it in compared(claire, tax="ttc").spreads if it.indicator.is_money]
    assert [it.is_other_tax for it in compared(claire).plot.points].count(True) == 1


@pytest_db
def test_figures_by_the_inhabitant_are_of_sheets_that_say_how_many_there_are(
    sheet_of, compared, claire, browser_of
):
    for population in (100, 200, 400, None):
        sheet_of(power=100, investment=2000, population=population)
    (found,) = [
        it
        for it in compared(claire, per="habitant").spreads
        if it.indicator.key == "investment"
    ]
    assert (found.count, found.median) == (3, amount_text(D(10), "€/hab."))
    assert len(compared(claire, per="habitant").plotted) == 3
    page = unescape(browser_of(claire).get(FIGURES, {"par": "habitant"}).text)
    assert "1 fiche ne dit pas combien d’habitants a son territoire" in " ".join(page.split())
    assert "combien d’habitants" not in unescape(browser_of(claire).get(FIGURES).text)


@pytest_db
def test_what_one_does_not_see_is_in_no_count_median_plot_or_table(
    sheet_of, compared, claire, spaces, make_person
):
    omar = make_person("Omar Projet", PROJECTS)
    shown = [sheet_of(power=it, investment=it) for it in (100, 200, 300)]
    sheet_of(AUTHORITIES, power=90_000, investment=90_000)
    hidden = sheet_of(power=80_000, investment=80_000)
    Post.objects.filter(thread=hidden.thread_id).update(hidden_at=hidden.published_at)
    for person in (omar, None):
        found = compared(person)
        assert found.count == len(found.plotted) == 3
        assert {it.sheet.pk for it in found.plotted} == {it.pk for it in shown}
        assert {it.count for it in found.spreads} == {3}
    assert compared(claire).count == 4


@pytest.mark.deep
@pytest_db
def test_no_median_moves_with_what_one_does_not_see(sheet_of, compared, make_person, viewer_of):
    """Random sheets in random places: a stranger's page is that of the seen ones alone."""
    omar, rng = make_person("Omar Projet", PROJECTS), random.Random(15)
    for _round in range(12):
        before = compared(omar)
        sheet_of(AUTHORITIES, power=rng.randrange(1, 10**6), investment=rng.randrange(1, 10**6))
        after = compared(omar)
        assert (after.count, after.spreads) == (before.count, before.spreads)
        assert after.plot == before.plot
        seen = sheet_of(power=rng.randrange(1, 10**6), investment=rng.randrange(1, 10**6))
        if rng.random() < 0.4:
            Post.objects.filter(thread=seen.thread_id).update(deleted_at=seen.published_at)
        assert compared(omar).count == sum(
            1 for it in ExperienceSheet.objects.published_to(viewer_of(omar))
        )


@pytest_db
def test_sheets_are_chosen_by_topic_size_and_year(sheet_of, compared, claire):
    sheet_of(power=1, population=500)
    sheet_of(power=1, population=20_000)
    assert compared(claire, size="moins-de-2000").count == 1
    assert compared(claire, size="10000-50000").count == 1
    assert compared(claire, topic="eolien").count == 0
    assert compared(claire, since="2024").count == 0
    assert compared(claire, since="2023").count == 2


@pytest_db
def test_the_page_of_figures_says_by_a_table_what_it_draws(sheet_of, claire, browser_of):
    for power in (100, 200, 300):
        sheet_of(title=f"Chaufferie de {power} kW", power=power, investment=power * 900)
    page = unescape(browser_of(claire).get(FIGURES).text)
    assert page.count("<circle") == 3
    assert 'aria-describedby="plotted"' in page and 'id="plotted"' in page
    for power in (100, 200, 300):
        assert f"Chaufferie de {power} kW" in page
        assert f"{power * 900} tapé" in page
    assert "200 kW" in page.replace("\u00a0", " ")
    assert "3 fiches sur 3 disent les deux chiffres" in page and "plotted-next" not in page


@pytest_db
def test_the_table_below_a_plot_unfolds_after_twenty_sheets(sheet_of, claire, browser_of):
    for power in range(1, 23):
        sheet_of(power=power, investment=power)
    sheet_of(power=5)
    page = unescape(browser_of(claire).get(FIGURES).text)
    assert "22 fiches sur 23 disent les deux chiffres" in page
    before, folded = page.split("<summary>De la fiche nº\u00a021 à la fiche nº\u00a022")
    assert before.count("<td>20</td>") == 1 and "<td>21</td>" in folded


@pytest_db
@pytest.mark.parametrize(
    "query",
    ["?x=rien&y=%00&taille=z&depuis=²²²²&par=x&taxe=y", "?sujet=%27&territoire=" + "a" * 500],
)
def test_a_query_that_makes_no_sense_compares_as_none(sheet_of, claire, browser_of, query):
    sheet_of(power=1, investment=2)
    assert browser_of(claire).get(FIGURES + query).status_code == 200


@pytest_db
def test_two_to_four_stand_side_by_side_in_the_order_asked(
    sheet_of, claire, viewer_of, browser_of
):
    sheets = [sheet_of(title=f"Fiche numéro {n}", power=n * 100) for n in range(1, 6)]
    asked = [str(it.thread_id) for it in reversed(sheets)]
    beside = sheets_beside(viewer_of(claire), [*asked, "x", "0", "9" * 30])
    assert [it.sheet.pk for it in beside] == [it.pk for it in reversed(sheets)][:4]

    page = unescape(browser_of(claire).get(BESIDE, {"fiche": asked[:2]}).text)
    assert page.index("Fiche numéro 5") < page.index("Fiche numéro 4")
    assert "500 tapé" in page and "400 tapé" in page
    assert "n’ont pas le même sujet" not in page
    divided = browser_of(claire).get(BESIDE, {"fiche": asked[:2], "par": "habitant"}).text
    assert "0,5" in divided


@pytest_db
def test_beside_others_a_sheet_without_a_population_says_that_it_is_not_divided(
    sheet_of, claire, browser_of
):
    sheets = [sheet_of(investment=100, population=None, tax="ttc"), sheet_of(power=3)]
    asked = {"fiche": [it.thread_id for it in sheets], "par": "habitant"}
    page = unescape(browser_of(claire).get(BESIDE, asked).text)
    cells = re.findall(r"<td>\s*(.*?)\s*</td>", page)

    assert cells.count("habitants inconnus") == 1 and "inconnus" in cells
    asked.pop("par")
    assert "habitants inconnus" not in unescape(browser_of(claire).get(BESIDE, asked).text)


@pytest_db
@pytest.mark.parametrize(
    ("tax", "other", "lowest"),
    [
        ("ht", {"energy_price": 78}, ["71 tapé"]),
        ("ttc", {"energy_price": 78}, []),
        ("ht", {"energy_price": 71}, []),
        ("ht", {"investment": 9, "power": 3}, []),
    ],
)
def test_the_lowest_price_is_marked_where_all_are_prices_of_the_same(
    sheet_of, claire, browser_of, tax, other, lowest
):
    cheap = {"energy_price": 71} if "energy_price" in other else {"investment": 6, "power": 2}
    sheets = [sheet_of(**cheap), sheet_of(**other)]
    SheetFigure.objects.filter(sheet=sheets[0], kind="energy_price").update(tax="ht")
    SheetFigure.objects.filter(sheet=sheets[1], kind="energy_price").update(tax=tax)
    page = browser_of(claire).get(BESIDE, {"fiche": [it.thread_id for it in sheets]}).text

    assert re.findall("le plus bas.*?<b>(.*?)</b>", page, re.DOTALL) == lowest


@pytest_db
def test_ratios_stand_first_and_sheets_of_other_topics_are_said_to_be(
    sheet_of, claire, topics, browser_of
):
    sheets = [sheet_of(power=n, investment=n * 1000) for n in (1, 2)]
    other = next(it for it in topics if it != sheets[1].shown_topic)
    Thread.objects.filter(pk=sheets[0].thread_id).update(topic=other)
    asked = {"fiche": [it.thread_id for it in sheets]}
    page = unescape(browser_of(claire).get(BESIDE, asked).text)
    assert page.index("Investissement par puissance") < page.index("Coût d’investissement")
    assert "n’ont pas le même sujet" in page


@pytest_db
def test_a_sheet_that_one_does_not_see_is_beside_none(sheet_of, make_person, browser_of):
    omar = make_person("Omar Projet", PROJECTS)
    hidden = sheet_of(AUTHORITIES, title="Le secret du collège", power=5)
    shown = sheet_of(power=6)
    for asked in ([hidden.thread_id], [hidden.thread_id, shown.thread_id]):
        assert "Le secret" not in browser_of(omar).get(BESIDE, {"fiche": asked}).text


@pytest_db
@pytest.mark.parametrize("count", [3, 30])
def test_the_queries_of_the_pages_do_not_grow_with_sheets(
    sheet_of, claire, browser_of, count, django_assert_max_num_queries
):
    sheets = [sheet_of(power=n + 1, investment=n + 1) for n in range(count)]
    browser = browser_of(claire)
    browser.get(FIGURES)
    with django_assert_max_num_queries(8):
        browser.get(FIGURES)
    with django_assert_max_num_queries(9):
        browser.get(BESIDE, {"fiche": [it.thread_id for it in sheets[:2]]})


def test_a_plot_of_the_smallest_amounts_and_the_greatest_is_drawn(sheet_of, claire, browser_of):
    for after in "0.000001", "0.000002":
        sheet_of(title=after, consumed_before="999999999999999", consumed_after=after)
    query = "?x=consumption_left&y=consumed_after"

    assert browser_of(claire).get(reverse("sheet-figures") + query).status_code == 200
