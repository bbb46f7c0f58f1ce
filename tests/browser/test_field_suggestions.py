"""Tags and names are suggested while one types, by keyboard or finger; not without a script."""

import re

from playwright.sync_api import expect

from tests.browser.actions import LUCIE, NADIA

NEW = "/fils/nouveau/"
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_tags_are_taken_by_keyboard_in_a_list_of_words(sit):
    page = sit(NADIA)
    page.goto(NEW)
    page.get_by_text("Ajouter des mots-clés").click()
    field = page.get_by_role("combobox", name="Mots-clés")
    options = page.get_by_role("listbox", name="Mots-clés proposés").get_by_role("option")

    field.press_sequentially("bocage, AGRIC")
    expect(options).to_have_count(1)
    expect(options).to_have_text(re.compile(r"^Agriculteurs \d+ fils? · Acteurs$"))
    expect(field).to_have_attribute("aria-expanded", "true")
    said = page.locator("[data-said]").first
    expect(said).to_have_text("1 mot-clé proposé")
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    expect(options).to_have_attribute("id", active)
    expect(options).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("bocage, Agriculteurs, ")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.locator("[data-said]").first).to_have_text(
        re.compile(r"Agriculteurs\s: ajouté")
    )

    field.press_sequentially("ecol")
    expect(options.first).to_be_visible()
    field.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_value("bocage, Agriculteurs, ecol")


def test_the_word_in_which_one_writes_is_completed_and_the_others_stay(sit):
    page = sit(NADIA, **PHONE)
    page.goto(NEW)
    page.get_by_text("Ajouter des mots-clés").click()
    field = page.get_by_role("combobox", name="Mots-clés")
    field.fill("bocage, habitan, régie")
    field.evaluate("it => it.setSelectionRange(15, 15)")
    field.press("t")
    option = page.get_by_role("option", name="Habitants")
    expect(option).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    option.click()

    expect(field).to_have_value("bocage, Habitants, régie")
    expect(option).to_be_hidden()


def test_tags_of_a_draft_show_as_one_comes_back(sit):
    page = sit(NADIA)
    page.goto(NEW)
    page.locator("[name=title]").fill("Qui a des agriculteurs ?")
    page.get_by_text("Ajouter des mots-clés").click()
    page.get_by_role("combobox", name="Mots-clés").fill("bocage")
    expect(page.locator("[data-draft]")).to_have_text("Brouillon enregistré.")
    page.goto("/")
    page.goto(NEW)
    expect(page.get_by_role("combobox", name="Mots-clés")).to_have_value("bocage")
    page.locator("[name=title]").fill("")
    page.get_by_role("combobox", name="Mots-clés").fill("")


def test_without_a_script_tags_are_words_with_commas_between_them(sit):
    page = sit(NADIA, java_script_enabled=False)
    page.goto(NEW)
    page.get_by_text("Ajouter des mots-clés").click()
    field = page.get_by_role("textbox", name="Mots-clés")
    field.fill("bocage, habitants")

    expect(page.get_by_role("listbox", name="Mots-clés proposés")).to_be_hidden()
    expect(field).to_have_value("bocage, habitants")


def test_an_animator_takes_the_tag_that_remains_and_sees_what_changes(sit):
    page = sit(LUCIE)
    page.goto("/mots/agriculteurs/reunir/")
    field = page.get_by_role("combobox", name="Mot-clé qui demeure")
    field.press_sequentially("habit")
    page.get_by_role("option", name="Habitants").click()
    expect(field).to_have_value("Habitants")
    page.get_by_label("Pourquoi").fill("Pour voir.")
    page.get_by_role("button", name="Voir ce qui changera").click()

    expect(page.get_by_role("region", name="devient")).to_contain_text("fils changent")
    expect(page.get_by_role("button", name="Réunir")).to_be_visible()


def test_the_names_of_whom_a_question_is_put_to_are_suggested_one_by_one(sit):
    page = sit(NADIA)
    page.goto(NEW)
    page.get_by_text("Poser cette question à des territoires en particulier").click()
    page.get_by_label("À ceux que je nomme").check()
    field = page.get_by_role("combobox", name="Noms d’organisations ou de territoires")
    options = page.get_by_role("listbox", name="Noms proposés").get_by_role("option")
    field.press_sequentially("Trémoy, erdil")
    expect(options.first).to_contain_text("Erdille")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(re.compile(r"^Trémoy, .*Erdille.*, $"))
