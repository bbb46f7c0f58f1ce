"""On a phone, a thread has its ways at the foot of the screen, while one does not write."""

import re

from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, answer, ask, title, words

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
    nadia.locator("#repondre textarea").focus()
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
