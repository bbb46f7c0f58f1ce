"""A post is written as it will look, and stored as Markdown; who prefers the source has it."""

import re

from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, answer, ask, title
from tests.browser.file_helpers import chosen, give, row_of

SWITCH = "[data-formatting-switch]"
LIBRARY = re.compile(r"/django_prose_editor/editor\.")


def open_editor(page):
    """Switch the reply of ``page`` to what it will look like; the editor, and the field."""
    field = page.locator("#repondre textarea")
    field.focus()
    page.click(SWITCH)
    editor = page.get_by_role("textbox", name="Votre réponse")
    expect(editor).to_be_focused()
    return editor, field


def test_bold_is_seen_as_bold_and_stored_as_markdown(sit):
    page = sit(NADIA)
    ask(page, title())
    editor, field = open_editor(page)
    page.keyboard.type("Nous avons ")
    page.keyboard.press("Control+b")
    page.keyboard.type("trois")
    page.keyboard.press("Control+b")
    page.keyboard.type(" éoliennes.")
    page.keyboard.press("Enter")
    page.click("[data-md=list]")
    page.keyboard.type("une")
    page.keyboard.press("Enter")
    page.keyboard.type("deux")

    expect(editor.locator("strong")).to_have_text("trois")
    expect(field).to_have_value("Nous avons **trois** éoliennes.\n\n- une\n- deux")
    page.click("#repondre [data-send]")
    expect(page.locator("#post-2 .prose strong")).to_have_text("trois")
    expect(page.locator("#post-2 .prose li")).to_have_text(["une", "deux"])
    expect(editor).to_have_text("")
    expect(field).to_have_value("")


def test_a_quotation_keeps_its_name_and_one_writes_below_it(sit):
    page = sit(NADIA)
    ask(page, title(), text="Une **question** sur le vent.")
    editor, field = open_editor(page)
    page.keyboard.type("Avant.")
    page.locator("#post-1 [data-cite]").click()
    quotation = editor.locator("blockquote")
    expect(quotation.locator("strong").first).to_contain_text("Nadia Kerambrun, nº")
    expect(quotation).to_contain_text("Une question sur le vent.")
    expect(editor.locator(".source")).to_have_count(0)
    editor.locator("p").last.click()
    page.keyboard.type("Oui.")
    expect(field).to_have_value(
        re.compile(
            r"^Avant\.\n\n> \*\*\[Nadia Kerambrun, nº\u00a01\]\(\S+\)\u00a0:\*\*\n>\n"
            r"> Une \*\*question\*\* sur le vent\.\n\nOui\.$"
        )
    )


def test_a_name_is_taken_by_enter_and_by_tab(sit):
    page = sit(NADIA)
    ask(page, title())
    editor, field = open_editor(page)
    options = page.get_by_role("listbox", name="Personnes et organisations").get_by_role(
        "option"
    )
    for key in ("Enter", "Tab"):
        page.keyboard.type("Merci @laurent")
        expect(options.first).to_contain_text("Laurent Delpuech")
        page.keyboard.press(key)
        expect(options.first).to_be_hidden()
        page.keyboard.type("! ")

    expect(field).to_have_value("Merci @Laurent Delpuech ! Merci @Laurent Delpuech !")
    expect(editor).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor).not_to_be_focused()


def test_what_cannot_be_shown_opens_as_source_and_is_left_as_it_was(sit):
    page = sit(NADIA)
    ask(page, title())
    text = (
        "Un mot[^1]  et *deux*.\n\n[details=Plus]\nfin\n\n- a\n[/details]\n\n"
        "| a | b |\n|---|:-:|\n| 1 | **2** |\n\n* x\n* y\n\n[^1]: Une note."
    )
    page.locator("#repondre textarea").fill(text)
    editor, field = open_editor(page)
    expect(editor.locator("table strong")).to_have_text("2")
    expect(editor.locator("li")).to_have_text(["x", "y"])
    expect(editor.locator(".source")).to_have_text(
        ["Un mot[^1]  et *deux*.", re.compile("details=Plus"), "[^1]: Une note."]
    )
    expect(field).to_have_value(text)
    editor.locator("li").last.click()
    page.keyboard.press("End")
    page.keyboard.type(" et z")

    expect(field).to_have_value(text.replace("* x\n* y", "- x\n- y et z"))


def test_a_draft_comes_back_into_the_editor_and_the_choice_is_remembered(sit):
    page = sit(NADIA)
    ask(page, title())
    editor, field = open_editor(page)
    page.keyboard.type("Un ")
    page.keyboard.press("Control+b")
    page.keyboard.type("brouillon")
    expect(field).to_have_value("Un **brouillon**")
    page.reload()
    page.locator("#repondre textarea").focus()
    expect(editor.locator("strong")).to_have_text("brouillon")
    expect(page.locator(SWITCH)).to_have_attribute("aria-pressed", "true")
    page.keyboard.type(" gardé")
    expect(field).to_have_value("Un **brouillon gardé**")
    page.click(SWITCH)
    expect(field).to_be_focused()
    expect(field).to_have_value("Un **brouillon gardé**")
    page.reload()
    field.focus()
    expect(page.locator(SWITCH)).to_have_attribute("aria-pressed", "false")
    expect(editor.locator("strong")).to_have_count(0)


def test_a_page_that_is_read_loads_nothing_of_it_nor_does_who_writes_source(sit):
    page = sit(NADIA)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    ask(page, title())
    answer(page, "Bien reçu, en source.")

    assert [it for it in asked if LIBRARY.search(it)] == []


def test_a_line_that_saves_data_and_an_old_browser_have_the_field_alone(sit):
    for script in (
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
        "delete Object.hasOwn",
    ):
        page = sit(NADIA)
        page.add_init_script(script)
        ask(page, title())
        page.locator("#repondre textarea").focus()
        expect(page.locator(".tools [aria-pressed]").first).to_be_attached()
        expect(page.locator(SWITCH)).to_have_count(0)


def test_where_it_cannot_be_loaded_one_writes_on_and_is_told(sit):
    page = sit(NADIA)
    ask(page, title())
    page.route(LIBRARY, lambda route: route.abort())
    field = page.locator("#repondre textarea")
    field.press_sequentially("Déjà écrit")
    page.click(SWITCH)
    expect(page.get_by_text("La mise en forme n’a pas pu être chargée")).to_be_attached()
    expect(field).to_have_value("Déjà écrit")


def test_accents_that_are_composed_are_written_and_undone(sit):
    page = sit(NADIA)
    ask(page, title())
    _editor, field = open_editor(page)
    page.keyboard.type("For")
    keys = page.context.new_cdp_session(page)
    for text in ("^", "ê"):
        keys.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1}
        )
    keys.send("Input.insertText", {"text": "ê"})
    page.keyboard.type("t")
    expect(field).to_have_value("Forêt")
    page.click("[data-md=list]")
    expect(field).to_have_value("- Forêt")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("Forêt")


def test_what_is_pasted_keeps_its_formats(sit):
    page = sit(NADIA)
    ask(page, title())
    editor, field = open_editor(page)
    word = (
        "<p class=MsoNormal>Voici <b>deux</b> choix</p>"
        "<p class=MsoListParagraph><span style='mso-list:Ignore'>· </span>le bois</p>"
        "<p class=MsoListParagraph><span style='mso-list:Ignore'>· </span>le gaz</p>"
        "<table><tr><td>Commune</td><td>kW</td></tr><tr><td>Brec</td><td>a|b</td></tr></table>"
    )
    editor.evaluate(
        """(editor, html) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData("text/html", html)
            clipboardData.setData("text/plain", "x")
            const options = { clipboardData, bubbles: true, cancelable: true }
            editor.dispatchEvent(new ClipboardEvent("paste", options))
        }""",
        word,
    )
    expect(field).to_have_value(
        "Voici **deux** choix\n\n- le bois\n- le gaz\n\n"
        "| Commune | kW |\n| --- | --- |\n| Brec | a\\|b |"
    )


def test_the_editor_says_what_it_is_for_and_what_is_wrong(sit):
    page = sit(LAURENT)
    ask(page, title())
    editor, _field = open_editor(page)
    expect(editor).to_have_attribute("aria-multiline", "true")
    page.click("#repondre [data-send]")
    expect(editor).to_have_attribute("aria-invalid", "true")
    expect(editor).to_be_focused()
    described = editor.get_attribute("aria-describedby").split()
    assert page.locator(f"#{described[-1]}").inner_text().strip()


def test_an_edit_leaves_what_is_not_touched_letter_for_letter(sit):
    page = sit(NADIA)
    before = "* un\n* deux\n\nIl y a *trois* choix ,\nici.\n\n> a\n> b"
    ask(page, title(), text=before)
    page.goto(
        page.locator("#post-1").get_by_role("link", name="Modifier").get_attribute("href")
    )
    field = page.locator("form[data-composer] textarea")
    field.focus()
    page.click(SWITCH)
    editor = page.locator(".ProseMirror")
    expect(editor.locator("em")).to_have_text("trois")
    expect(field).to_have_value(before)
    editor.locator("p", has_text="Il y a").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("Fin.")
    expect(field).to_have_value(f"{before}\n\nFin.")
    page.locator("form[data-composer] [data-send]").click()
    expect(page.locator("#post-1 .prose")).to_contain_text("Fin.")


def test_files_that_are_dropped_on_the_editor_are_sent_as_from_the_field(sit):
    page = sit(NADIA)
    ask(page, title())
    open_editor(page)
    give(page, "drop", chosen("plan.pdf"), on=".ProseMirror")
    expect(row_of(page, "plan.pdf")).to_have_attribute("data-state", "sent")
    give(page, "paste", chosen("note.pdf"), on=".ProseMirror")
    expect(row_of(page, "note.pdf")).to_have_attribute("data-state", "sent")


def test_what_was_sent_and_is_taken_back_comes_back_into_the_editor(sit):
    page = sit(NADIA)
    ask(page, title())
    _editor, field = open_editor(page)
    page.keyboard.press("Control+b")
    page.keyboard.type("Trop vite")
    expect(field).to_have_value("**Trop vite**")
    page.click("#repondre [data-send]")
    expect(page.locator("#post-2")).to_contain_text("Trop vite")
    page.get_by_role("button", name="Annuler l’envoi").click()
    taken_back = page.locator("form[data-composer] textarea")
    expect(taken_back).to_have_value("**Trop vite**")
    taken_back.focus()
    expect(page.locator(".ProseMirror strong")).to_have_text("Trop vite")


def test_without_a_script_the_field_stands_and_sends(sit):
    page = sit(NADIA, java_script_enabled=False)
    ask(page, title())
    expect(page.locator(SWITCH)).to_have_count(0)
    page.locator("#repondre textarea").fill("Écrit **sans** script.")
    page.click("#repondre [data-send]")
    expect(page.locator("#post-2 strong")).to_have_text("sans")
