"""What was just sent is taken back, by a button that goes by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, ask, title, wait_until_live, words, write

STATE = "document.querySelector('.undo').getAnimations()[0].playState"
END_OF_TIME = "document.getAnimations().forEach((it) => it.finish())"


@pytest.mark.parametrize("has_script", [True, False])
def test_a_reply_is_taken_back_to_the_composer_and_leaves_open_pages(sit, has_script):
    nadia = sit(NADIA, java_script_enabled=has_script)
    ask(nadia, title())
    laurent = sit(LAURENT)
    laurent.goto(nadia.url.partition("#")[0])
    wait_until_live(laurent)
    write(nadia, "Trop vite, et mal dit.")
    nadia.click("#repondre [data-send]")
    expect(laurent.locator("#post-2")).to_contain_text("mal dit")
    button = nadia.get_by_role("button", name="Annuler l’envoi")
    expect(button).to_be_in_viewport()
    if has_script:
        expect(nadia.locator("#post-2")).to_be_focused()

    button.click()

    expect(nadia.locator("form[data-composer] textarea")).to_have_value(
        "Trop vite, et mal dit."
    )
    expect(laurent.locator("#post-2")).to_have_count(0)
    write(nadia, "Mieux dit.")
    nadia.click("form[data-composer] [data-send]")
    expect(laurent.locator("#post-3")).to_contain_text("Mieux dit.")


def test_the_button_goes_by_itself_unless_it_is_about_to_be_pressed(sit):
    nadia = sit(NADIA)
    ask(nadia, title())
    button = nadia.locator(".undo button")
    expect(button).to_be_visible()
    button.focus()
    assert nadia.evaluate(STATE) == "paused"
    nadia.locator("#main").focus()
    nadia.evaluate(END_OF_TIME)
    expect(button).to_be_hidden()


def test_sent_from_a_page_of_its_own_and_undone_it_is_not_said_to_be_published(sit):
    """The page that gives it back holds the very words that were sent last."""
    nadia = sit(NADIA)
    ask(nadia, title())
    nadia.goto(nadia.url.partition("-")[0] + "/reponses/")
    words = "Une réponse écrite sur une page à elle, et reprise aussitôt."
    write(nadia, words)
    nadia.click("form[data-composer] [data-send]")
    nadia.get_by_role("button", name="Annuler l’envoi").click()
    expect(nadia.locator("h1")).to_have_text("Votre réponse")
    expect(nadia.locator("form[data-composer] textarea")).to_have_value(words)
    expect(nadia.locator("[data-draft]")).not_to_contain_text("déjà publié")


#: How far the notice lies over the form or the ways of a thread, wherever one has scrolled to.
OVERLAPS = """() => {
    const covered = []
    const notice = document.querySelector(".undo")
    const others = document.querySelectorAll("#repondre, .thread-bar")
    for (let top = 0; top <= document.documentElement.scrollHeight - innerHeight; top += 8) {
        window.scrollTo({ top, behavior: "instant" })
        const { top: first, bottom: last } = notice.getBoundingClientRect()
        for (const it of others) {
            const { top, bottom, height } = it.getBoundingClientRect()
            if (height && Math.min(bottom, last) - Math.max(top, first) > 1)
                covered.push([it.className, window.scrollY])
        }
    }
    return covered
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_button_lies_over_neither_the_ways_of_a_thread_nor_the_form(sit, width):
    nadia = sit(NADIA, viewport={"width": width, "height": 844})
    ask(nadia, title(), text="\n\n".join(words() for _ in range(30)))
    button = nadia.get_by_role("button", name="Annuler l’envoi")
    expect(button).to_be_in_viewport()
    assert nadia.evaluate(OVERLAPS) == []
    expect(button).to_be_visible()
