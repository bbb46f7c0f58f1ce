"""Picking a territory with a script, without one, by keyboard; the map by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LUCIE, NADIA

TOWN = "/organisations/mesnil-argance/"
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(params=["with a script", "without"])
def scripted(request):
    return request.param == "with a script"


def test_a_territory_is_picked_by_keyboard_as_one_types(sit):
    page = sit(NADIA)
    page.goto(f"{TOWN}territoires/")
    field = page.locator("#q")
    field.press_sequentially("cc du thouarsais")
    options = page.locator("#territory-found [role=option]")
    expect(options).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-said]")).to_have_text("1 territoire trouvé")

    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "option-1")
    field.press("Enter")

    expect(page.locator("#territory-found")).to_be_hidden()
    expect(page.locator("[data-said]")).to_contain_text(
        re.compile(r"CC du Thouarsais \(79\)\s:\schoisi")
    )
    expect(page.get_by_label("CC du Thouarsais (79)")).to_be_checked()
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.locator("#messages")).to_contain_text(re.compile(r"Ajouté\s: CC du Thouarsais"))
    page.get_by_role("button", name="Ôter CC du Thouarsais").click()
    expect(page.locator("#messages")).to_contain_text("Ôté")


def test_escape_closes_the_list_and_a_click_picks(sit):
    page = sit(NADIA, **PHONE)
    page.goto(f"{TOWN}territoires/")
    field = page.locator("#q")
    field.press_sequentially("saint brieuc armor")
    options = page.locator("#territory-found [role=option]")
    expect(options.first).to_be_visible()
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    options.first.click()
    expect(page.get_by_label(re.compile("Saint-Brieuc"))).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_script_the_same_takes_one_page_more(sit):
    page = sit(NADIA, java_script_enabled=False)
    page.goto(f"{TOWN}territoires/")
    page.fill("#q", "mauges")
    page.press("#q", "Enter")
    page.get_by_label("CA Mauges Communauté (49)").check()
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Mauges")
    page.get_by_role("button", name="Ôter CA Mauges").click()


def test_a_territory_that_is_not_there_is_said_where_one_looks(sit):
    page = sit(NADIA)
    page.goto(f"{TOWN}territoires/")
    field, said = page.locator("#q"), page.locator("[data-said]")
    field.press_sequentially("danpierre")
    expect(said).to_contain_text("Aucun territoire de ce nom")
    assert said.bounding_box()["height"] > 10
    field.fill("cc du thouarsais")
    expect(said).to_have_text("1 territoire trouvé")
    assert said.bounding_box()["height"] <= 1


def test_a_town_that_nobody_knows_signs_at_once_with_a_script_and_after_one_question_without(
    sit, scripted
):
    page = sit(LUCIE, java_script_enabled=scripted)
    page.goto("/charte/signer/")
    name = "Mairie de Danpierre" if scripted else "Commune de Xaintroy"
    if scripted:  # It comes before anything is sent.
        page.fill("[name=organisation]", "Mairie de Danpiere")
        page.press("[name=organisation]", "Tab")
        page.get_by_label("Son département").select_option(label="86 — Vienne")
        page.get_by_label("Son territoire").press_sequentially("thouarsais")
        page.locator("#territory-found").get_by_role("option", name="CC du Thouarsais").click()
        page.fill("[name=organisation]", name)
        page.press("[name=organisation]", "Tab")
        expect(page.locator("#inconnue p").first).to_contain_text(name)
        expect(page.get_by_label("CC du Thouarsais (79)")).to_be_checked()
        page.get_by_label("Son territoire").fill("")
        expect(page.get_by_label("Son département")).to_have_value("86")
        fill(page, name)
    else:
        fill(page, name)
        page.get_by_label("Son département").select_option(label="86 — Vienne")
        page.get_by_label("Son territoire").fill("danpierre")
        send(page)
    expect(page.locator("#messages")).to_contain_text("Vous avez signé la charte")
    if not scripted:
        expect(page.locator("#messages")).to_contain_text("n’est pas sur la liste")
    page.goto("/organisations/?departement=86")
    expect(page.locator("main")).to_contain_text(f"{name} (86)")


def test_a_new_organisation_says_where_it_acts_with_and_without_a_script(sit, scripted):
    page = sit(LUCIE, java_script_enabled=scripted)
    page.goto("/charte/signer/")
    name = f"SCIC d’essai {scripted}"
    fill(page, name)
    field = page.get_by_label("Son territoire")
    if scripted:
        field.press_sequentially("ernee")
        page.locator("#territory-found").get_by_role("option", name="CC de l’Ernée").click()
        page.get_by_label("CC de l’Ernée").check()
    else:
        field.fill("cc de l’ernee")
    send(page)
    expect(page.locator("#messages")).to_contain_text("Vous avez signé la charte")
    page.goto("/organisations/?q=essai")
    expect(page.locator("main")).to_contain_text(f"{name} (53)")


def test_the_map_works_by_keyboard_and_its_list_follows(sit):
    page = sit()
    page.goto("/territoires/")
    link = page.get_by_role("link", name=re.compile("Côtes-d’Armor"))
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"departement=22#liste"))
    expect(page.locator("#liste")).to_contain_text("Le Mesnil-Argance (22)")
    expect(page.locator("#liste .rows > li")).to_have_count(1)


def test_the_map_weighs_little(chromium, site):
    context = chromium.new_context(base_url=site.address)
    page, addresses = context.new_page(), []
    page.on("requestfinished", lambda asked: addresses.append(asked.url))
    page.goto("/territoires/", wait_until="networkidle")
    context.close()

    assert len(addresses) <= 8


def fill(page, organisation):
    """Fill the form as who signs for ``organisation``, and come back to its question."""
    page.get_by_label("Porteurs de projet").check()
    page.fill("[name=organisation]", organisation)
    page.fill("[name=position]", "Présidente")
    page.check("[name=authority][value=office]")
    page.fill("[name=typed_name]", "Lucie Hoarau")
    send(page)


def send(page):
    page.get_by_role("button", name="Je signe la charte").click()
