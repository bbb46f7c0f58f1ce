"""Searching: by keyboard, by ear, on a phone, without a script; what stays in the browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, layout_shift

pytestmark = pytest.mark.long

PHONE = {"viewport": {"width": 390, "height": 844}}
TITLE = "Chaufferie bois de village"
SUGGESTIONS = "/recherche/propositions/"


def box_of(page):
    """The box in the header."""
    return page.get_by_role("banner").locator("[data-search]")


def options(page):
    """What the box proposes."""
    return page.get_by_role("banner").get_by_role("option")


def asked_by(page):
    """The addresses of proposals that ``page`` asks for, as it does."""
    found = []
    page.on("request", lambda one: SUGGESTIONS in one.url and found.append(one.url))
    return found


def titles(page):
    """The titles found, in order."""
    return page.locator("#results h2").all_text_contents()


def test_a_thread_is_reached_by_keyboard_alone(sit):
    page = sit(NADIA)
    page.goto("/raccourcis/")
    page.keyboard.press("/")
    expect(box_of(page)).to_be_focused()
    page.keyboard.type("chaufferie bois de village")
    expect(page.get_by_role("group", name="Fils")).to_contain_text(TITLE)
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    title = options(page).first.locator("span").text_content()
    page.keyboard.press("Enter")

    expect(page.locator("main h1")).to_contain_text(title)


def test_escape_closes_what_is_proposed_then_leaves_the_box_with_what_was_typed(sit):
    page = sit(NADIA)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("chauff")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(box_of(page)).to_have_attribute("aria-expanded", "false")
    expect(box_of(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(box_of(page)).not_to_be_focused()
    expect(box_of(page)).to_have_value("chauff")

    box_of(page).press("ArrowDown")
    expect(options(page)).to_have_count(1)
    page.get_by_role("banner").get_by_role("link", name="Foirail").focus()
    expect(options(page)).to_have_count(0)


def test_the_last_line_searches_for_what_is_typed(sit):
    page = sit(NADIA)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("chauff")
    expect(options(page).nth(1)).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_text("Chercher « chauff »")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/recherche/\?q=chauff$"))
    box = page.locator("main [data-search]")
    expect(box).to_have_value("chauff")
    page.keyboard.press("/")
    expect(box).to_be_focused()


@pytest.mark.parametrize("size", [{}, PHONE])
@pytest.mark.parametrize("typed", ["chaudiere bois village", "chaufferie bois vilage"])
def test_words_without_accents_or_with_a_letter_wrong_find_the_thread(sit, size, typed):
    page = sit(NADIA, **size)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/recherche/"))

    expect(page.locator("#results [data-thread]").first).to_contain_text(TITLE)
    if "vilage" in typed:
        expect(page.locator("main")).to_contain_text("Vouliez-vous dire")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("size", [{}, PHONE])
def test_without_a_script_the_box_leads_to_the_same_results(sit, size):
    page, scripted = sit(NADIA, java_script_enabled=False, **size), sit(NADIA, **size)
    scripted.goto("/recherche/?q=chaufferie")
    page.goto("/")
    page.get_by_role("banner").locator("label").click()
    expect(box_of(page)).to_be_focused()
    box_of(page).fill("chaufferie")
    page.get_by_role("banner").get_by_role("button", name="Chercher").click()

    expect(page.locator("#results")).to_be_visible()
    assert titles(page) == titles(scripted)
    page.locator("summary", has_text="Filtrer").click()
    page.get_by_role("combobox", name="Résolu").select_option(index=1)
    page.get_by_role("button", name="Appliquer").click()
    chips = page.get_by_role("list", name="Filtres appliqués")
    expect(chips.get_by_role("link")).to_have_count(1)


def test_on_a_phone_both_orders_stand_beside_the_count_and_before_what_is_found(sit):
    page = sit(NADIA, **PHONE)
    page.goto("/recherche/?q=chaufferie")
    orders = page.get_by_role("navigation", name="Ordre des résultats").get_by_role("link")
    expect(orders.first).to_have_attribute("aria-current", "true")
    first, second = (order.bounding_box() for order in orders.all())
    title = page.locator("#results h2").first.bounding_box()

    assert first["y"] == second["y"] and min(first["height"], second["height"]) >= 44
    assert title["y"] < 500


def test_on_a_phone_the_box_opens_over_the_header_and_nothing_moves(sit):
    page = sit(NADIA, **PHONE)
    page.goto("/")
    box, mark = box_of(page), page.get_by_role("banner").locator("label")
    assert mark.bounding_box()["width"] >= 24
    top = page.locator("main").bounding_box()["y"]
    mark.click()
    expect(box).to_be_focused()
    box.press_sequentially("chauff")
    expect(page.get_by_role("group", name="Fils")).to_be_visible()  # What came is there.

    assert box.bounding_box()["width"] > 350
    assert options(page).first.bounding_box()["width"] > 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("main").bounding_box()["y"] == top
    assert layout_shift(page) == 0
    box.press("Escape")
    expect(options(page)).to_have_count(0)
    box.press("Escape")
    assert mark.bounding_box()["width"] < 60


def test_a_screen_reader_is_told_what_the_box_is_and_what_it_proposes(sit):
    page = sit(NADIA)
    page.goto("/")
    search = page.get_by_role("search", name="Chercher sur le site")
    expect(search.get_by_role("searchbox", name="Chercher dans le forum")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("chaufferie")
    combobox = search.get_by_role("combobox", name="Chercher dans le forum", expanded=True)
    expect(combobox).to_be_focused()
    expect(page.locator("#live-region")).to_have_text(re.compile(r"^\d+ propositions?$"))
    listbox = search.get_by_role("listbox", name="Propositions")
    threads, last = (
        listbox.get_by_role("group", name="Fils"),
        listbox.get_by_role("option").last,
    )
    expect(threads.get_by_role("option").first).to_be_visible()
    expect(last).to_have_accessible_name("Chercher « chaufferie »")
    page.keyboard.press("ArrowDown")
    active = combobox.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    assert combobox.get_attribute("aria-controls") == listbox.get_attribute("id")
    box_of(page).fill("xqzwv")
    expect(page.locator("#live-region")).to_have_text("Aucune proposition")


def test_a_screen_reader_reads_the_results_in_order(sit):
    page = sit(NADIA)
    page.goto("/recherche/?q=chaufferie")

    expect(page).to_have_title(re.compile("« chaufferie ».+fil"))
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - heading "Recherche" [level=1]
        - search "Chercher et filtrer":
          - combobox "Chercher dans le forum": chaufferie
          - group "Filtrer"
        - paragraph: /\\d+ fils/
        - navigation "Ordre des résultats"
        - region "Trouvé aussi":
          - heading "Trouvé aussi" [level=2]
          - term: Mots-clés
          - definition:
            - link "Chaufferie bois"
            - text: /\\d+ fils/
        - list "Fils et fiches trouvés":
          - listitem:
            - img "Expérience"
            - heading /Chaufferie/ [level=2]:
              - link /Chaufferie/:
                - mark: Chaufferie
            - paragraph
            - paragraph:
              - text: /Trémoy/
              - time
              - link "Biomasse et bois-énergie"
            - paragraph:
              - text: 3 réponses
              - time
        """
    )


def test_nothing_is_sent_for_one_letter_or_where_data_are_to_be_saved(sit):
    page = sit(NADIA)
    asked = asked_by(page)
    page.goto("/")
    page.keyboard.press("/")
    expect(box_of(page)).to_have_role("combobox")
    page.clock.install()
    page.keyboard.type("c")
    expect(options(page)).to_have_text(["Chercher « c »"])
    page.clock.run_for(5_000)
    page.keyboard.type("h")
    with page.expect_response(re.compile(SUGGESTIONS)):
        page.clock.run_for(5_000)
    assert [one.rpartition("=")[2] for one in asked] == ["ch"]

    page = sit(NADIA)
    page.add_init_script(
        "const get = () => ({ saveData: true });"
        "Object.defineProperty(Navigator.prototype, 'connection', { get })"
    )
    asked = asked_by(page)
    page.goto("/")
    page.keyboard.press("/")
    expect(box_of(page)).to_have_role("combobox")
    page.clock.install()
    page.keyboard.type("chauff")
    expect(options(page)).to_have_text(["Chercher « chauff »"])
    page.clock.run_for(5_000)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert asked == []


def test_what_the_box_needs_is_loaded_when_it_is_entered(sit):
    page, loaded = sit(NADIA), []
    page.on("request", lambda one: loaded.append(one.url))
    page.goto("/", wait_until="networkidle")
    assert [one for one in loaded if "search_suggestions" in one or "css/search" in one] == []
    page.keyboard.press("/")
    expect(box_of(page)).to_have_role("combobox")

    found = [re.sub(r"\.\w+\.", ".", one.rpartition("/")[2]) for one in loaded]
    assert {"search_suggestions.js", "search.css"} <= set(found)
    page.get_by_role("banner").get_by_role("button", name="Chercher").focus()
    box_of(page).focus()
    assert len([one for one in loaded if "search_suggestions" in one]) == 1


def search_for(page, *searches):
    for words in searches:
        page.goto("/")
        page.keyboard.press("/")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/recherche/"))


@pytest.mark.parametrize("size", [{}, PHONE])
def test_recent_searches_are_shown_latest_first_in_the_empty_box_and_are_wiped(sit, size):
    page = sit(NADIA, **size)
    search_for(page, "éolien", "bois", "Éolien")
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_role("listbox", name="Recherches récentes")).to_be_visible()
    expect(options(page)).to_have_text(["Éolien", "bois"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/recherche/\?q=bois$"))

    page.goto("/")
    page.keyboard.press("/")
    expect(options(page)).to_have_text(["bois", "Éolien"])
    wipe = page.get_by_role("button", name="Effacer les recherches récentes")
    last = options(page).last.bounding_box()
    assert wipe.bounding_box()["y"] >= last["y"] + last["height"]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(wipe).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#live-region")).to_have_text("Recherches récentes effacées")
    expect(box_of(page)).to_be_focused()
    page.reload()
    page.keyboard.press("/")
    expect(box_of(page)).to_have_role("combobox")
    expect(options(page)).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter(it => /search/.test(it))") == []


def test_recent_searches_go_as_one_signs_out_and_are_no_one_else_s(sit):
    page = sit(NADIA)
    search_for(page, "budget confidentiel")
    kept = "JSON.stringify({...localStorage, ...sessionStorage})"
    assert "confidentiel" in page.evaluate(kept)
    page.context.request.get("/essai/connexion/", params={"email": LAURENT})
    page.goto("/")
    page.keyboard.press("/")
    expect(box_of(page)).to_have_role("combobox")
    expect(options(page)).to_have_count(0)

    page.get_by_role("button", name="votre compte").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_load_state()
    assert "confidentiel" not in page.evaluate(kept)
