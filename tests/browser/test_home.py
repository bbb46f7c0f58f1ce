"""What the home page says at first sight, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    LUCIE,
    NADIA,
    answer,
    ask,
    title,
    wait_until_live,
    words,
    write,
)

PHONE = {"width": 390, "height": 844}
#: How many words one sees on the first screen besides those of threads, and threads as a whole.
WORDS_OUTSIDE_ROWS = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let words = 0;
  for (let text; (text = texts.nextNode()); ) {
    if (text.parentElement.closest(".threads, .visually-hidden, .skip")) continue;
    if (!text.parentElement.checkVisibility()) continue;
    for (const word of text.data.matchAll(/[^\s\u00a0\u202f]*\p{L}[^\s\u00a0\u202f]*/gu)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const box = range.getBoundingClientRect();
      const { right } = text.parentElement.getBoundingClientRect();
      const isOnScreen = box.bottom > 0 && box.top < innerHeight;
      if (box.width > 1 && box.left < right && isOnScreen) words += 1;
    }
  }
  return words;
}"""
WHOLE_ROWS = """[...document.querySelectorAll(".threads > li")].filter(
  (row) => row.getBoundingClientRect().bottom <= innerHeight,
).length"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_guest_s_phone_says_what_this_is_and_shows_a_thread_before_one_scrolls(
    language, sit, site
):
    page = sit()
    page.set_viewport_size(PHONE)
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": site.address}]
    )
    page.goto(f"{site.address}/")
    assert page.locator(".welcome .button.primary").inner_text()
    box = page.locator(".threads > li").first.bounding_box()

    assert box["y"] + box["height"] < PHONE["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize(
    ("person", "address", "rows"),
    [(None, "/", 6), (NADIA, "/", 8), (LAURENT, "/", 8), (NADIA, "/sujets/solaire-pv/", 8)],
)
def test_the_first_screen_of_a_list_is_threads_and_a_hundred_words_at_most(
    person, address, rows, sit
):
    page = sit(person)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)

    assert page.evaluate(WORDS_OUTSIDE_ROWS) <= 100
    assert page.evaluate(WHOLE_ROWS) >= rows


def test_an_open_list_marks_what_is_answered_and_no_more_what_was_read_elsewhere(sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    address = ask(nadia, title())
    row = f"#thread-{address.split('/')[-2].split('-')[0]} .unread"
    nadia.goto("/")
    wait_until_live(nadia)
    expect(nadia.locator(row)).to_be_hidden()
    lucie.goto("/")
    expect(lucie.locator(row)).to_be_visible()
    lucie.goto(address)
    answer(lucie, "Une réponse.")
    expect(nadia.locator(row)).to_be_visible()
    other_tab = nadia.context.new_page()
    other_tab.goto(address)
    expect(nadia.locator(row)).to_be_hidden()


def test_a_thread_that_somebody_starts_comes_marked_to_an_open_list(sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    nadia.goto("/")
    wait_until_live(nadia)
    name = title()
    address = ask(lucie, name)
    row = nadia.locator("#threads > li", has_text=name)
    expect(row.locator(".unread")).to_be_visible()
    nadia.goto(address)
    nadia.go_back()
    expect(row.locator(".unread")).to_be_hidden()


def test_the_bell_of_an_open_page_rings_and_leads_to_one_inbox(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    laurent.goto("/avis/")
    mark_read = laurent.get_by_role("button", name="Tout marquer comme lu")
    if mark_read.count():
        mark_read.click()
        expect(mark_read).to_be_hidden()
    laurent.goto("/")
    wait_until_live(laurent)
    expect(laurent.locator("#badge")).to_be_hidden()
    nadia.goto(laurent.locator("#account-menu a[href^='/membres/']").get_attribute("href"))
    nadia.click("text=Poser une question à")
    nadia.fill("[name=title]", asked := title())
    write(nadia, words())
    nadia.select_option("[name=topic]", index=1)
    nadia.click("main form [data-send]")
    nadia.wait_for_url(re.compile(r"/fils/\d+"))

    expect(laurent.locator("#badge")).to_have_text("1 nouveauté vous attend")
    laurent.locator(".bell").click()
    expect(laurent.locator("main")).to_contain_text(asked)
