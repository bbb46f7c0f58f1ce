"""What members search for without finding anything: shown once three have, and never who."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.finding.search.missed_searches import actions
from forum.finding.search.missed_searches.models import MissedSearch, MissedTerm
from tests.factories import AUTHORITIES, start_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]
SYNONYMS = reverse("synonyms")


@pytest.fixture
def members(make_person):
    return [make_person(f"Membre {n}", AUTHORITIES) for n in range(3)]


def search(browser, words, **params):
    return browser.get(reverse("search"), {"q": words, **params})


def test_words_are_shown_once_three_members_searched_for_them_in_vain(
    members, lucie, browser_of
):
    desk = browser_of(lucie)
    for person in members[:2]:
        for typed in ("Zeppelin", "zeppelin", " ZEPPELIN "):
            search(browser_of(person), typed)
    assert not MissedTerm.objects.exists()
    assert "zeppelin" not in desk.get(SYNONYMS).text
    search(browser_of(members[2]), "zeppelin")
    assert MissedTerm.objects.get().person_count == 3
    assert "zeppelin" in desk.get(SYNONYMS).text and "3 membres" in desk.get(SYNONYMS).text


def test_neither_words_nor_people_are_kept_before_that(members, browser_of):
    search(browser_of(members[0]), "Jeanne Arnoux")
    search(browser_of(members[0]), "zeppelin")
    rows = list(MissedSearch.objects.values("words_digest", "person_digest"))
    assert len(rows) == 2 == len({row["person_digest"] for row in rows})
    assert not any("zeppelin" in str(row) or str(members[0].pk) in row for row in rows)


@pytest.mark.parametrize(
    ("typed", "params"),
    [("zeppelin", {"sujet": "eolien"}), ("a@b.fr", {}), ("0612345678", {}), ("zy", {})],
)
def test_filters_addresses_and_numbers_are_not_counted(members, browser_of, typed, params):
    search(browser_of(members[0]), typed, **params)
    assert not MissedSearch.objects.exists()


def test_guests_and_what_is_found_or_prefetched_are_not_counted(
    members, claire, spaces, browser_of
):
    start_thread(claire, spaces["network"], title="Un zeppelin", tags=[])
    search(browser_of(members[0]), "zeppelin")
    search(browser_of(None), "dirigeable")
    address = f"{reverse('search')}?q=dirigeable"
    browser_of(members[0]).get(address, headers={"sec-purpose": "prefetch"})
    assert not MissedSearch.objects.exists()


def test_a_group_with_these_words_takes_them_off_the_list(members, lucie, browser_of):
    for person in members:
        search(browser_of(person), "zeppelin")
    desk = browser_of(lucie)
    page = desk.get(SYNONYMS, {"termes": "zeppelin"})
    assert page.context["form"]["terms"].value() == "zeppelin"
    desk.post(SYNONYMS, {"terms": "Zeppelin, dirigeable"})
    assert not MissedTerm.objects.exists()


def test_what_is_kept_is_bounded_and_goes_after_sixty_days(
    members, browser_of, viewer_of, monkeypatch
):
    for person in members:
        search(browser_of(person), "zeppelin")
    monkeypatch.setattr(actions, "MAX_SEARCHES", 3)
    search(browser_of(members[0]), "dirigeable")
    assert MissedSearch.objects.count() == 3
    assert actions.delete_former_searches() == 0
    former = timezone.localdate() - timedelta(days=61)
    MissedSearch.objects.update(searched_on=former)
    MissedTerm.objects.update(searched_on=former)
    assert actions.delete_former_searches() == 4
