"""Figures of a sheet: asked about kindly before they are published, never refused for good."""

import pytest
from django.urls import reverse

from forum.library.sheets.figures.figure_questions import TypedFigure, questions_about
from forum.library.sheets.figures.forms import MAX_FIGURES
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.months import month_text, parse_month
from tests.forum.library.sheets.sheet_helpers import sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


def asked(*figures, topic=""):
    """What is asked about ``figures``: the field and the words, by index."""
    found = questions_about(figures, topic)
    return {index: (one.about, one.text) for index, one in found.items()}


def plain(words):
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_wind_farm_of_three_kilowatts_is_asked_about_and_let_through():
    figure = TypedFigure("power", "3 kW")
    (question,) = questions_about([figure], "eolien").values()

    assert plain(question.text).startswith("3 kW, est-ce bien cela ?")
    assert "entre 800 kW et 50 MW" in plain(question.text)
    key = question.choices[0][0]
    assert not asked(TypedFigure("power", "3 kW", confirmed=frozenset([key])), topic="eolien")
    other = TypedFigure("power", "4 kW", confirmed=frozenset([key]))
    assert asked(other, topic="eolien"), "another figure was not confirmed"
    assert not asked(figure, topic="solaire-pv")


@pytest.mark.parametrize(
    ("figure", "about"),
    [(TypedFigure("investment", "450 k€", 2023), "tax"),
     (TypedFigure("investment", "450 k€ HT"), "year"),
     (TypedFigure("investment", "450 k€ HT", 2023, "ttc"), "tax"),
     (TypedFigure("investment", "450 k€ HT", 12023), "year"),
     (TypedFigure("power", "1.234 kW"), "reading"),
     (TypedFigure("power", "beaucoup"), "typed"),
     (TypedFigure("", "300 kW"), "kind")],
)  # fmt: skip
def test_what_lacks_is_asked_in_its_own_field(figure, about):
    assert asked(figure)[0][0] == about


@pytest.mark.parametrize(
    "figure",
    [TypedFigure("investment", "450 k€ HT", 2023), TypedFigure("aid", "1 200 €", 2023, "none"),
     TypedFigure("power", "1.234 kW", reading="1234"), TypedFigure("jobs", "2,5 ETP")],
)  # fmt: skip
def test_what_is_whole_is_not_asked_about(figure):
    assert asked(figure) == {}


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [(TypedFigure("power", "1 MW"), TypedFigure("produced", "9 000 MWh"), "8 760"),
     (TypedFigure("investment", "100 k€ HT", 2023), TypedFigure("aid", "200 k€ HT", 2023),
      "dépasse"),
     (TypedFigure("consumed_before", "10 MWh"), TypedFigure("consumed_after", "12 MWh"),
      "plus après qu’avant")],
)  # fmt: skip
def test_figures_that_can_hardly_be_together_are_asked_about(one, other, words):
    (question,) = questions_about([one, other]).values()

    assert words in plain(question.text) and question.about == "confirmed"
    key = question.choices[0][0]
    sure = TypedFigure(other.kind, other.typed, other.year, confirmed=frozenset([key]))
    assert asked(one, sure) == {}


def test_the_form_asks_and_takes_the_answer(claire, place, browser_of):
    browser, figures = browser_of(claire), [("power", "1.234 kW", "", "")]
    page = browser.post(reverse("new-sheet"), sent(place, figures, publish=""))

    assert page.status_code == 422 and "1,234 ou 1\u202f234" in page.text
    address = reverse("edit-draft", args=[ExperienceSheet.objects.get().pk])
    answer = {"figures-0-reading": "1234", "publish": ""}
    done = browser.post(address, sent(place, figures, **answer))
    assert done.status_code == 302 and SheetFigure.objects.get().amount == 1234
    page = browser.get(address)
    assert "1,234 ou" not in page.text, "what was answered is not asked again"
    again = sent(place, figures, version="2", publish="")
    again["figures-0-reading"] = page.context["form"].figure_forms[0]["reading"].value()
    assert browser.post(address, again).status_code == 302


def test_what_was_confirmed_is_not_asked_again(claire, place, browser_of):
    browser, figures = browser_of(claire), [("power", "0,1 kW", "", "")]
    page = browser.post(reverse("new-sheet"), sent(place, figures, publish=""))
    key = page.context["form"].figure_forms[0].question.choices[0][0]
    address = reverse("edit-draft", args=[ExperienceSheet.objects.get().pk])
    confirmed = sent(place, figures, publish="") | {"figures-0-confirmed": ["", key]}

    assert browser.post(address, confirmed).status_code == 302
    assert browser.get(address).context["form"].figure_forms[0].question is None


def test_a_draft_keeps_what_is_not_understood(claire, place, browser_of):
    browser, figures = browser_of(claire), [("power", "un peu", "", ""), ("", "3", "20x", "")]
    browser.post(reverse("new-sheet"), sent(place, figures, save=""))

    rows = SheetFigure.objects.values_list("kind", "typed", "amount")
    assert list(rows) == [("power", "un peu", None), ("", "3", None)]
    page = browser.get(reverse("edit-draft", args=[ExperienceSheet.objects.get().pk]))
    assert "Il manque un nombre" in page.text


@pytest.mark.parametrize("rows", ["", "-1", "9" * 40, "٣", "3.5", "x"])
def test_a_hostile_number_of_rows_is_none(rows, claire, place, browser_of):
    data = sent(place, save="") | {"figure_rows": rows}

    assert browser_of(claire).post(reverse("new-sheet"), data).status_code == 302
    assert not SheetFigure.objects.exists()


def test_a_form_has_so_many_rows_at_most(claire, place, browser_of):
    data = sent(place, [("power", "300 kW", "", "")] * 45, save="") | {"figure_rows": "9999999"}

    assert browser_of(claire).post(reverse("new-sheet"), data).status_code == 302
    assert SheetFigure.objects.count() == MAX_FIGURES


@pytest.mark.parametrize(
    ("typed", "month"),
    [("2024", "2024"), ("03/2024", "2024-03"), ("3/2024", "2024-03"), ("mars 2024", "2024-03"),
     ("Mars 2024", "2024-03"), ("March 2024", "2024-03"), ("févr. 2024", "2024-02"),
     ("août 2024", "2024-08"), ("2024-11", "2024-11"), ("", ""), ("13/2024", None),
     ("hier", None), ("1/3/2024", None), ("24", None), ("٠٣/٢٠٢٤", None), ("9" * 99, None)],
)  # fmt: skip
def test_months_are_read_as_one_types_them(typed, month):
    assert parse_month(typed) == month
    if month:
        assert parse_month(month_text(month)) == month


def test_a_symbol_is_written_as_it_should_be_however_it_was_typed(claire, place, browser_of):
    figures = [("power", "60 kw", "", ""), ("produced", "90 mwh", "2024", "")]
    browser_of(claire).post(reverse("new-sheet"), sent(place, figures, save=""))
    assert set(SheetFigure.objects.values_list("typed", flat=True)) == {"60 kW", "90 MWh"}
