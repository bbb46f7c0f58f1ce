"""What is pasted from elsewhere becomes Markdown: pages, word processors, spreadsheets."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.actions import NADIA, ask, prefer_source, title

WORD = (
    "<p class=MsoNormal>Voici <b>trois</b> choix :</p>"
    "<p class=MsoListParagraphCxSpFirst><span style='mso-list:Ignore'>· </span>le bois</p>"
    "<p class=MsoListParagraphCxSpLast><span style='mso-list:Ignore'>· </span>le gaz</p>"
)
SHEET = (
    "<style>td{}</style><table><tr><td>Commune</td><td>kW</td></tr>"
    "<tr><td>Brec</td><td>a|b</td></tr></table>"
)
TABLE = "| Commune | kW |\n| --- | --- |\n| Brec | a\\|b |"
PASTED = {
    "a page": ('<h2>Un</h2><p>Voir <a href="https://exemple.fr/">ici</a>, 2*3</p>', "x",
               "## Un\n\nVoir [ici](https://exemple.fr/), 2\\*3"),
    "a word processor": (WORD, "x", "Voici **trois** choix :\n\n- le bois\n- le gaz"),
    "a spreadsheet": (SHEET, "x", TABLE),
    "cells alone": ("", "Commune\tkW\r\nBrec\ta|b\r\n", TABLE),
    "a document": ('<b style="font-weight:normal"><p>Un <i>deux</i></p></b>', "x", "Un _deux_"),
    "Safari": ('Lu<span class="Apple-converted-space">&nbsp;</span><b>gras</b>', "x",
               "Lu **gras**"),
    "plain words": ("<meta><span style='color:red'>**gras**</span>", "**gras**", None),
    "plain text": ("", "a\nb", None),
}  # fmt: skip


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


@pytest.fixture(scope="module")
def paste_in():
    """The script that pastes, and says whether the browser may paste as it does."""
    return """(area, [html, text]) => {
      const data = new DataTransfer()
      if (html) data.setData("text/html", html)
      data.setData("text/plain", text)
      const options = { clipboardData: data, bubbles: true, cancelable: true }
      area.focus()
      return area.dispatchEvent(new ClipboardEvent("paste", options))
    }"""


def test_what_is_pasted_becomes_markdown_and_plain_text_stays(sit, paste_in):
    page = sit(NADIA)
    ask(page, title())
    field = page.locator("#repondre textarea")
    with page.expect_response(lambda answer: "/writing" in answer.url):
        field.focus()
    expect(page.locator("[data-names] [role=listbox]")).to_have_count(1)
    for name, (html, text, written) in PASTED.items():
        field.fill("")
        is_left = field.evaluate(paste_in, [html, text])
        assert is_left == (written is None), name
        expect(field).to_have_value(written or "")
    field.fill("Voici")
    field.evaluate(paste_in, ["", "a\tb\nc\td"])
    expect(field).to_have_value("Voici\n\n| a | b |\n| --- | --- |\n| c | d |")


def test_the_address_of_a_thread_that_is_pasted_becomes_a_link_by_its_title_and_undone_is_there(
    sit,
):
    page = sit(NADIA)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    other, here = title(), title()
    ask(page, other)
    address = page.url
    ask(page, here)
    field = page.locator("#repondre textarea")

    def paste(text):
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        with page.expect_response(lambda answer: "address=" in answer.url):
            page.keyboard.press("Control+v")

    with page.expect_response(lambda answer: "/writing" in answer.url):
        field.focus()
    expect(page.locator("[data-names] [role=listbox]")).to_have_count(1)
    page.keyboard.type("Voir ")
    paste(address)
    expect(field).to_have_value(f"Voir [{other}]({urlsplit(address).path})")
    page.keyboard.press("Control+z")
    expect(field).to_have_value(f"Voir {address}")
    field.fill("[ici](")
    page.keyboard.press("End")
    paste(address)
    expect(field).to_have_value(f"[ici]({address}")
