"""Each text of a form of several, such as that of a sheet, is written as it will look."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LIBRARY, LUCIE, NADIA, SWITCH, layout_shift, settled_top

NEW = "/experiences/nouvelle/"


def field_of(page, name):
    """The text field of this name."""
    return page.locator(f"textarea[name={name}]")


def composer_of(page, name):
    """What stands around it, with its toolbar."""
    return page.locator(".composer").filter(has=field_of(page, name))


def begin(page, name):
    """Begin to write in the field of this name; its editor, and the field.

    The page's own ``focus`` is called: the editor may take the place of the field meanwhile.
    """
    field = field_of(page, name)
    field.evaluate("field => field.focus()")
    editor = composer_of(page, name).locator(".ProseMirror")
    expect(editor).to_be_focused()
    return editor, field


def save(page):
    """Save the draft, and land on its form."""
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(re.compile(r"/brouillons/\d+/modifier/"))


def test_each_text_of_a_sheet_is_seen_as_it_will_look_and_stored_as_markdown(sit):
    page = sit(NADIA)
    asked = []
    page.on("request", lambda it: LIBRARY.search(it.url) and asked.append(it.url))
    page.goto(NEW)
    page.get_by_label("Titre", exact=True).fill("Une chaufferie au bois")
    assert asked == []
    editor, field = begin(page, "context")
    page.keyboard.type("Nous avions ")
    page.keyboard.press("Control+b")
    page.keyboard.type("trois")
    page.keyboard.press("Control+b")
    page.keyboard.type(" chaudières.")
    expect(editor.locator("strong")).to_have_text("trois")
    other, other_field = begin(page, "work")
    composer_of(page, "work").get_by_role("button", name="Liste").click()
    page.keyboard.type("étude")
    page.keyboard.press("Enter")
    page.keyboard.type("travaux")
    expect(other.locator("li")).to_have_text(["étude", "travaux"])
    expect(field).to_have_value("Nous avions **trois** chaudières.")
    expect(other_field).to_have_value("- étude\n- travaux")
    assert len(asked) == 1

    save(page)
    expect(field).to_have_value("Nous avions **trois** chaudières.")
    editor = composer_of(page, "work").locator(".ProseMirror")
    expect(editor.locator("li")).to_have_text(["étude", "travaux"])
    page.get_by_role("link", name="Voir le brouillon").click()
    expect(page.locator(".prose strong").filter(has_text="trois")).to_be_visible()
    expect(page.locator(".prose li").filter(has_text="travaux")).to_be_visible()


def test_a_sheet_that_one_goes_on_with_shows_its_texts_as_they_will_look(sit):
    page = sit(NADIA)
    page.goto(NEW)
    for name, text in (("context", "Une **école**."), ("advice", "> Cité\n\n1. un")):
        field_of(page, name).evaluate("(field, text) => { field.value = text }", text)
    save(page)
    page.reload()

    expect(composer_of(page, "context").locator(".ProseMirror strong")).to_have_text("école")
    advice = composer_of(page, "advice").locator(".ProseMirror")
    expect(advice.locator("blockquote")).to_have_text("Cité")
    expect(advice.locator("li")).to_have_text("un")
    expect(page.locator(".ProseMirror")).to_have_count(2)
    expect(page.locator("main :focus")).to_have_count(0)
    expect(field_of(page, "advice")).to_have_value("> Cité\n\n1. un")


def test_the_choice_of_one_text_is_that_of_all_and_each_has_its_own_switch(sit):
    page = sit(NADIA)
    page.goto(NEW)
    editor, field = begin(page, "context")
    page.keyboard.type("Un **mot** de plus")
    expect(editor.locator("strong")).to_have_text("mot")
    composer_of(page, "context").locator(SWITCH).click()
    expect(field).to_be_focused()
    expect(field).to_have_value("Un **mot** de plus")
    field_of(page, "results").press_sequentially("En *source*")
    expect(page.locator(".ProseMirror")).to_have_count(0)
    composer_of(page, "results").locator(SWITCH).click()
    expect(page.locator(".ProseMirror em")).to_have_text("source")
    expect(composer_of(page, "context").locator(SWITCH)).to_have_attribute(
        "aria-pressed", "false"
    )


def test_who_prefers_source_and_a_line_that_saves_data_load_nothing_of_it(sit):
    for script in (
        "localStorage.setItem('formatting', 'off')",
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
    ):
        page = sit(NADIA)
        page.add_init_script(f"try {{ {script} }} catch {{}}")
        asked = []
        page.on("request", lambda it, asked=asked: asked.append(it.url))
        page.goto(NEW)
        field_of(page, "context").focus()
        expect(composer_of(page, "work").get_by_role("toolbar")).to_be_visible()
        page.keyboard.type("Bien reçu")
        expect(field_of(page, "context")).to_have_value("Bien reçu")
        assert [it for it in asked if LIBRARY.search(it)] == []


def test_nothing_moves_as_one_goes_from_text_to_text(sit):
    for size in ({"width": 1280, "height": 900}, {"width": 390, "height": 844}):
        page = sit(NADIA, viewport=size)
        page.goto(NEW)
        page.get_by_text("Ajouter partenaires").click()
        last = field_of(page, "sources")
        last.scroll_into_view_if_needed()
        with page.expect_response(re.compile(r"/writing\.")):
            composer_of(page, "sources").get_by_role("button", name="Gras").focus()
        expect(composer_of(page, "sources").locator(SWITCH)).to_be_visible()
        heading = page.locator("#figures")
        before, top = layout_shift(page), settled_top(heading)
        begin(page, "sources")
        begin(page, "contacts")
        assert (layout_shift(page), settled_top(heading)) == (before, top)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_name_is_suggested_where_one_says_whom_to_ask(sit):
    page = sit(NADIA)
    page.goto(NEW)
    page.get_by_text("Ajouter partenaires").click()
    _editor, field = begin(page, "contacts")
    page.keyboard.type("Demander à @laurent")
    lists = page.get_by_role("listbox", name="Personnes et organisations")
    expect(lists.get_by_role("option").first).to_contain_text("Laurent Delpuech")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Demander à @Laurent Delpuech")


def test_each_toolbar_is_one_stop_of_the_keyboard_and_named_after_its_text(sit):
    page = sit(NADIA)
    page.goto(NEW)
    begin(page, "context")
    page.keyboard.press("Shift+Tab")
    toolbar = page.get_by_role("toolbar", name="Mise en forme : Le contexte")
    expect(toolbar.locator(":focus")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    toolbar = page.get_by_role("toolbar", name="Mise en forme : Ce qui a été fait")
    expect(toolbar.locator(":focus")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(composer_of(page, "work").locator(".ProseMirror")).to_be_focused()


def test_without_a_script_there_are_fields_and_what_is_typed_is_saved(sit):
    page = sit(NADIA, java_script_enabled=False)
    page.goto(NEW)
    expect(page.get_by_role("button", name="Gras")).to_have_count(0)
    page.get_by_label("Titre", exact=True).fill("Une chaufferie")
    field_of(page, "work").fill("Écrit **sans** script.")
    save(page)
    expect(field_of(page, "work")).to_have_value("Écrit **sans** script.")


@pytest.mark.parametrize("name", ["guide", "text"])
def test_the_guide_of_a_template_is_written_as_it_will_look(sit, name):
    page = sit(LUCIE)
    page.goto("/animation/modeles/")
    page.get_by_role("link", name="Changer le guide").first.click()
    field = field_of(page, name)
    before = field.input_value()
    editor, field = begin(page, name)
    expect(editor.locator(".source")).to_have_count(0)
    expect(field).to_have_value(before)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Écrit à @laurent **ici**.")
    expect(editor.locator("strong").last).to_have_text("ici")
    expect(field).to_have_value(re.compile(r"@laurent \*\*ici\*\*\.$"))
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_a_file_that_is_dropped_on_a_text_does_not_take_the_place_of_the_page(sit):
    page = sit(NADIA)
    page.goto(NEW)
    is_kept = """(field, type) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(["x"], "devis.pdf"))
      const about = { dataTransfer, bubbles: true, cancelable: true }
      return !field.dispatchEvent(new DragEvent(type, about))
    }"""
    for type in "dragover", "drop":
        assert field_of(page, "context").evaluate(is_kept, type)
