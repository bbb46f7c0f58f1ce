"""Whom a question is put to, seen before it is asked: with a script, and without one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import NADIA

THREAD = re.compile(r"/fils/\d+-quelle-puissance")
PUBLISH, SEE = "Publier", "Voir qui sera interrogé"


def choose(page, way):
    """Begin a question, and choose whom it asks."""
    page.goto("/fils/nouveau/?topic=bois-energie")
    page.fill("main [name=title]", "Quelle puissance pour une école ?")
    page.fill("main textarea[name=text]", "Elle a deux classes.")
    page.locator("#interroger > summary").click()
    page.locator(f"[name=ask][value={way}]").check()


def test_who_will_be_asked_shows_as_one_chooses(sit):
    page = sit(NADIA)
    choose(page, "similar")
    boxes = page.locator("#interroges [name=addressee]")
    expect(boxes.first).to_be_checked()
    expect(page.get_by_role("button", name=SEE)).to_have_count(0)
    expect(page.get_by_label("Noms d’organisations")).to_be_hidden()
    page.get_by_label("Où", exact=True).select_option("department")
    expect(page.locator("#interroges")).to_contain_text("proche")

    to_all = page.locator("[name=ask][value='']")
    to_all.evaluate("(choice) => choice.click()")
    asked = to_all.evaluate("(choice) => new FormData(choice.form).getAll('addressee')")
    assert asked == []  # Whoever publishes at once asks nobody.
    expect(page.locator("#interroges")).to_have_count(0)
    page.locator("[name=ask][value=similar]").check()
    expect(boxes.first).to_be_checked()
    page.get_by_role("button", name=PUBLISH).click()
    page.wait_for_url(THREAD)


def test_on_a_phone_who_will_be_asked_is_folded_below_how_many(sit):
    page = sit(NADIA, viewport={"width": 390, "height": 844})
    choose(page, "expertise")
    box, names = page.locator("#interroges"), page.locator("#interroges [name=addressee]")
    expect(names.first).to_be_checked()
    expect(names.first).to_be_hidden()
    assert box.bounding_box()["height"] < 844 / 3
    box.get_by_text("Voir qui, et décocher").click()
    expect(names.first).to_be_visible()
    page.get_by_label("Sujet", exact=True).select_option("eolien")
    expect(names.first).to_be_visible()  # It stays as one has it.


def test_what_one_chose_is_back_as_the_page_is_loaded_again(sit):
    page = sit(NADIA)
    page.goto("/fils/nouveau/")
    page.get_by_label("Sujet", exact=True).select_option("bois-energie")
    page.locator("#interroger > summary").click()
    page.locator("[name=ask][value=similar]").check()
    page.get_by_label("Où", exact=True).select_option("department")
    expect(page.locator("main form.form")).to_have_attribute("data-drafts", "loaded")
    for _time in range(2):
        page.goto("/")
        page.goto("/fils/nouveau/")
        expect(page.get_by_label("Sujet", exact=True)).to_have_value("bois-energie")
        expect(page.locator("[name=ask][value=similar]")).to_be_checked()
        expect(page.get_by_label("Où", exact=True)).to_have_value("department")
        expect(page.locator("#interroges [name=addressee]").first).to_be_checked()
    page.goto("/fils/nouveau/?topic=eolien")  # What the address names stays.
    expect(page.locator("[name=ask][value=similar]")).to_be_checked()
    expect(page.get_by_label("Sujet", exact=True)).to_have_value("eolien")


@pytest.mark.parametrize("is_by_button", [True, False], ids=["by its button", "by Enter"])
def test_without_a_script_the_main_button_leads_to_who_will_be_asked(sit, is_by_button):
    page = sit(NADIA, java_script_enabled=False)
    choose(page, "similar")
    expect(page.get_by_role("button", name=PUBLISH)).to_be_hidden()
    if is_by_button:
        page.get_by_role("button", name=SEE).click()
    else:
        page.locator("main [name=title]").press("Enter")
    expect(page.locator("#interroges")).to_be_in_viewport()
    page.get_by_role("button", name=PUBLISH).click()
    page.wait_for_url(THREAD)
