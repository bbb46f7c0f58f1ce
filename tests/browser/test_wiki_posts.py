"""What several people keep together: a wiki post, and the summary of a thread."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, ask, prefer_source, title, wait_until_live


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


def edit(page, text):
    """Type ``text`` in place of what the edit page of a wiki post shows, and save it."""
    page.get_by_label("Votre message").fill(text)
    page.get_by_role("button", name="Enregistrer").click()


def test_two_people_edit_a_wiki_post_and_neither_overwrites_the_other(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title(), text="Bois ou gaz.")
    laurent.goto(address)
    wait_until_live(laurent)
    change = laurent.locator("#post-1 footer").get_by_role("link", name="Modifier")
    expect(change).to_be_hidden()

    nadia.locator("#post-1 footer").get_by_role("link", name="Modifier").click()
    nadia.get_by_role("button", name="Ouvrir à la modification de tous").click()
    expect(nadia.locator("#post-1")).to_contain_text("Modifiable par tous ceux")
    expect(laurent.locator("#post-1")).to_contain_text("Modifiable par tous ceux")
    change.click()
    expect(laurent.locator("input[type=file]")).to_have_count(0)

    nadia.locator("#post-1 footer").get_by_role("link", name="Modifier").click()
    edit(nadia, "Bois, dit Nadia.")
    wait_until_live(nadia)
    nadia.evaluate("window.untouched = true")
    edit(laurent, "Gaz, dit Laurent.")
    expect(laurent.locator(".notice.warning")).to_contain_text("Bois, dit Nadia.")
    expect(laurent.get_by_label("Votre message")).to_have_value("Gaz, dit Laurent.")
    edit(laurent, "Bois, disent-ils.")

    expect(nadia.locator("#post-1")).to_contain_text("Bois, disent-ils.")
    expect(nadia.locator("#post-1")).to_contain_text("modifié par Laurent")
    assert nadia.evaluate("window.untouched") is True


def test_a_summary_appears_at_the_head_of_an_open_page(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    address = ask(nadia, title())
    laurent.goto(address)
    wait_until_live(laurent)
    laurent.evaluate("window.untouched = true")

    nadia.goto(re.search(r"/fils/\d+", nadia.url)[0] + "/resume/")
    nadia.get_by_label("Le résumé").fill("La **régie** l’emporte.")
    nadia.get_by_role("button", name="Enregistrer").click()
    summary = laurent.locator("#thread-head #summary")
    expect(summary).to_contain_text("La régie l’emporte.")
    expect(summary).to_contain_text("Nadia Kerambrun")
    assert laurent.evaluate("window.untouched") is True
    summary.get_by_role("link").click()
    expect(laurent.locator("h1")).to_have_text("Les versions de ce résumé")
