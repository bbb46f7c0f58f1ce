"""Pages with the spacing of text that some readers need (WCAG 1.4.12), on narrow screens."""

import pytest

from tests.browser.actions import NADIA, TOPIC, wait_until_live
from tests.browser.measures import CRAMPED

SPACING = """
    const style = new CSSStyleSheet()
    style.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
            word-spacing: 0.16em !important }
        p { margin-bottom: 2em !important }`)
    document.adoptedStyleSheets = [style]
"""
LIVE = {"/", f"/sujets/{TOPIC}/", "THREAD"}
PAGES = {
    None: [*LIVE, "/organisations/", "/charte/", "/compte/login/", "/compte/signup/",
           "/charte/signataires/", "/confidentialite/"],
    NADIA: [*LIVE, "/fils/nouveau/", "/membres/", "/territoires/", "/compte/", "/suivis/",
            "/avis/", "/groupes/", "/raccourcis/", "/recherche/?q=bois"],
}  # fmt: skip


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("email", PAGES)
def test_words_keep_their_room_however_they_are_spaced(sit, email, width):
    page = sit(email, viewport={"width": width, "height": 844})
    page.goto("/")
    thread = page.locator("#threads h2 a").first.get_attribute("href")
    cramped = {}
    for address in PAGES[email]:
        page.goto(thread if address == "THREAD" else address)
        if address in LIVE:
            wait_until_live(page)  # The line that says so takes room, too.
        plain = page.evaluate(CRAMPED, width)
        page.evaluate(SPACING)
        found = plain + page.evaluate(CRAMPED, width)
        cramped |= {address: found} if found else {}

    assert cramped == {}
