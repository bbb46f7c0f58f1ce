"""A post, or what is selected of it, goes into the reply with a link that leads back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, ask, prefer_source, title

PHONE = {"viewport": {"width": 390, "height": 844}}
TEXT = "Du bois **sec**, pris ici.\n\n- un\n- deux\n\n> **Paul :**\n>\n> Avant.\n\n"


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


def select(page, words, within="#post-2 .prose"):
    """Select these words of a post, as a drag does."""
    page.evaluate(
        """([words, within]) => {
          const walk = document.createTreeWalker(document.querySelector(within), 4)
          let node = walk.nextNode()
          while (node && !node.data.includes(words)) node = walk.nextNode()
          const at = node.data.indexOf(words)
          getSelection().setBaseAndExtent(node, at, node, at + words.length)
        }""",
        [words, within],
    )


def open_thread(sit, **options):
    """Nadia's thread with a second post, by Laurent, before Nadia; its field, and the text."""
    nadia, laurent, text = sit(NADIA, **options), sit(LAURENT), TEXT + title()
    address = ask(nadia, title())
    laurent.goto(address)
    laurent.fill("#repondre textarea", text)
    laurent.click("#repondre [data-send]")
    expect(laurent.locator("#post-2 .prose")).to_contain_text("pris ici")
    nadia.goto(address)
    return nadia, nadia.locator("#repondre textarea"), text


def attribution(page):
    """What a quotation of the second post begins with."""
    href = page.locator("#post-2 .at a").get_attribute("href")
    return f"> **[Laurent Delpuech, nº\u00a02]({href})\u00a0:**\n>\n"


def test_answering_a_post_quotes_it_as_it_was_written_with_a_link_back(sit):
    page, field, text = open_thread(sit)
    page.click("#post-2 [data-cite]")
    quoted = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))

    expect(field).to_have_value(f"{attribution(page)}{quoted}\n\n")
    expect(field).to_be_focused()
    field.press_sequentially("Oui.")
    page.click("#repondre [data-send]")
    link = page.locator("#post-3 blockquote").get_by_role("link", name="Laurent Delpuech")
    link.click()
    expect(page).to_have_url(re.compile("#post-2$"))


def test_what_is_selected_is_quoted_by_a_button_that_the_keyboard_reaches(sit):
    page, field, _text = open_thread(sit)
    button = page.get_by_role("button", name="Citer")
    select(page, "pris ici")
    expect(button).to_be_visible()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"{attribution(page)}> pris ici\n\n")
    expect(button).to_be_hidden()
    field.press_sequentially("Oui.")

    select(page, "Avant")
    button.click()
    written = f"{attribution(page)}> pris ici\n\nOui.\n\n{attribution(page)}> > Avant\n\n"
    expect(field).to_have_value(written)
    field.press("ControlOrMeta+z")
    expect(field).to_have_value(re.compile("Oui.\n*$"))


def test_answering_quotes_only_what_is_selected_at_the_cursor(sit):
    page, field, _text = open_thread(sit)
    field.fill("Avant.\n\nAprès.")
    field.evaluate("field => field.setSelectionRange(6, 6)")
    select(page, "sec")
    page.click("#post-2 [data-cite]")

    expect(field).to_have_value(f"Avant.\n\n{attribution(page)}> sec\n\nAprès.")


def test_who_answers_before_the_script_has_come_is_given_the_quotation_as_it_comes(sit):
    page, field, _text = open_thread(sit)
    held = []
    page.route(re.compile(r"/quoting\.\w+\.js"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/quoting\.")):
        select(page, "sec")
    page.click("#post-2 [data-cite]")
    held[0].continue_()

    expect(field).to_have_value(f"{attribution(page)}> sec\n\n")


def test_no_button_for_what_is_selected_elsewhere_nor_once_nothing_is(sit):
    page, _field, _text = open_thread(sit)
    button = page.get_by_role("button", name="Citer")
    select(page, "pris ici")
    expect(button).to_be_visible()
    page.evaluate("getSelection().removeAllRanges()")
    expect(button).to_be_hidden()
    select(page, "Laurent", "#post-2 header")
    page.wait_for_function("() => new Promise((done) => setTimeout(done, 400, true))")

    expect(button).to_be_hidden()


def test_a_finger_quotes_what_is_selected_on_a_telephone(sit):
    page, field, _text = open_thread(sit, has_touch=True, **PHONE)
    button = page.get_by_role("button", name="Citer")
    select(page, "pris ici")
    expect(button).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    at = page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().bottom")
    assert 0 < button.bounding_box()["y"] - at < 20
    button.tap()

    expect(field).to_have_value(f"{attribution(page)}> pris ici\n\n")
