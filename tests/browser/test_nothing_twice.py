"""Back, and publish again: once, from a page that is fetched anew or restored."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    NADIA,
    PUBLISHED,
    ask_in_form,
    long_words,
    posts,
    title,
    wait_until_live,
    words,
    write,
)

NEW_THREAD = "/fils/nouveau/?topic=eolien&space=reseau"
#: Says on the console that the script of drafts has come.
TELL_DRAFTS = """new MutationObserver(() => console.log("drafts")).observe(
    document, { subtree: true, attributeFilter: ["data-drafts"] })"""


def publish(page):
    page.click("main [data-composer] .primary:visible")
    page.wait_for_url(re.compile(r"/fils/\d+-"))


def threads_called(page, asked):
    """How many threads bear this title in the list."""
    page.goto("/sujets/eolien/")
    return page.get_by_role("link", name=asked).count()


@pytest.mark.parametrize("language", PUBLISHED)
@pytest.mark.parametrize("script", [True, False])
def test_a_thread_that_is_published_again_after_going_back_stands_once(sit, script, language):
    text = long_words()
    nadia = sit(NADIA, java_script_enabled=script, locale=language)
    address = ask_in_form(nadia, asked := title(), text=text)
    nadia.go_back()
    if script:  # It has emptied the form.
        nadia.fill("[name=title]", asked)
        write(nadia, text)
    expect(nadia.locator("[name=text]")).to_have_value(text)
    publish(nadia)
    assert nadia.url.split("#")[0] == address
    expect(nadia.locator("#messages")).to_contain_text(PUBLISHED[language])
    assert threads_called(nadia, asked) == 1


def test_a_thread_sent_before_the_script_of_drafts_has_come_leaves_no_draft(sit):
    text = long_words()
    nadia, held = sit(NADIA), {}

    def hold(name, route):
        """Hold both; the script goes on once the thread is on its way."""
        held[name] = route
        if held.keys() == {"script", "thread"}:
            held["script"].continue_()

    nadia.add_init_script(TELL_DRAFTS)
    nadia.route(re.compile(r"/writing\.\w+\.js"), lambda it: hold("script", it))
    nadia.route("**/fils/nouveau/", lambda it: hold("thread", it))
    nadia.goto(NEW_THREAD)
    nadia.check("[name=kind][value=question]")
    nadia.fill("[name=title]", title())
    nadia.fill("[name=text]", text)
    with nadia.expect_console_message(lambda it: it.text == "drafts"):
        nadia.click("main [data-composer] .primary:visible", no_wait_after=True)
    held["thread"].continue_()
    nadia.wait_for_url(re.compile(r"/fils/\d+-"))

    nadia.goto(NEW_THREAD)
    expect(nadia.locator("[name=text]")).to_have_value("")
    expect(nadia.locator("[name=title]")).to_have_value("")


def test_without_a_script_a_reply_that_is_sent_again_after_going_back_stands_once(sit):
    text = long_words()
    nadia = sit(NADIA, java_script_enabled=False)
    ask_in_form(nadia, title())
    for _twice in range(2):
        write(nadia, text)
        nadia.click("#repondre [data-send]")
        nadia.wait_for_url(re.compile("#post-2"))
        assert posts(nadia)[1:] == [text]
        nadia.go_back()
    expect(nadia.locator("#repondre textarea")).to_have_value(text)


@pytest.mark.parametrize("language", PUBLISHED)
def test_a_reply_that_is_sent_in_place_again_is_said_to_stand(sit, language):
    text = long_words()
    nadia = sit(NADIA, locale=language)
    ask_in_form(nadia, title())
    wait_until_live(nadia)
    for _twice in range(2):
        write(nadia, text)
        nadia.click("#repondre [data-send]")
        expect(nadia.locator("#repondre textarea")).to_have_value("")
        expect(nadia.locator("#post-2")).to_be_focused()
    expect(nadia.locator("[data-sent]")).to_contain_text(PUBLISHED[language])
    assert posts(nadia)[1:] == [text]


@pytest.fixture
def restored(sit):
    """A page whose fields the browser fills with ``(title, text)``, as it restores a tab."""

    def restored(page, address, asked, text):
        fill = """([asked, text]) => document.addEventListener("DOMContentLoaded", () => {
          const fields = document.forms[0].closest("body").querySelectorAll("[data-composer]")
          for (const form of fields) {
            if (form.elements.title) form.elements.title.value = asked
            form.elements.text.value = text
          }
        })"""
        page.add_init_script(f"({fill})({[asked, text]!r})")
        page.goto(address)

    return restored


@pytest.mark.parametrize("language", PUBLISHED)
def test_a_tab_restored_with_what_was_published_says_so_and_is_empty(sit, restored, language):
    text = long_words()
    nadia = sit(NADIA, locale=language)
    address = ask_in_form(nadia, asked := title(), text=text)
    restored(nadia, NEW_THREAD, asked, text)
    expect(nadia.locator("[name=text]")).to_have_value("")
    expect(nadia.locator("[name=title]")).to_have_value("")
    link = nadia.locator("[data-draft] a")
    expect(nadia.locator("[data-draft]")).to_contain_text(PUBLISHED[language])
    assert link.get_attribute("href").split("#")[0] == address


def test_a_tab_restored_with_something_else_keeps_it(sit, restored):
    text = long_words()
    nadia = sit(NADIA)
    ask_in_form(nadia, asked := title(), text=text)
    restored(nadia, NEW_THREAD, asked, other := words())
    expect(nadia.locator("[name=text]")).to_have_value(other)
    expect(nadia.locator("[data-draft]")).not_to_contain_text("publié")


def test_where_the_browser_keeps_nothing_one_writes_and_publishes_all_the_same(sit):
    text = long_words()
    laurent = sit(LAURENT)
    laurent.add_init_script(
        "for (const it of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, it, { get() { throw new Error('forbidden') } })"
    )
    ask_in_form(laurent, asked := title(), text=text)
    expect(laurent.locator("h1")).to_have_text(asked)
