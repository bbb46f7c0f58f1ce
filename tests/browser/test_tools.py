"""A document becomes a tool; others find it and say that they use it; a version follows."""

import re

from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA, ask, title, words, write
from tests.browser.file_helpers import choose, chosen, row_of
from tests.forum.conversation.files.file_helpers import pdf_of


def test_a_document_is_offered_found_used_and_followed_by_a_version(sit):
    nadia, laurent = sit(NADIA), sit(LAURENT, viewport={"width": 390, "height": 844})
    address, said, name = ask(nadia, title()), words(), title()
    choose(nadia, chosen("clauses.pdf", pdf_of()))
    expect(row_of(nadia, "clauses.pdf")).to_have_attribute("data-state", "sent")
    write(nadia, said)
    nadia.click("#repondre [data-send]")
    laurent.goto(address)
    expect(laurent.get_by_role("link", name="clauses.pdf")).to_be_visible()
    expect(laurent.get_by_role("link", name="Proposer comme outil")).to_be_hidden()

    nadia.get_by_role("link", name="Proposer comme outil").click()
    nadia.get_by_label("Titre", exact=True).fill(name)
    nadia.get_by_label("Nature", exact=True).select_option(label="cahier des charges")
    nadia.get_by_role("button", name="Proposer cet outil").click()
    expect(nadia.locator("#form-errors")).to_contain_text("Licence")
    expect(nadia.get_by_label("Titre", exact=True)).to_have_value(name)
    nadia.get_by_label("Licence", exact=True).select_option(label="CC BY 4.0")
    nadia.get_by_label("À quoi il a servi", exact=True).fill(
        "À consulter trois bureaux d’études."
    )
    nadia.get_by_role("button", name="Proposer cet outil").click()
    nadia.wait_for_url(re.compile(r"/outils/\d+"))

    laurent.goto("/outils/")
    laurent.get_by_label("Mots", exact=True).fill(name)
    laurent.get_by_label("Sujet", exact=True).select_option(value="eolien")
    laurent.locator("summary", has_text="Filtrer").click()
    laurent.get_by_label("Nature", exact=True).select_option(label="cahier des charges")
    laurent.locator("main").get_by_role("button", name="Chercher").click()
    expect(laurent.locator(".tool-list > li")).to_have_count(1)
    laurent.get_by_role("link", name=name).click()
    assert laurent.evaluate("document.documentElement.scrollWidth") <= 390
    laurent.get_by_role("button", name="Utilisé par notre territoire").click()
    expect(laurent.get_by_text("1 organisation s’en sert.")).to_be_visible()

    nadia.get_by_role("link", name="Publier une nouvelle version").click()
    nadia.get_by_label("Le fichier", exact=True).set_input_files(
        [chosen("clauses-2.pdf", pdf_of())]
    )
    nadia.get_by_label("Ce qui change", exact=True).fill("Le lot électricité est à part.")
    nadia.fill("[name=label]", "2")
    nadia.get_by_role("button", name="Publier cette version").click()
    expect(nadia.locator("#messages")).to_contain_text("nouvelle version est publiée")

    laurent.reload()
    expect(laurent.locator("main")).to_contain_text("clauses-2.pdf")
    expect(laurent.locator(".tool-versions > li")).to_have_count(2)
    expect(laurent.get_by_text("1 organisation s’en sert.")).to_be_visible()
    laurent.goto(address)
    expect(laurent.locator("#posts")).to_contain_text("Le lot électricité est à part.")
    expect(laurent.get_by_role("link", name="Outil réutilisable")).to_have_count(2)
