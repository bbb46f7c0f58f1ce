"""Territories by their experience sheets: each person finds what they may read, and no more."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Territory
from forum.library.sheets.public_versions.actions import answer_public_version
from forum.library.sheets.public_versions.queries import sheet_counts_by_territory
from forum.models import Topic
from forum.moderation.actions import hide_post
from tests.factories import AUTHORITIES, create_sheet, start_thread
from tests.forum.library.sheets.public_helpers import NO, make_public

pytestmark = pytest.mark.usefixtures("cast_scene", "no_posting_limits")
MAP = reverse("territories")


@pytest.fixture
def places(claire):
    """Two communes where the organisation of Claire acts, and one where nobody does."""
    names = ("Brec", "Lanvaux", "Sérent")
    rows = [
        Territory.objects.create(
            slug=name.lower(), name=name, type="commune", department_codes="56"
        )
        for name in names
    ]
    claire.seats.get().organisation.territories.add(*rows[:2])
    return rows


@pytest.fixture
def on_map(browser_of):
    """The territories that somebody is shown, with what is said of their sheets."""

    def on_map(person, **asked):
        page = unescape(browser_of(person).get(MAP, {"selon": "fiche"} | asked).text)
        rows = re.findall(r'<li><a class="tall" href="/territoires/.*?</li>', page, re.DOTALL)
        found = {}
        for row in rows:
            name = re.search(r">([^<]+)</a>", row)[1]
            sheets = re.search(r"(\d+) fiches? d’expérience", row)
            found[name.split()[0]] = int(sheets[1]) if sheets else 0
        return found

    return on_map


@pytest.fixture
def page_of(browser_of):
    """The page of a territory, as somebody sees it."""

    def page_of(person, place):
        return unescape(browser_of(person).get(place.get_absolute_url()).text)

    return page_of


def test_territories_are_found_by_their_sheets_with_a_topic_or_without(
    places, claire, spaces, on_map, browser_of
):
    brec, lanvaux, serent = places
    wind = Topic.objects.get(slug="eolien")
    for number, place in enumerate((brec, brec, lanvaux, serent)):
        create_sheet(claire, spaces["network"], title=f"Fiche {number}", territory=place)
    thread = start_thread(claire, spaces["network"], kind="experience", topic=wind)
    create_sheet(claire, spaces["network"], territory=lanvaux, thread=thread)

    assert on_map(claire) == {"Brec": 2, "Lanvaux": 2}, (
        "nobody of the network acts on the third"
    )
    assert on_map(claire, sujet="eolien") == {"Lanvaux": 1}
    assert on_map(claire, sujet="solaire") == {}
    assert on_map(claire, college="porteurs-de-projet") == {}
    page = browser_of(claire).get(MAP, {"selon": "fiche"}).text
    assert re.search(r'value="fiche" selected', page)


def test_a_guest_finds_what_is_public_and_learns_of_nothing_else(
    places, claire, spaces, people, on_map, page_of
):
    brec, lanvaux, _serent = places
    empty = [(on_map(who), page_of(who, brec)) for who in (None, people.projects)]
    create_sheet(claire, spaces[AUTHORITIES], title="Le secret du collège", territory=brec)

    after = [(on_map(who), page_of(who, brec)) for who in (None, people.projects)]
    assert [found for found, _page in after] == [found for found, _page in empty] == [{}, {}]
    for (_found, page), (_before, page_before) in zip(after, empty, strict=True):
        assert "Ses fiches" not in page and len(page) == len(page_before)
    assert on_map(claire) == {"Brec": 1}

    create_sheet(claire, spaces["public"], territory=lanvaux)
    assert on_map(None) == {"Lanvaux": 1}
    assert on_map(claire) == {"Brec": 1, "Lanvaux": 1}


def test_a_public_version_puts_a_sheet_of_members_on_the_map_of_all_until_it_is_withdrawn(
    places, claire, spaces, viewer_of, people, on_map, page_of
):
    brec = places[0]
    sheet = create_sheet(claire, spaces[AUTHORITIES], title="Notre chaufferie", territory=brec)
    version = make_public(sheet, claire)

    for who in (None, people.projects):
        assert on_map(who) == {"Brec": 1}
        page = page_of(who, brec)
        assert f'href="{version.get_absolute_url()}"' in page
        assert sheet.get_absolute_url() not in page
    assert on_map(claire) == {"Brec": 1}, "it is counted once"
    assert f'href="{sheet.get_absolute_url()}"' in page_of(claire, brec)

    answer_public_version(version.pk, viewer_of(claire), NO)
    assert on_map(None) == on_map(people.projects) == {}
    assert "Notre chaufferie" not in page_of(None, brec)


def test_a_sheet_that_was_hidden_is_on_no_map(
    places, claire, lucie, spaces, viewer_of, on_map, page_of
):
    sheet = create_sheet(claire, spaces["public"], title="À masquer", territory=places[0])
    make_public(sheet, claire)
    assert on_map(None) == {"Brec": 1}

    hide_post(sheet.thread.posts.get(), viewer_of(lucie), "Essai.")
    assert on_map(None) == on_map(claire) == {}
    assert "Ses fiches" not in page_of(None, places[0])
    assert sheet_counts_by_territory(viewer_of(claire)) == {}


def test_drafts_are_on_no_map_and_an_empty_one_says_that_it_is_a_choice(
    places, claire, on_map, page_of, browser_of
):
    create_sheet(claire, None, title="Mon brouillon", territory=places[0])

    assert on_map(claire) == {} and "Mon brouillon" not in page_of(claire, places[0])
    page = browser_of(claire).get(MAP, {"selon": "fiche"}).text
    assert "Rien ne répond à ce choix" in page and "Tout voir" in page


def test_the_page_of_a_territory_names_its_newest_sheets(places, claire, spaces, page_of):
    for number in range(12):
        create_sheet(claire, spaces["network"], title=f"Fiche {number}", territory=places[0])

    part = page_of(claire, places[0]).split("Ses fiches d’expérience")[1].split("</section>")[0]
    assert re.findall(r">(Fiche \d+)<", part) == [f"Fiche {n}" for n in range(11, 1, -1)]


def test_the_map_of_sheets_costs_the_same_whatever_their_number(
    places, claire, spaces, browser_of
):
    def count():
        browser = browser_of(claire)
        addresses = (f"{MAP}?selon=fiche&sujet=eolien", f"{MAP}?selon=fiche")
        for address in (*addresses, places[0].get_absolute_url()):
            browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            for address in (*addresses, places[0].get_absolute_url()):
                browser.get(address)
        return len(queries)

    create_sheet(claire, spaces["network"], territory=places[0])
    one = count()
    for number in range(5):
        where = {"title": f"Fiche {number}", "territory": places[number % 2]}
        sheet = create_sheet(claire, spaces[AUTHORITIES], **where)
        make_public(sheet, claire)
    assert count() == one


def test_home_leads_a_guest_to_the_map_of_sheets_and_to_their_figures(
    places, claire, spaces, browser_of
):
    sheet = create_sheet(claire, spaces["network"], title="En public", territory=places[0])
    create_sheet(claire, spaces["network"], title="Entre membres", territory=places[0])
    make_public(sheet, claire)

    page = unescape(browser_of(None).get(reverse("home")).text)
    for address in (f"{MAP}?selon=fiche", reverse("sheet-figures"), reverse("sheets")):
        assert f'href="{address}"' in page
    assert "En public" in page and "Entre membres" not in page
