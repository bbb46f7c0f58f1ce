"""A post is written as it will look, and stored as Markdown; who prefers the source has it."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    LIBRARY,
    NADIA,
    SWITCH,
    answer,
    ask,
    expect_frame_sent,
    layout_shift,
    link_of_post,
    open_and_record,
    open_editor,
    settled_top,
    title,
)
from tests.browser.file_helpers import chosen, give, row_of


@pytest.fixture
def sit(sit):
    """Pages of people who prefer to see what they write as it will look."""

    def with_editor(*args, **options):
        page = sit(*args, **options)
        page.add_init_script("try { localStorage.formatting ??= 'on' } catch {}")
        return page

    return with_editor


def prefer_source(page):
    """Have ``page`` be of somebody who prefers the source of what they write."""
    page.add_init_script("try { localStorage.formatting = 'off' } catch {}")
    return page


def begin(page):
    """Begin to write the reply of ``page``; the editor, and the field."""
    return open_editor(page), page.locator("#repondre textarea")


def test_bold_is_seen_as_bold_and_stored_as_markdown(sit):
    page = sit(NADIA)
    ask(page, title())
    editor, field = begin(page)
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
    editor, field = begin(page)
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
    editor, field = begin(page)
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
    field = page.locator("#repondre textarea")
    page.click("#repondre [data-preview]")  # Somewhere else, while the script of writing comes.
    field.evaluate("(area, text) => (area.value = text)", text)
    field.focus()
    page.click(SWITCH)
    editor = page.locator("#repondre .ProseMirror")
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
    editor, field = begin(page)
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
    for address in ("/", "/fils/nouveau/", ask(page, title())):
        page.goto(address)
        page.locator("#main").focus()
    prefer_source(page).reload()
    answer(page, "Bien reçu, en source.")
    expect(page.locator(SWITCH)).to_have_attribute("aria-pressed", "false")

    assert [it for it in asked if LIBRARY.search(it)] == []


def test_a_slow_line_or_one_that_saves_data_and_an_old_browser_have_the_field_alone(sit):
    line = "Object.defineProperty(navigator, 'connection', {{ value: {} }})"
    for script in (
        line.format("{ saveData: true, effectiveType: '4g' }"),
        line.format("{ saveData: false, effectiveType: '2g' }"),
        line.format("{ effectiveType: 'slow-2g' }"),
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
    _editor, field = begin(page)
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
    editor, field = begin(page)
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
    editor, _field = begin(page)
    expect(editor).to_have_attribute("aria-multiline", "true")
    page.click("#repondre [data-send]")
    expect(editor).to_have_attribute("aria-invalid", "true")
    expect(editor).to_be_focused()
    described = editor.get_attribute("aria-describedby").split()
    assert page.locator(f"#{described[-1]}").inner_text().strip()


def test_what_one_comes_to_edit_shows_as_it_looks_at_once_and_moves_nothing(sit):
    page = sit(NADIA, viewport={"width": 390, "height": 844})
    ask(page, title(), text="> **Jeanne :**\n> Combien ?\n\n" + "Un long texte. " * 99)
    page.goto(link_of_post(page.locator("#post-1"), "Modifier").get_attribute("href"))
    expect(page.locator(".editor blockquote strong")).to_have_text("Jeanne :")
    assert layout_shift(page) < 0.001


def test_an_edit_leaves_what_is_not_touched_letter_for_letter(sit):
    page = sit(NADIA)
    before = f"* un {uuid4().hex[:6]}\n* deux\n\nIl y a *trois* choix ,\nici.\n\n> a\n> b"
    ask(page, title(), text=before)
    page.goto(
        page.locator("#post-1").get_by_role("link", name="Modifier").get_attribute("href")
    )
    field, editor = page.locator("form[data-composer] textarea"), open_editor(page)
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
    begin(page)
    give(page, "drop", chosen("plan.pdf"), on=".ProseMirror")
    expect(row_of(page, "plan.pdf")).to_have_attribute("data-state", "sent")
    give(page, "paste", chosen("note.pdf"), on=".ProseMirror")
    expect(row_of(page, "note.pdf")).to_have_attribute("data-state", "sent")


def test_what_was_sent_and_is_taken_back_comes_back_into_the_editor(sit):
    page = sit(NADIA)
    ask(page, title())
    _editor, field = begin(page)
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


def test_text_that_cannot_be_shown_stays_in_the_field_until_one_asks_for_it(sit):
    page = sit(NADIA)
    ask(page, title(), text=f"Un mot {uuid4().hex[:6]}[^1].\n\n[^1]: Une note.")
    link = page.locator("#post-1").get_by_role("link", name="Modifier")
    with page.expect_response("**/apercu/"):
        page.goto(link.get_attribute("href"))
    field, editor = page.locator("form[data-composer] textarea"), page.locator(".ProseMirror")
    field.focus()
    field.press("Control+End")
    page.keyboard.type(" Fin.")
    expect(field).to_be_focused()
    expect(field).to_have_value(re.compile(r"note\. Fin\.$"))
    expect(editor).to_have_count(0)
    page.click(SWITCH)
    expect(editor.locator(".source").first).to_be_visible()


def test_who_types_before_it_has_come_goes_on_in_the_field(sit):
    page = sit(NADIA)
    ask(page, title())
    held = []
    page.route(LIBRARY, lambda route: held.append(route))
    field = page.locator("#repondre textarea")
    with page.expect_request(LIBRARY):
        field.focus()
    field.press_sequentially("Déjà")
    with page.expect_response(LIBRARY):
        held[0].continue_()
    field.press_sequentially(" commencé")
    expect(field).to_have_value("Déjà commencé")
    expect(field).to_be_focused()
    page.locator("#repondre [data-preview]").focus()
    editor, _field = begin(page)
    expect(editor).to_have_text("Déjà commencé")
    page.keyboard.type(", et la suite")
    expect(field).to_have_value("Déjà commencé, et la suite")


def test_marks_of_markdown_that_one_types_are_what_they_mean_and_undo_gives_them_back(sit):
    page = sit(NADIA)
    ask(page, title())
    editor, field = begin(page)
    page.keyboard.type("- **un** et *deux*\n`trois` [quatre](https://brec.fr) 2*3*4 a_b_c")
    expect(editor.locator("li")).to_have_count(2)
    source = "- **un** et _deux_\n- `trois` [quatre](https://brec.fr) 2\\*3\\*4 a_b_c"
    expect(field).to_have_value(source)
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.type("2. deux\n\n> cité\n\n")
    expect(editor.locator("ol")).to_have_attribute("start", "2")
    expect(field).to_have_value("2. deux\n\n> cité")
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.type("## ")
    expect(editor.locator("h2")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(editor.locator("p").first).to_have_text("## ")


def test_the_keys_of_the_field_are_those_of_the_editor(sit):
    page = sit(NADIA)
    page.on("dialog", lambda it: it.accept("brec.fr"))
    ask(page, title())
    editor, field = begin(page)
    page.keyboard.type("mot")
    for key, expected in (("b", "**mot**"), ("i", "_mot_"), ("k", "[mot](https://brec.fr)")):
        page.keyboard.press("Control+a")
        page.keyboard.press(f"Control+{key}")
        expect(field).to_have_value(expected)
        page.keyboard.press("Control+z")
        expect(field).to_have_value("mot")
    page.get_by_role("button", name="Plein écran").click()
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".composer.whole")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(page.locator(SWITCH)).not_to_be_focused()
    assert page.evaluate("!!document.activeElement.closest('.tools')")
    page.keyboard.press("Tab")
    expect(editor).to_be_focused()


def test_nothing_moves_as_the_editor_takes_the_place_of_the_field(sit):
    for size in ({"width": 1280, "height": 900}, {"width": 390, "height": 844}):
        page = sit(NADIA, viewport=size)
        ask(page, title())
        field, send = page.locator("#repondre textarea"), page.locator("#repondre [data-send]")
        field.scroll_into_view_if_needed()
        page.locator("#repondre .tools button").first.focus()
        expect(page.locator(SWITCH)).to_be_attached()
        before, top = layout_shift(page), settled_top(send)
        begin(page)
        assert (layout_shift(page), settled_top(send)) == (before, top)


def test_the_address_of_a_thread_that_is_pasted_alone_bears_its_title(sit):
    page, sought = sit(NADIA), title()
    address = ask(page, sought).split("?")[0]
    ask(page, title())
    editor, field = begin(page)
    page.keyboard.type("Voir ")
    editor.evaluate(
        """(editor, text) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData("text/plain", text)
            const options = { clipboardData, bubbles: true, cancelable: true }
            editor.dispatchEvent(new ClipboardEvent("paste", options))
        }""",
        address,
    )
    path = address[address.index("/fils/") :]
    expect(field).to_have_value(f"Voir [{sought}]({path})")
    page.keyboard.press("Control+z")
    expect(field).to_have_value(f"Voir {address}")


def test_a_template_and_a_quotation_of_a_post_reach_the_editor(sit):
    page = sit(NADIA)
    page.goto("/fils/nouveau/?topic=eolien")
    editor, field = open_editor(page), page.locator("[name=text]")
    page.get_by_text("Partir d’un plan").click()
    page.get_by_role("link", name="Appel à partenaires").click()
    expect(field).to_have_value(re.compile(r"^\*\*"))
    expect(editor.locator("strong").first).to_be_visible()
    expect(editor.locator(".source")).to_have_count(0)
    ask(page, title(), text="Une **question**.")
    page.locator("#post-1 [data-cite]").click()
    editor, field = page.locator("#repondre .ProseMirror"), page.locator("#repondre textarea")
    expect(editor.locator("blockquote strong").last).to_have_text("question")
    page.keyboard.type("Oui.")
    expect(field).to_have_value(re.compile(r"question.*\n\nOui\.$", re.DOTALL))


def test_a_table_is_made_by_a_button_and_grows_by_tab(sit):
    page = sit(NADIA)
    ask(page, title())
    editor, field = begin(page)
    page.keyboard.type("Avant")
    button = page.get_by_role("button", name="Tableau")
    button.click()
    for words in ("Commune", "kW", "Brec", "12", "Trémoy", "40"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    rows = "| Commune | kW |\n| --- | --- |\n| Brec | 12 |\n| Trémoy | 40 |"
    expect(editor.locator("th")).to_have_text(["Commune", "kW"])
    expect(field).to_have_value(f"Avant\n\n{rows}\n|  |  |")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(field).to_have_value(f"Avant\n\n{rows}")
    page.keyboard.type("Après")
    expect(field).to_have_value(f"Avant\n\n{rows}\n\nAprès")
    page.keyboard.press("Tab")
    expect(editor).not_to_be_focused()

    cell = editor.locator("td", has_text="Brec")
    cell.click()
    page.keyboard.press("End")
    page.keyboard.type("h")
    expect(cell).to_have_text("Brech")
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="Tableau").focus()
    page.get_by_role("button", name="Ajouter une colonne").press("Enter")
    expect(editor.locator("th")).to_have_text(["Commune", "", "kW"])
    expect(editor).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Backspace")
    expect(field).to_have_value(f"Avant\n\n{rows}\n\nAprès")


def test_the_button_of_tables_writes_source_where_one_prefers_it(sit):
    page = prefer_source(sit(NADIA))
    ask(page, title())
    field = page.locator("#repondre textarea")
    field.fill("Avant")
    page.get_by_role("button", name="Tableau").click()
    table = "| texte | texte |\n| --- | --- |\n|  |  |"
    expect(field).to_have_value(f"Avant\n\n{table}\n\n")
    page.click(SWITCH)
    expect(page.locator(".ProseMirror th")).to_have_text(["texte", "texte"])


def test_who_writes_in_the_editor_is_said_to_write(sit):
    page = sit(NADIA)
    line, said = open_and_record(page, ask(page, title()))
    page.click("#post-1 [data-cite]")
    begin(page)
    assert {"writing": True} not in said
    with expect_frame_sent(line, {"writing": True}):
        page.keyboard.type("Chez nous")
