"""A poll on a phone: made, voted on by two, seen live by a third, closed; scripts or none."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, LUCIE, NADIA, ask, title, wait_until_live

PHONE = {"width": 390, "height": 844}
HUGO = "hugo.pelletan@cc-val-orvelle.demo.invalid"
QUESTION = "Quel jour pour la visite\N{NARROW NO-BREAK SPACE}?"


def make_poll(page):
    """Make a poll in the thread on ``page``, whose results are hidden until the close."""
    page.get_by_text("Autres actions").click()
    page.get_by_role("link", name="Faire un sondage").click()
    page.get_by_label("Votre question").fill(QUESTION)
    page.get_by_label("Choix proposés, un par ligne").fill("Le lundi\nLe mardi")
    page.get_by_role("radio", name="Une fois le sondage clos", exact=True).check()
    fits(page)
    page.get_by_role("button", name="Ouvrir le sondage").click()
    expect(page.locator("#messages")).to_contain_text("Le sondage est ouvert")


def vote(page, address, choice):
    """Come from the thread at ``address`` to its poll, and vote for ``choice``."""
    page.goto(address)
    page.locator("#poll").get_by_role("link", name="Voter").click()
    page.get_by_role("radio", name=choice).check()
    fits(page)
    page.locator("main form .primary").click()
    expect(page.locator("#messages")).to_contain_text("Votre vote est compté")
    expect(page.get_by_role("radio", name=choice)).to_be_checked()
    expect(page.get_by_role("button", name="Changer mon vote")).to_be_visible()


def fits(page):
    """Nothing is wider than the phone."""
    widths = "[document.documentElement.scrollWidth, innerWidth]"
    assert page.evaluate(widths) == [PHONE["width"], PHONE["width"]]


@pytest.mark.parametrize("script", [True, False])
def test_two_vote_a_third_sees_it_live_and_all_see_what_it_gave_once_it_is_closed(sit, script):
    nadia, laurent, lucie = (
        sit(it, viewport=PHONE, java_script_enabled=script) for it in (NADIA, LAURENT, LUCIE)
    )
    hugo = sit(HUGO, viewport=PHONE)
    address = ask(nadia, title())
    hugo.goto(address)
    wait_until_live(hugo)
    hugo.evaluate("window.untouched = true")
    poll = hugo.locator("#poll")

    make_poll(nadia)
    expect(poll).to_contain_text(QUESTION)
    vote(laurent, address, "Le lundi")
    expect(poll).to_contain_text(re.compile(r"1\spersonne a voté"))
    vote(lucie, address, "Le mardi")
    expect(poll).to_contain_text(re.compile(r"2\spersonnes ont voté"))
    expect(poll).not_to_contain_text("voix")
    vote(lucie, address, "Le lundi")
    for page in nadia, laurent, lucie:
        expect(page.locator("main")).not_to_contain_text("voix")

    nadia.goto(address)
    nadia.locator("#poll").get_by_role("link", name="Voir le sondage").click()
    nadia.get_by_role("button", name="Clore le sondage").click()
    expect(nadia.locator("#messages")).to_contain_text("Le sondage est clos")
    whole = re.compile(r"Le lundi\s*2\svoix, 100\s%")
    for place in poll, nadia.locator("main"):
        expect(place).to_contain_text(whole)
    fits(nadia), fits(hugo)
    assert hugo.evaluate("window.untouched") is True
    laurent.reload()
    expect(laurent.locator("main")).to_contain_text(whole)
    expect(laurent.get_by_role("button", name="Changer mon vote")).to_have_count(0)
