"""On a phone, a thread has its ways at the foot of the screen, while one does not write."""

import re

from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, answer, ask, open_editor, title, words

PHONE = {"width": 390, "height": 844}


def test_a_phone_leads_to_the_accepted_answer_to_the_newest_and_to_the_form(sit):
    nadia, laurent = sit(NADIA, viewport=PHONE), sit(LAURENT)
    address = ask(nadia, title(), text="\n\n".join(words() for _ in range(60)))
    laurent.goto(address)
    answer(laurent, "Nous, l’an dernier.")
    nadia.goto(address)
    nadia.locator("#post-2").get_by_role("button", name="Retenir").click()
    expect(nadia.locator("#thread-head")).to_contain_text("Résolu")
    nadia.reload()
    bar = nadia.get_by_role("navigation", name="Dans ce fil")

    bar.get_by_role("link", name="Répondre").click()
    expect(nadia.locator("#repondre")).to_be_in_viewport()
    expect(nadia.locator("#repondre :focus")).to_have_count(1)
    nadia.keyboard.type("nous aussi")  # Else its first letter opens another thread.
    expect(nadia.locator("#repondre")).to_contain_text("nous aussi")
    expect(bar).to_be_hidden()
    nadia.locator("h1").click()
    expect(bar).to_be_visible()
    bar.get_by_role("link", name="Retenue").click()
    nadia.wait_for_url(re.compile("#post-2"))
    expect(nadia.locator("#post-2")).to_be_in_viewport()
    bar.get_by_role("link", name="Dernière").click()
    expect(nadia.locator("#thread-foot")).to_be_in_viewport()


def test_a_guest_s_has_no_way_to_a_form_and_a_desk_none_at_all(sit):
    guest = sit(None, viewport=PHONE)
    guest.goto("/recherche/?q=Ailes+des+Cr%C3%AAtes")
    guest.locator("#results .title").first.click()
    bar = guest.get_by_role("navigation", name="Dans ce fil")
    expect(bar.get_by_role("link", name="Dernière")).to_be_visible()
    expect(bar.get_by_role("link", name="Répondre")).to_be_hidden()
    guest.set_viewport_size({"width": 1280, "height": 900})
    expect(bar).to_be_hidden()


#: What lies over a place of the form as each part of it is brought to the foot of the screen.
COVERED = """(form) => {
    const covered = []
    for (const part of form.querySelectorAll("button, label, [contenteditable], textarea, a")) {
        if (!part.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
        part.scrollIntoView({ block: "end", behavior: "instant" })
        const { left, bottom, width, height } = part.getBoundingClientRect()
        if (width < 2 || height < 2) continue
        const inset = Math.min(height, 12) / 2
        const there = document.elementFromPoint(left + width / 2, bottom - inset)
        if (there && there.closest(".thread-bar"))
            covered.push(part.textContent.trim() || part.tagName)
    }
    return covered
}"""


#: How far from the top of the page an element is, however far that is scrolled.
ON_PAGE = "(it) => it.getBoundingClientRect().top + window.scrollY"


def _heights(page):
    """The screen of a phone, then what a keyboard leaves of it."""
    for height in (PHONE["height"], 420):
        page.set_viewport_size(PHONE | {"height": height})
        yield height


def test_the_ways_of_a_thread_lie_over_nothing_of_the_form_one_writes_in(sit):
    nadia = sit(NADIA, viewport=PHONE)
    address = ask(nadia, title(), text="\n\n".join(words() for _ in range(60)))
    bar = nadia.get_by_role("navigation", name="Dans ce fil")
    expect(bar).to_be_in_viewport()
    editor = open_editor(nadia)
    nadia.keyboard.insert_text(said := words())

    for _ in _heights(nadia):
        editor.focus()
        expect(bar).to_be_hidden()
        assert nadia.locator("#repondre").evaluate(COVERED) == []
    send = nadia.locator("#repondre [data-send]")
    send.evaluate("(it) => it.scrollIntoView({ block: 'end', behavior: 'instant' })")
    place = send.bounding_box()
    nadia.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] - 6)
    expect(nadia.locator("#posts")).to_contain_text(said)

    plain = sit(NADIA, viewport=PHONE, java_script_enabled=False)
    plain.goto(address)
    expect(plain.get_by_role("navigation", name="Dans ce fil")).to_be_in_viewport()
    for _ in _heights(plain):
        assert plain.locator("#repondre").evaluate(COVERED) == []


def test_the_form_stays_where_it_is_as_the_ways_of_a_thread_leave(sit):
    nadia = sit(NADIA, viewport=PHONE)
    ask(nadia, title(), text="\n\n".join(words() for _ in range(60)))
    editor = open_editor(nadia)
    with_editor = nadia.locator("#repondre").evaluate(ON_PAGE)
    editor.evaluate("(it) => it.blur()")
    expect(nadia.get_by_role("navigation", name="Dans ce fil")).to_be_visible()

    without = nadia.locator("#repondre").evaluate(ON_PAGE)
    assert with_editor == without
