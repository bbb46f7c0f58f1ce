"""Searches that look for experience sheets: by their type, and among the threads found."""

import re

import pytest
from django.urls import reverse

from accounts.models import Territory
from forum.models import Space
from tests.factories import AUTHORITIES, create_sheet, start_thread

pytestmark = pytest.mark.usefixtures("cast_scene", "no_posting_limits")
WORDS = "Une chaudière à granulés."


@pytest.fixture
def sheet_in(claire):
    """Makes a sheet of Claire, published in the space of this slug, on the commune of Brec."""
    brec = Territory.objects.create(slug="brec", name="Brec", type="commune")

    def sheet_in(slug="reseau", title="La chaufferie de Brec"):
        space = Space.objects.get(slug=slug)
        return create_sheet(claire, space, title=title, words=WORDS, territory=brec)

    return sheet_in


@pytest.fixture
def told(claire):
    """An experience without a sheet, and a question, of the same words."""
    network = Space.objects.get(slug="reseau")
    return [
        start_thread(claire, network, title=f"Granulés, {kind}", text=WORDS, kind=kind)
        for kind in ("experience", "question")
    ]


@pytest.fixture
def page(browser_of):
    """The text of the page of a search, as somebody sees it."""

    def page(person, words="", **filters):
        return browser_of(person).get(reverse("search"), {"q": words} | filters).text

    return page


def found(text):
    """The ids of the threads found, in order."""
    return [int(pk) for pk in re.findall(r'data-thread="(\d+)"', text)]


def options(text):
    """The types of threads to choose from, and the one chosen."""
    field = re.search(r'<select id="by-type".*?</select>', text, re.DOTALL)[0]
    values = re.findall(r'value="(\w+)"', field)
    return values, re.findall(r'value="(\w+)" selected', field)


def beside(text):
    """What is found besides threads."""
    part = re.search(r'<section class="also-found".*?</section>', text, re.DOTALL)
    return part[0] if part else ""


@pytest.mark.parametrize(
    ("words", "filters"),
    [
        ("granulés", {"type": "fiche"}), ("type:fiche granulés", {}), ("type:fiche", {}),
        ('granulés type:"fiche d’expérience"', {}), ("kind:sheet granulés", {}),
    ],
)  # fmt: skip
def test_sheets_alone_are_found_by_their_type(words, filters, sheet_in, told, claire, page):
    sheet = sheet_in()
    text = page(claire, words, **filters)

    assert found(text) == [sheet.thread_id]
    assert options(text)[1] in (["fiche"], ["fiche d’expérience"], ["sheet"])
    assert "Fiche d’expérience" in text


def test_an_experience_is_found_with_its_sheet_or_without(sheet_in, told, claire, page):
    sheet = sheet_in()
    text = page(claire, "granulés", type="experience")

    assert sorted(found(text)) == sorted([told[0].pk, sheet.thread_id])
    assert sorted(options(text)[0]) == ["experience", "fiche"]
    assert options(text)[1] == ["experience"]
    assert options(page(claire, "granulés", type="fiche")) == (["fiche"], ["fiche"])
    assert sorted(options(page(claire, "granulés"))[0]) == ["experience", "fiche", "question"]


def test_a_sheet_is_one_row_and_what_is_found_leads_to_the_list_of_sheets(
    sheet_in, told, claire, page
):
    sheet = sheet_in()
    text = page(claire, "granulés")

    assert found(text).count(sheet.thread_id) == 1
    assert sheet.thread.title not in beside(text) and "Brec" not in beside(text)
    link = f'href="{reverse("sheets")}?q=granul%C3%A9s"'
    assert link in text
    for words, filters in (("granulés", {"type": "question"}), ("granulés type:fiche", {})):
        assert link not in page(claire, words, **filters)


def test_where_no_thread_found_has_a_sheet_nothing_leads_to_their_list(told, claire, page):
    assert f"{reverse('sheets')}?q=" not in page(claire, "granulés")


def test_where_nothing_is_found_one_is_led_to_the_list_of_sheets(claire, page):
    assert f'href="{reverse("sheets")}?q=xqzwvk"' in page(claire, "xqzwvk")


def test_no_search_tells_of_a_sheet_that_one_does_not_see(
    sheet_in, told, claire, people, lucie, viewer_of, page
):
    """Strangers are told of the same threads, types and sheets as before there were any."""
    queries = [("granulés", {}), ("granulés", {"type": "fiche"}), ("type:fiche", {})]

    def told_to(who):
        pages = [page(who, words, **filters) for words, filters in queries]
        return [(found(one), options(one)[0], beside(one)) for one in pages]

    strangers = [people.guest, people.projects]
    before = [told_to(who) for who in strangers]
    sheet = sheet_in(AUTHORITIES)
    assert [told_to(who) for who in strangers] == before
    assert found(page(claire, "type:fiche")) == [sheet.thread_id]
