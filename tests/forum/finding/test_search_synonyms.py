"""Animators keep the terms that mean the same; a search for one finds the others."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.base.text import fold
from accounts.glossary.terms import ACRONYMS
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.base.rules import Refused
from forum.base.search_index.models import SynonymGroup
from forum.finding.search.synonym_groups import actions
from forum.finding.search.synonym_groups.rules import reason_against
from forum.finding.search.synonyms import key_of
from forum.site.reference_data import files
from forum.site.reference_data.loading import create_missing_synonyms
from tests.factories import start_thread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
SYNONYMS = reverse("synonyms")


@pytest.fixture
def desk(lucie, browser_of):
    """The browser of an animator."""
    return browser_of(lucie)


def plain(page):
    """What is read on a page, single-spaced."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def found(browser, words):
    """The ids of the threads that a search finds."""
    page = browser.get(reverse("search"), {"q": words})
    return {int(pk) for pk in re.findall(r'data-thread="(\d+)"', page.text)}


def test_a_group_that_is_added_counts_with_the_next_search_and_until_it_is_removed(
    desk, claire, spaces, browser_of
):
    thread = start_thread(claire, spaces["network"], title="La rosalie des écoliers", tags=[])
    assert found(browser_of(claire), "vélobus") == set()
    page = desk.post(SYNONYMS, {"terms": "vélobus, rosalie"}, follow=True)
    assert "C’est noté" in page.text and "vélobus, rosalie" in page.text
    assert found(browser_of(claire), "vélobus") == {thread.pk}
    group = SynonymGroup.objects.get()
    page = desk.post(reverse("synonym-group", args=[group.pk]), {"terms": "vélobus, pédibus"})
    assert page.status_code == 302
    assert found(browser_of(claire), "vélobus") == set()
    desk.post(reverse("synonym-group", args=[group.pk]), {"terms": "vélobus; rosalie"})
    assert found(browser_of(claire), "vélobus") == {thread.pk}
    desk.post(reverse("remove-synonyms", args=[group.pk]))
    assert found(browser_of(claire), "vélobus") == set()
    assert not SynonymGroup.objects.exists()


def test_several_words_are_a_term_whatever_joins_them(desk, claire, spaces, browser_of):
    thread = start_thread(claire, spaces["network"], title="Notre PCAET est voté", tags=[])
    desk.post(SYNONYMS, {"terms": "PCAET, plan climat-air-énergie territorial"})
    for typed in (
        "plan climat-air-énergie territorial",
        "plan climat air energie territorial",
        "plans climat-air-énergie territoriaux",
    ):
        assert found(browser_of(claire), typed) == {thread.pk}, typed


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ("", "Écrivez au moins deux termes."),
        ("vélobus", "Écrivez au moins deux termes, séparés par une virgule."),
        ("vélobus, ,", "Écrivez au moins deux termes, séparés par une virgule."),
        (",".join(f"mot{n}" for n in range(9)), "Un groupe a au plus 8 termes."),
        ("vélobus, de la", "« de la » : la recherche laisse ces mots de côté."),
        ("vélobus, " + "x" * 81, "a plus de 80 caractères."),
        ("vélobus, un deux trois quatre cinq six sept", "a plus de 5 mots"),
        ("Vélobus, velobus", "« velobus » et « Vélobus » sont déjà un même mot"),
        ("vélobus, ENR", "« ENR » est déjà dans le groupe « EnR, énergies renouvelables »."),
    ],
)
def test_what_is_no_group_comes_back_with_the_reason_beside_the_field(desk, terms, reason):
    SynonymGroup.objects.create(terms="EnR, énergies renouvelables")
    page = desk.post(SYNONYMS, {"terms": terms})
    assert page.status_code == 422
    assert reason in plain(page)
    assert 'aria-invalid="true"' in page.text
    assert page.context["form"]["terms"].value() == terms
    assert SynonymGroup.objects.count() == 1


def test_a_group_may_keep_its_own_terms(desk):
    group = SynonymGroup.objects.create(terms="EnR, énergies renouvelables")
    address = reverse("synonym-group", args=[group.pk])
    assert desk.post(address, {"terms": "EnR, énergies renouvelables, ER"}).status_code == 302
    group.refresh_from_db()
    assert group.terms == "EnR, énergies renouvelables, ER"


def test_the_page_says_how_many_threads_each_term_finds_before_one_keeps_them(
    desk, claire, lucie, spaces
):
    for title in ("Une rosalie", "Des rosalies", "Un vélobus"):
        start_thread(claire, spaces["network"], title=title, tags=[])
    start_thread(claire, spaces["collectivites-locales"], title="Rosalie privée", tags=[])
    page = desk.post(SYNONYMS, {"terms": "vélobus, rosalie, pédibus", "preview": "1"})
    assert page.status_code == 200
    counts = re.search(r'<ul id="term-counts">(.*?)</ul>', page.text, re.DOTALL)[1]
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", counts)).split())
    assert said == "« vélobus » (1 fil) « rosalie » (2 fils) « pédibus » (aucun fil)"
    assert not SynonymGroup.objects.exists()
    group = SynonymGroup.objects.create(terms="vélobus, rosalie")
    assert "« rosalie » (2 fils)" in plain(desk.get(reverse("synonym-group", args=[group.pk])))


def test_each_change_is_in_the_log(desk, lucie):
    desk.post(SYNONYMS, {"terms": "vélobus, rosalie"})
    address = reverse("synonym-group", args=[SynonymGroup.objects.get().pk])
    desk.post(address, {"terms": "vélobus, pédibus"})
    desk.post(address, {"terms": "vélobus, pédibus"})
    desk.post(reverse("remove-synonyms", args=[SynonymGroup.objects.get().pk]))
    entries = ModerationLogEntry.objects.order_by("pk").values_list("action", "actor", "reason")
    assert list(entries) == [
        (LoggedAction.ADD_SYNONYMS, lucie.pk, "vélobus, rosalie"),
        (LoggedAction.CHANGE_SYNONYMS, lucie.pk, "vélobus, rosalie → vélobus, pédibus"),
        (LoggedAction.REMOVE_SYNONYMS, lucie.pk, "vélobus, pédibus"),
    ]


def test_only_animators_keep_them(claire, viewer_of, browser_of):
    group = SynonymGroup.objects.create(terms="vélobus, rosalie")
    viewer = viewer_of(claire)
    for act in (
        lambda: actions.add_synonyms("un, deux", viewer),
        lambda: actions.change_synonyms(group, "un, deux", viewer),
        lambda: actions.remove_synonyms(group, viewer),
    ):
        with pytest.raises(Refused):
            act()
    assert browser_of(claire).get(SYNONYMS).status_code == 404
    assert SynonymGroup.objects.get().terms == "vélobus, rosalie"


def test_the_action_refuses_what_another_has_put_elsewhere_meanwhile(lucie, viewer_of):
    actions.add_synonyms("vélobus, rosalie", viewer_of(lucie))
    with pytest.raises(Refused, match="est déjà dans le groupe"):
        actions.add_synonyms("rosalie, quadricycle", viewer_of(lucie))
    group = SynonymGroup.objects.get()
    actions.remove_synonyms(group, viewer_of(lucie))
    with pytest.raises(SynonymGroup.DoesNotExist):
        actions.change_synonyms(group, "vélobus, rosalie", viewer_of(lucie))


def test_a_network_begins_with_its_acronyms_and_animators_have_the_last_word(
    desk, lucie, viewer_of
):
    assert create_missing_synonyms() == len(files.json_rows("synonyms"))
    enr = SynonymGroup.objects.get(reference="enr")
    page = desk.get(SYNONYMS)
    assert enr.terms in unescape(page.text)
    gone = SynonymGroup.objects.get(reference="pac")
    actions.change_synonyms(enr, "EnR, ER", viewer_of(lucie))
    actions.remove_synonyms(gone, viewer_of(lucie))

    assert create_missing_synonyms() == 0
    enr.refresh_from_db()
    assert enr.terms == "EnR, ER"
    assert gone.terms not in unescape(desk.get(SYNONYMS).text)
    assert desk.get(reverse("synonym-group", args=[gone.pk])).status_code == 404
    assert desk.post(SYNONYMS, {"terms": "PAC, pompe à chaleur"}).status_code == 302


def test_a_term_in_a_group_of_animators_means_what_they_say_and_no_more(
    lucie, claire, spaces, viewer_of, browser_of
):
    solar = start_thread(claire, spaces["network"], title="Le photovoltaïque", tags=[])
    record = start_thread(claire, spaces["network"], title="Un procès-verbal", tags=[])
    create_missing_synonyms()
    assert found(browser_of(claire), "PV") == {solar.pk}
    actions.add_synonyms("PV, procès-verbal", viewer_of(lucie))
    assert found(browser_of(claire), "PV") == {record.pk}
    assert create_missing_synonyms() == 0
    start_thread(claire, spaces["network"], title="Signer le PV", tags=[])
    assert found(browser_of(claire), "panneaux solaires") == {solar.pk}


@pytest.mark.deep
def test_the_reference_data_are_groups_that_animators_could_have_written():
    rows = files.json_rows("synonyms")
    groups = [SynonymGroup(terms=row["terms"]) for row in rows]
    for group in groups:
        others = [it for it in groups if it is not group]
        assert reason_against(group.terms, others) == "", group.terms
    assert len({row["slug"] for row in rows}) == len(rows) >= 300
    assert all(len(row["reason"]) > 3 for row in rows)
    place = Path(files.__file__).parent / "data" / "synonyms.json"
    assert json.loads(place.read_text("utf-8"))["license"] == "CC0-1.0"


#: Acronyms of the glossary that nobody writes out, and those that it explains in other words.
NOT_WRITTEN_OUT, OTHERWISE = {"LEADER", "SIREN"}, {"APER", "IFER"}


def test_each_acronym_of_the_glossary_is_found_by_what_it_stands_for():
    terms = {}
    for row in files.json_rows("synonyms"):
        keys = {term: key_of(term) for term in row["terms"].split(", ")}
        terms |= dict.fromkeys(keys, [key for key in keys.values() if len(key) > 1])
    for term in ACRONYMS:
        if term.word in NOT_WRITTEN_OUT:
            continue
        written_out = terms[term.word]
        if term.word not in OTHERWISE:
            explained = key_of(re.split("[:,.]", str(term.meaning))[0])
            assert any(explained[: len(key)] == key for key in written_out), term.word
        assert any(fold(term.word)[0] in {word[0] for word in key} for key in written_out)
