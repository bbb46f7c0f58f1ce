"""Similar threads in a browser: while a title is typed, and under a thread."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.actions import NADIA, ask_in_form, layout_shift, write

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TYPED = "Comment financer la renovation de l'ecole"
FOUND = "Plan de financement d’une rénovation"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_what_is_similar_shows_while_one_types_and_moves_nothing(sit, size):
    page = sit(NADIA, viewport=size)
    page.goto("/fils/nouveau/")
    page.locator("#live-region").evaluate(
        """(region) => {
            window.said = []
            new MutationObserver(() => said.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true })
        }"""
    )
    title, text = page.locator("[name=title]"), page.locator("[name=text]")
    title.focus()
    before = text.bounding_box()
    page.keyboard.type(TYPED)
    found = page.locator("[data-similar-to-title] [data-found]")
    expect(found.get_by_role("link").first).to_contain_text(FOUND)
    expect(found).to_contain_text("Résolu")

    assert text.bounding_box() == before
    assert layout_shift(page) < 0.01
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert title.evaluate("(it) => it === document.activeElement")
    page.keyboard.type(" !")  # The same threads are not told again.
    page.wait_for_function("said.length > 0")
    number = found.get_by_role("link").count()
    assert page.evaluate("said") == [f"{number} fils semblables"]
    page.keyboard.press("Tab")
    assert found.get_by_role("link").first.evaluate("(it) => it === document.activeElement")
    title.fill("Xqzwvk")
    expect(found).to_be_hidden()
    expect(page.locator("[data-idle] button")).to_be_visible()


def test_who_follows_a_similar_thread_comes_back_to_what_was_typed(sit):
    page = sit(NADIA)
    page.goto("/fils/nouveau/")
    page.locator("[name=title]").press_sequentially(TYPED)
    page.get_by_role("link", name=FOUND).click()
    page.wait_for_url(re.compile(r"/fils/\d+-"))
    page.goto("/fils/nouveau/")

    expect(page.locator("[name=title]")).to_have_value(TYPED)
    expect(page.get_by_role("link", name=FOUND)).to_be_visible()
    page.get_by_role("link", name=FOUND).click()
    page.wait_for_url(re.compile(r"/fils/\d+-"))
    page.go_back()
    expect(page.locator("[name=title]")).to_have_value(TYPED)
    expect(page.get_by_role("link", name=FOUND)).to_be_visible()
    page.locator("[name=title]").fill("")


def test_what_one_search_led_to_write_is_not_mixed_with_what_the_next_leads_to(sit):
    page = sit(NADIA)
    title, text = page.locator("[name=title]"), page.locator("[name=text]")
    page.goto("/fils/nouveau/?title=xqzwvk")
    title.fill("Première question")
    write(page, "Texte de la première.")
    page.goto("/fils/nouveau/?title=zzkwq")
    page.wait_for_selector("form[data-drafts=loaded]")
    expect(title).to_have_value("zzkwq")
    expect(text).to_have_value("")

    page.goto("/fils/nouveau/?title=xqzwvk")
    expect(text).to_have_value("Texte de la première.")
    expect(title).to_have_value("Première question")
    title.fill("")
    write(page, "")


def test_the_button_says_where_nothing_is_similar(sit):
    page = sit(NADIA)
    page.goto("/fils/nouveau/")
    page.fill("[name=title]", "Xqzwvk")
    page.get_by_role("button", name="Voir les fils semblables").press("Enter")
    expect(page.locator("[data-idle]")).to_contain_text("ne ressemble à ce titre")
    expect(page.locator("[name=title]")).to_have_value("Xqzwvk")
    page.fill("[name=title]", "")


def test_where_data_is_saved_nothing_is_fetched_but_by_the_button(sit):
    page = sit(NADIA)
    page.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    asked = []
    page.on("request", lambda it: "semblables" in it.url and asked.append(it.url))
    address = ask_in_form(page, f"Financer la rénovation d’une école {uuid4().hex[:6]}")
    page.goto(address)
    page.get_by_role("link", name="Voir les fils semblables").scroll_into_view_if_needed()
    page.goto("/fils/nouveau/")
    page.locator("[name=title]").press_sequentially(TYPED)
    expect(page.locator("[data-draft]")).to_have_text("Brouillon enregistré.")
    button = page.get_by_role("button", name="Voir les fils semblables")
    expect(button).to_be_visible()
    assert asked == []
    button.press("Enter")
    found = page.locator("[data-similar-to-title] [data-found]")
    expect(found.get_by_role("link").first).to_contain_text("rénovation")
    assert found.evaluate("(it) => it === document.activeElement")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_under_a_thread_the_list_comes_before_one_is_there_and_moves_nothing(sit, size):
    page = sit(None, viewport=size)
    page.goto("/recherche/?q=Ailes+des+Cr%C3%AAtes")
    page.locator("#results .title").first.click()
    page.wait_for_url(re.compile(r"/fils/\d+-"))
    similar = page.locator(".similar")
    page.mouse.wheel(0, 20_000)
    expect(similar.get_by_role("link").first).to_have_attribute(
        "href", re.compile(r"/fils/\d+-")
    )

    assert layout_shift(page) < 0.01
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_without_a_script_a_button_opens_them_and_what_is_typed_stays(sit):
    page = sit(NADIA, java_script_enabled=False)
    page.goto("/fils/nouveau/")
    page.fill("[name=title]", TYPED)
    write(page, "Nous commençons.")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Voir les fils semblables").press("Enter")
    expect(opened.value.get_by_role("link", name=FOUND)).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("Nous commençons.")

    page.goto("/recherche/?q=Ailes+des+Cr%C3%AAtes")
    page.locator("#results .title").first.click()
    page.get_by_role("link", name="Voir les fils semblables").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fils semblables")
    assert page.locator("main .card a").count() >= 1
