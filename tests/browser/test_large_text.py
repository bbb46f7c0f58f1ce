"""Pages on a phone with text twice as large, and an animator's header on a small phone."""

import pytest

from tests.browser.actions import LUCIE, NADIA, TOPIC

LARGE = """
    const style = new CSSStyleSheet()
    style.replaceSync("html { font-size: 200% }")
    document.adoptedStyleSheets = [style]
"""
#: What reaches beyond the screen, where nothing around it scrolls or cuts.
WIDE = """width => {
    const found = []
    for (const element of document.querySelectorAll("body *")) {
        const box = element.getBoundingClientRect()
        if (!box.width || box.right <= width + 1) continue
        let around = element.parentElement
        while (around && getComputedStyle(around).overflowX === "visible")
            around = around.parentElement
        if (around && !["HTML", "BODY"].includes(around.tagName)) continue
        const reaches = one => one.getBoundingClientRect().right > width + 1
        if ([...element.children].some(reaches)) continue
        const words = element.textContent.trim().slice(0, 30)
        found.push(`${element.tagName}.${element.className} ${Math.round(box.right)} ${words}`)
    }
    return found
}"""
PAGES = ["/", f"/sujets/{TOPIC}/", "THREAD", "/charte/", "/fils/nouveau/", "/compte/",
         "/recherche/?q=bois"]  # fmt: skip


@pytest.mark.parametrize("email", [None, NADIA])
def test_nothing_reaches_beyond_a_phone_with_text_twice_as_large(sit, email):
    page = sit(email, viewport={"width": 390, "height": 844})
    page.goto("/")
    thread = page.locator("#threads h2 a").first.get_attribute("href")
    wide = {}
    for address in PAGES:
        page.goto(thread if address == "THREAD" else address)
        page.evaluate(LARGE)
        if found := page.evaluate(WIDE, 390):
            wide[address] = found

    assert wide == {}


def test_an_animator_s_header_is_one_line_on_a_small_phone(sit):
    page = sit(LUCIE, viewport={"width": 320, "height": 640})
    page.goto("/")
    boxes = [one.bounding_box() for one in page.locator(".top > div > :visible").all()]
    middles = [box["y"] + box["height"] / 2 for box in boxes]

    assert len(boxes) == 7 and max(middles) - min(middles) < 2
