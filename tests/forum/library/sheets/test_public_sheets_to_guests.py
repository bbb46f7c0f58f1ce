"""What a guest may read of sheets is found by a guest, wherever sheets are looked for."""

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.viewers.viewers import GUEST
from forum.finding.search.results import SearchResults
from forum.finding.search.search_query import SearchQuery
from forum.library.sheets.actions import save_published
from forum.library.sheets.public_versions.actions import (
    propose_public_version,
    withdraw_consent,
)
from forum.library.sheets.public_versions.queries import count_public_sheets
from forum.moderation.actions import hide_post
from tests.factories import start_thread
from tests.forum.library.sheets.public_helpers import PROPOSAL, make_public
from tests.forum.library.sheets.sheet_helpers import TITLE, draft_of, publish, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "files_folder")]


@pytest.fixture
def public(sheet, claire):
    """The public version of a sheet for members."""
    return make_public(sheet, claire)


@pytest.fixture
def guest(browser_of):
    return browser_of(None)


def results(viewer, **params):
    """The results of a search and the rows of its first page."""
    found = SearchResults(viewer, SearchQuery.from_params(params))
    return found, "".join(row.html for row in found.rows)


def words_of(version):
    return version.title.split()[-1]


def test_a_guest_finds_a_public_sheet_by_its_words_as_they_were_agreed_to(
    public, sheet, claire, viewer_of
):
    found, html = results(GUEST, q=words_of(public))
    assert (found.thread_count, found.public_count) == (0, 1)
    assert public.get_absolute_url() in html and "<mark>" in html
    changed = values(sheet.territory, sheet.thread.topic, work="Un zeppelin chauffe la mairie.")
    save_published(sheet, viewer_of(claire), changed, sheet.version)
    assert results(GUEST, q="zeppelin")[0].public_count == 0


def test_filters_of_topic_and_type_keep_it_and_others_leave_it_out(public):
    filters = {
        "sujet": ["bois-energie", "eolien"], "type": ["fiche", "question"],
        "auteur": ["claire"], "resolu": ["oui"],
    }  # fmt: skip
    with_it = [
        (name, value)
        for name, values in filters.items()
        for value in values
        if results(GUEST, q=words_of(public), **{name: value})[0].public_count
    ]

    assert with_it == [("sujet", "bois-energie"), ("type", "fiche")]


def test_who_reads_the_sheet_finds_its_thread_alone(public, claire, viewer_of):
    found, html = results(viewer_of(claire), q=words_of(public))
    assert (found.thread_count, found.public_count) == (1, 0)
    assert public.get_absolute_url() not in html


def test_a_public_sheet_with_a_part_of_the_words_is_marked_as_such(public):
    found, html = results(GUEST, q=f"{words_of(public)} zeppelin")
    assert found.public_count == 0
    assert [row.is_partial for row in found.rows] == [True]
    assert public.get_absolute_url() in html


def test_a_guest_is_proposed_a_public_sheet_by_the_beginning_of_its_title(
    public, sheet, guest, browser_of, claire
):
    def urls_for(browser, typed):
        answer = browser.get(reverse("search-suggestions"), {"q": typed}).json()
        return [it["url"] for it in answer["threads"]]

    begun = words_of(public)[:4]
    assert urls_for(guest, begun) == [public.get_absolute_url()]
    assert urls_for(guest, f"zeppelin {begun}") == []
    assert urls_for(browser_of(claire), begun) == [sheet.thread.get_absolute_url()]


def test_what_is_withdrawn_or_hidden_is_found_nowhere_at_once(
    public, sheet, claire, lucie, guest, viewer_of
):
    addresses = [
        reverse("search") + f"?q={words_of(public)}",
        reverse("sheets"),
        reverse("topic", args=["bois-energie"]),
        reverse("home"),
        reverse("search-suggestions") + f"?q={words_of(public)}",
    ]
    for address in addresses:
        assert public.get_absolute_url() in guest.get(address).text, address
    post = sheet.thread.posts.get(number=1)
    hide_post(post, viewer_of(lucie), "Il faut le relire.")
    for address in addresses:
        assert public.get_absolute_url() not in guest.get(address).text, address
    assert count_public_sheets() == 0


def test_a_version_that_waits_or_was_taken_back_is_found_by_nobody(
    sheet, claire, viewer_of, guest
):
    version = propose_public_version(sheet.thread_id, viewer_of(claire), PROPOSAL)
    assert results(GUEST, q=words_of(version))[0].public_count == 0
    version = make_public(sheet, claire)
    withdraw_consent(version.pk, viewer_of(claire))
    assert results(GUEST, q=words_of(version))[0].public_count == 0
    assert version.get_absolute_url() not in guest.get(reverse("sheets")).text


def test_the_list_of_sheets_has_both_kinds_in_order_and_one_count(
    public, claire, place, topics, spaces, viewer_of, guest
):
    draft = draft_of(viewer_of(claire), place, topics[0])
    whole = publish(draft, viewer_of(claire), spaces["public"])
    page = guest.get(reverse("sheets")).text
    addresses = [whole.get_absolute_url(), public.get_absolute_url()]
    assert sorted(addresses, key=page.index) == addresses
    assert count_public_sheets() == 2
    assert re.search(r"<b>2</b>\s*fiches publiques", guest.get(reverse("home")).text)


def test_the_filters_of_the_list_choose_public_versions_too(public, guest):
    chosen = {
        "sujet=bois-energie": True, "sujet=eolien": False, "territoire=ombre": True,
        "territoire=ailleurs": False, "taille=10000-50000": True,
        "taille=moins-de-2000": False, "cout=moins-de-100k": False, "q=zeppelin": False,
    }  # fmt: skip
    pages = {query: guest.get(f"{reverse('sheets')}?{query}").text for query in chosen}

    assert {it: public.get_absolute_url() in page for it, page in pages.items()} == chosen


def test_words_choose_them_too(public, guest):
    page = guest.get(reverse("sheets"), {"q": words_of(public)}).text
    assert public.get_absolute_url() in page


def test_the_page_of_a_topic_does_not_deny_what_is_public(public, guest, claire, browser_of):
    page = guest.get(reverse("topic", args=["bois-energie"])).text
    assert "Fiches publiques sur ce sujet" in page and TITLE in page
    assert "Aucun n’est public" not in page
    assert (
        "Fiches publiques sur ce sujet"
        not in browser_of(claire).get(reverse("topic", args=["bois-energie"])).text
    )


def test_a_guest_is_offered_no_tab_that_is_empty(public, guest, claire, browser_of):
    for view in ("resolus", "sans-reponse", "experiences"):
        assert f"?vue={view}" not in guest.get(reverse("home")).text, view
    assert "?vue=resolus" in browser_of(claire).get(reverse("home")).text


def test_a_search_says_how_many_threads_and_public_sheets_it_found(
    public, guest, jeanne, spaces
):
    start_thread(jeanne, spaces["public"], title=f"Et {words_of(public)} ?")
    page = strip_tags(guest.get(reverse("search"), {"q": words_of(public)}).text)
    assert "1 fil et 1 fiche publique" in " ".join(page.split())
