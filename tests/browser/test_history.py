"""Pages that the browser puts aside and takes up again: what was sent is not sent twice.

Playwright turns the cache of the browser's history off; here it is on.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    NADIA,
    PUBLISHED,
    answer,
    ask,
    ask_in_form,
    long_words,
    posts,
    title,
    wait_until_live,
    words,
    write,
)
from tests.browser.site import CHROMIUM, FLAGS

NOTE = "addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted })"
#: Whether the page was taken up again, once it is shown.
SHOWN = """() => new Promise((done) => {
  const look = () => (window.persisted ? done(true) : setTimeout(look, 20))
  look()
})"""


@pytest.fixture(scope="module")
def chromium(playwright):
    """A browser that keeps pages of its history alive."""
    off = ["--disable-back-forward-cache"]
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=off
    )
    yield browser
    browser.close()


def go_back(page, address):
    """Go back to a page that was put aside; Playwright would wait for it to load."""
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_url(re.compile(address), wait_until="commit")
    assert page.evaluate(SHOWN) is True


@pytest.mark.parametrize("language", PUBLISHED)
def test_a_form_taken_up_again_with_what_was_published_says_so_and_is_empty(sit, language):
    text = long_words()
    nadia = sit(NADIA, locale=language)
    nadia.add_init_script(NOTE)
    address = ask_in_form(nadia, title(), text=text)
    go_back(nadia, "/fils/nouveau/")
    expect(nadia.locator("[name=text]")).to_have_value("")
    expect(nadia.locator("[data-draft]")).to_contain_text(PUBLISHED[language])
    assert nadia.locator("[data-draft] a").get_attribute("href").split("#")[0] == address

    nadia.fill("[name=title]", title())  # Something else is another message.
    write(nadia, words())
    nadia.click("main [data-composer] .primary:visible")
    nadia.wait_for_url(re.compile(r"/fils/\d+-"))
    assert nadia.url.split("#")[0] != address


def test_a_reply_page_taken_up_again_says_so_and_the_next_reply_is_another(sit):
    text = long_words()
    nadia = sit(NADIA)
    nadia.add_init_script(NOTE)
    number = re.search(r"/fils/(\d+)-", ask_in_form(nadia, title()))[1]
    nadia.goto(f"/fils/{number}/reponses/")
    write(nadia, text)
    nadia.click("main [data-send]")
    nadia.wait_for_url(re.compile("#post-2"))
    go_back(nadia, "/reponses/")
    expect(nadia.locator("[name=text]")).to_have_value("")
    expect(nadia.locator("[data-draft] a")).to_have_attribute("href", re.compile("#post-2"))
    write(nadia, other := words())
    nadia.click("main [data-send]")
    nadia.wait_for_url(re.compile("#post-3"))
    assert posts(nadia)[1:] == [text, other]


def test_a_form_left_for_another_page_before_it_was_sent_keeps_its_words(sit):
    nadia = sit(NADIA)
    nadia.add_init_script(NOTE)
    nadia.goto("/fils/nouveau/")
    write(nadia, said := words())
    nadia.goto("/territoires/")
    go_back(nadia, "/fils/nouveau/")
    expect(nadia.locator("[name=text]")).to_have_value(said)


def test_without_a_script_what_is_taken_up_again_is_published_once(sit):
    text = long_words()
    nadia = sit(NADIA, java_script_enabled=False)
    address = ask_in_form(nadia, title(), text=text)
    nadia.evaluate("history.back()")
    nadia.wait_for_url(re.compile("/fils/nouveau/"), wait_until="commit")
    expect(nadia.locator("[name=text]")).to_have_value(text)
    nadia.click("main [data-composer] .primary:visible")
    nadia.wait_for_url(re.compile(r"/fils/\d+-"))
    assert nadia.url.split("#")[0] == address


def test_a_thread_taken_up_again_after_a_reply_in_place_has_an_empty_form(sit):
    text = long_words()
    nadia = sit(NADIA)
    nadia.add_init_script(NOTE)
    address = ask_in_form(nadia, title())
    wait_until_live(nadia)
    write(nadia, text)
    nadia.click("#repondre [data-send]")
    expect(nadia.locator("#repondre textarea")).to_have_value("")
    nadia.goto("/territoires/")
    nadia.evaluate("setTimeout(() => history.back())")
    nadia.wait_for_url(address + "*", wait_until="commit")
    expect(nadia.locator("#repondre textarea")).to_have_value("")
    expect(nadia.locator("#posts")).to_contain_text(text)


def test_the_inbox_brought_back_by_the_history_no_longer_has_what_was_read(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, subject := title())
    laurent.goto(address)
    answer(laurent, words())
    nadia.goto("/avis/")
    news = nadia.locator("#threads").get_by_role("link", name=subject)
    news.first.click()
    nadia.wait_for_url(re.compile(r"/fils/\d+-"))
    expect(nadia.locator("#post-2")).to_be_in_viewport()
    wait_until_live(nadia)
    nadia.evaluate("setTimeout(() => history.back())")
    nadia.wait_for_url("**/avis/", wait_until="commit")
    expect(news).to_have_count(0)
