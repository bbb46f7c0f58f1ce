"""The page of a tag, the list of all, what is suggested while one types, and what leaves."""

from dataclasses import replace

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.moderation_log.models import ModerationLogEntry
from forum.conversation.tags.models import TagSynonym
from forum.finding.tags.actions import delete_unused_tags
from forum.finding.tags.merges.actions import merge_tags
from forum.finding.tags.tasks import delete_unused_tags as task
from forum.models import Tag, Thread
from tests.factories import AUTHORITIES, start_thread
from tests.forum.test_query_counts import LIST, cost

pytestmark = pytest.mark.django_db


@pytest.fixture
def solar(db):
    """A tag of the reference data, which no thread bears."""
    return Tag.objects.create(
        slug="solaire-collectif", name="Solaire collectif", name_en="Community solar",
        family="technique",
    )  # fmt: skip


@pytest.fixture
def start(claire, spaces):
    def start(*tags, space="network", **fields):
        number = Thread._base_manager.count()
        return start_thread(
            claire, spaces[space], tags=tags, title=f"Fil numéro {number} ici", **fields
        )

    return start


@pytest.fixture
def suggested(browser_of):
    def suggested(person, words):
        answer = browser_of(person).get(reverse("tag-suggestions"), {"q": words})
        assert answer.status_code == 200
        return answer.json()["tags"]

    return suggested


@pytest.fixture
def describe(lucie, browser_of):
    """What animators say of a tag, by the form."""

    def describe(slug, **typed):
        address = reverse("edit-tag", args=[slug])
        return browser_of(lucie).post(address, {"description": "", "synonyms": ""} | typed)

    return describe


# ------------------------------------------------------------------- suggestions


def test_what_is_typed_is_found_anywhere_in_a_tag_whatever_its_accents_and_case(
    start, suggested, claire, solar
):
    start("Énergie citoyenne"), start("énergie citoyenne"), start("Bois-énergie")

    for words in ("ener", "ÉNERG", "énergie  ci"):
        first = suggested(claire, words)[0]
        assert (first["name"], first["count"]) == ("Énergie citoyenne", 2), words
    found = suggested(claire, "energie")
    assert [one["name"] for one in found] == ["Énergie citoyenne", "Bois-énergie"]
    (one,) = suggested(claire, "collectif")
    assert (one["name"], one["family"], one["count"]) == ("Solaire collectif", "Technique", 0)
    assert suggested(claire, "community")[0]["name"] == "Solaire collectif"
    for nothing in ("", " ", ",", "%", "_", "zzz", "'", "\0", "x" * 5000):
        assert suggested(claire, nothing) == [], nothing


def test_a_synonym_offers_what_it_stands_for(start, suggested, describe, claire, solar):
    describe(solar.slug, synonyms="Photovoltaïque, PV")

    (one,) = suggested(claire, "photovoltaique")
    assert (one["name"], one["synonym"]) == ("Solaire collectif", "Photovoltaïque")


def test_a_merged_tag_offers_what_it_was_merged_into(
    start, suggested, claire, lucie, viewer_of
):
    start("Photovoltaïque"), start("Solaire")
    tags = Tag.objects.in_bulk(field_name="slug")
    merge_tags(tags["photovoltaique"], tags["solaire"], viewer_of(lucie), "Le même.")

    (one,) = suggested(claire, "photo")
    assert (one["name"], one["synonym"], one["count"]) == ("Solaire", "Photovoltaïque", 2)


def test_counts_and_names_are_of_the_threads_that_one_sees(start, suggested, jeanne, claire):
    start("bois secret", space=AUTHORITIES), start("Bois sec"), start("bois sec")
    start("BOIS SEC", space="public"), start("bois sec", space=AUTHORITIES)

    counts = {
        person: {one["slug"]: one["count"] for one in suggested(person, "bois")}
        for person in (claire, jeanne, None)
    }
    assert counts == {
        claire: {"bois-sec": 4, "bois-secret": 1}, jeanne: {"bois-sec": 3},
        None: {"bois-sec": 1},
    }  # fmt: skip
    assert suggested(None, "bois")[0]["name"] == "BOIS SEC"
    assert suggested(jeanne, "bois")[0]["name"] == "Bois sec"


@pytest.mark.usefixtures("no_posting_limits")
def test_suggestions_are_few_and_cost_the_same_however_many_tags_there_are(
    start, claire, browser_of
):
    client, address = browser_of(claire), "/mots-cles/propositions/?q=mot"
    for number in range(3):
        start(f"mot {number}")
    few = cost(client, address)
    for number in range(12):
        start(*(f"mot {number} {letter}" for letter in "abcdef"))

    assert cost(client, address) == few
    assert len(client.get(address).json()["tags"]) == 8


def test_who_asks_too_often_is_mailed_until_when(claire, browser_of, monkeypatch):
    from forum.finding.tags import views

    cache.clear()
    monkeypatch.setattr(views, "_SUGGESTIONS", replace(views._SUGGESTIONS, people="1/10m/user"))
    client = browser_of(claire)
    answers = [client.get("/mots-cles/propositions/?q=bois") for _n in "12"]

    assert [one.status_code for one in answers] == [200, 429]
    assert "Réessayez" in answers[1].json()["error"]


# -------------------------------------------------------------- the page of a tag


def test_the_page_of_a_tag_says_what_it_is_and_what_stands_beside_it(
    start, describe, claire, browser_of
):
    for kind in ("question", "question", "experience"):
        start("Régie", "Bois", kind=kind)
    start("Régie", "Granulés", kind="discussion")
    start("Régie", "Caché", space=AUTHORITIES)
    describe("regie", description="Qui gère soi-même.", synonyms="Régie directe")

    page = browser_of(claire).get("/mots/regie/")
    assert "Qui gère soi-même." in page.text and "Régie directe" in page.text
    shown = {kind: count for kind, count, _address in page.context["kind_links"]}
    assert shown == {"question": 3, "experience": 1, "discussion": 1}
    assert [row.tag.slug for row in page.context["related"]] == ["bois", "granules", "cache"]
    for _kind, count, address in page.context["kind_links"]:
        assert len(browser_of(claire).get(address).context["page"].rows) == count


def test_the_page_of_a_tag_tells_nothing_of_threads_that_one_does_not_see(
    start, claire, jeanne, browser_of
):
    start("Régie", "Bois"), start("Régie", "Caché", space=AUTHORITIES)

    page = browser_of(jeanne).get("/mots/regie/")
    assert [row.tag.slug for row in page.context["related"]] == ["bois"]
    assert [count for _kind, count, _address in page.context["kind_links"]] == [1]
    assert "Caché" not in page.text


def test_the_page_of_a_tag_costs_no_more_than_a_list_with_all_that_it_may_say(
    start, describe, claire, lucie, viewer_of, browser_of
):
    start("Régie", "Bois", "Granulés"), start("En régie", "Bois")
    tags = Tag.objects.in_bulk(field_name="slug")
    merge_tags(tags["en-regie"], tags["regie"], viewer_of(lucie), "Le même.")
    describe("regie", description="Qui gère soi-même.", synonyms="Régie directe, autogestion")

    assert cost(browser_of(claire), "/mots/regie/") <= LIST


# ------------------------------------------------------------------- all tags


def test_all_tags_are_listed_by_family_with_how_many_threads_one_sees(
    start, claire, jeanne, solar, browser_of
):
    start("Bocage"), start("bocage"), start("Solaire collectif")
    start("Caché", "bocage", space=AUTHORITIES)

    page = browser_of(claire).get(reverse("tags"))
    shown = [(family.label, [str(one) for one in family.tags]) for family in
             page.context["families"]]  # fmt: skip
    assert shown == [("Technique", ["Solaire collectif"])]
    others = [(str(one), one.thread_count) for one in page.context["page"].rows]
    assert others == [("Bocage", 3), ("Caché", 1)]
    page = browser_of(jeanne).get(reverse("tags"))
    others = [(str(one), one.thread_count) for one in page.context["page"].rows]
    assert others == [("Bocage", 2)] and "Caché" not in page.text
    assert browser_of(None).get(reverse("tags")).context["families"] == []
    assert reverse("tags") in browser_of(claire).get("/").text


@pytest.mark.deep
@pytest.mark.usefixtures("no_posting_limits")
def test_the_list_of_tags_costs_the_same_with_few_and_with_many(start, claire, browser_of):
    client, costs = browser_of(claire), []
    for upto in (2, 30):
        for number in range(upto):
            start(f"mot {upto} {number}", f"autre {upto} {number}", f"tiers {upto} {number}")
        costs.append(cost(client, reverse("tags")))

    assert costs[0] == costs[1] <= LIST
    assert len(client.get(reverse("tags"), {"page": 2}).context["page"].rows) > 0


# ------------------------------------------------------- description and synonyms


def test_whoever_types_a_synonym_gets_the_tag(start, describe, suggested, solar, claire):
    describe(solar.slug, synonyms="Photovoltaïque")

    thread = start("PHOTOVOLTAIQUE")
    assert list(thread.taggings.values_list("tag__slug", "name")) == [
        ("solaire-collectif", "Solaire collectif")
    ]


def test_the_address_of_a_synonym_leads_to_the_tag(start, describe, claire, browser_of):
    start("Régie")
    describe("regie", synonyms="Régie directe")

    assert browser_of(claire).get("/mots/regie-directe/")["Location"] == "/mots/regie/"
    assert browser_of(None).get("/mots/regie-directe/").status_code == 404


def test_a_synonym_changes_no_thread_and_tells_nothing_of_what_is_hidden(
    start, describe, claire, lucie
):
    start("Régie")
    hidden = start("en régie", space=AUTHORITIES)  # Which Lucie does not read.

    assert describe("regie", synonyms="En régie").status_code == 302
    assert [one.name for one in hidden.taggings.all()] == ["en régie"]
    assert hidden.taggings.get().tag.slug == "en-regie"


def test_a_known_tag_is_no_synonym_and_what_was_typed_is_kept(start, describe, lucie):
    start("Régie"), start("Bois"), start("Tourbe")
    describe("bois", synonyms="bûche")

    for typed in ("Bois", "BÛCHE", "a" * 41, ",".join(f"mot{n}" for n in range(21))):
        answer = describe("tourbe", synonyms=typed, description="Gardée.")
        assert answer.status_code == 422, typed
        assert typed in answer.text and "Gardée." in answer.text
    assert not TagSynonym.objects.filter(tag__slug="tourbe").exists()
    describe("bois", synonyms="")
    assert not TagSynonym.objects.exists()
    logged = ModerationLogEntry.objects.filter(action="edit_tag").order_by("pk")
    assert [one.reason for one in logged] == ["+ bûche", "− bûche"]


def test_describing_is_for_animators_of_tags_that_they_know(
    start, claire, lucie, solar, browser_of
):
    start("Régie"), start("Caché", space=AUTHORITIES)
    page = reverse("edit-tag", args=["regie"])

    assert browser_of(lucie).get(page).status_code == 200
    assert browser_of(claire).get(page).status_code == 404
    assert browser_of(lucie).get(reverse("edit-tag", args=["cache"])).status_code == 404
    assert browser_of(lucie).get(reverse("edit-tag", args=[solar.slug])).status_code == 200
    assert page in browser_of(lucie).get("/mots/regie/").text
    assert page not in browser_of(claire).get("/mots/regie/").text


# ---------------------------------------------------------------- what leaves


def test_tags_that_nobody_uses_are_deleted_and_all_others_stay(
    start, describe, lucie, viewer_of, solar
):
    kept = start("borné"), start("décrit"), start("a un synonyme"), start("un"), start("deux")
    removed, loose = start("dans un fil retiré"), start("personne")
    describe("decrit", description="Décrit."), describe("a-un-synonyme", synonyms="autre mot")
    tags = Tag.objects.in_bulk(field_name="slug")
    merge_tags(tags["un"], tags["deux"], viewer_of(lucie), "Le même.")
    Thread.objects.filter(pk=removed.pk).update(removed_at=removed.created_at)
    for thread in (kept[1], kept[2], kept[4], loose):
        thread.taggings.all().delete()

    assert task.call() == 1
    assert set(Tag.objects.values_list("slug", flat=True)) == {
        "borne", "decrit", "a-un-synonyme", "un", "deux", "dans-un-fil-retire", solar.slug,
    }  # fmt: skip
    assert delete_unused_tags() == 0
    assert start("personne").taggings.get().name == "personne"
