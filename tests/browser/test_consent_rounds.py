"""A college decides: a proposal, an objection, another text, an outcome and its minutes."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.actions import LAURENT, ask, title

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
FANNY = "fanny.rigollet@sas-vents-vaucelle.demo.invalid"  # her organisation objects
COLLEGE = "porteurs-de-projet"
OTHERS = [
    "xabi.etcheto@sem-pinede.demo.invalid",
    "jeanne.arnoux@scic-soleil-serine.demo.invalid",
    "pierrick.hamonic@cuma-biogaz-argance.demo.invalid",
]
FIRST = "Chacun réserve la grue trois mois avant."
SECOND = "Chacun réserve la grue un mois avant."
OBJECTION = "Trois mois avant, nous ne connaissons pas le vent."
PLACE_OF_DOT = "(it) => getComputedStyle(it, '::before').position"
OUTCOME = "La grue se réserve un mois avant, dès janvier."


def open_round(page, proposal):
    """Open a round on a ``proposal`` that begins with questions, in the thread on ``page``."""
    page.get_by_text("Autres actions").click()
    page.get_by_role("link", name="Ouvrir un tour de consentement").click()
    page.get_by_label("La proposition en une ligne").fill(proposal)
    page.get_by_label("Le texte proposé").fill(FIRST)
    expect(page.get_by_role("radio", name="Éclaircir")).to_be_checked()
    last_day = date.today() + timedelta(days=10)
    page.get_by_label("Dernier jour pour voter").fill(f"{last_day:%Y-%m-%d}")
    fits(page)
    page.get_by_role("button", name="Ouvrir le tour").click()
    expect(page.locator("#messages")).to_contain_text("Le tour de consentement est ouvert")


def take_position(page, kind, reason=""):
    """Come from the thread on ``page`` to its round, and take a position of this ``kind``."""
    page.locator("#consent-round").get_by_role("link", name="se prononcer").click()
    page.get_by_role("radio", name=kind).check()
    page.get_by_role("textbox", name="Pourquoi").fill(reason)
    fits(page)
    page.get_by_role("button", name="Donner cette position").click()
    expect(page.locator("#messages")).to_contain_text("Votre position est enregistrée")


def press(page, button):
    """Press ``button`` on the page of the round."""
    page.locator("main").get_by_role("button", name=button).click()


def amend(page):
    """Have the text of the round on ``page`` be the second, and say why."""
    page.get_by_role("link", name="Amender le texte").click()
    expect(page.get_by_label("Le nouveau texte")).to_have_value(FIRST)
    page.get_by_label("Ce qui change, et pourquoi").fill("Un mois suffit au loueur.")
    page.get_by_label("Le nouveau texte").fill(SECOND)
    fits(page)
    page.get_by_role("button", name="Amender", exact=True).click()
    expect(page.locator("#proposal")).to_contain_text("version 2")


def decide(page):
    """Close the round on ``page``, in which all have answered, and write its outcome."""
    press(page, "Clore le tour")
    page.get_by_role("link", name="Écrire l’issue").click()
    page.get_by_role("radio", name="Adoptée", exact=True).check()
    page.get_by_label("Ce qui est décidé").fill(OUTCOME)
    fits(page)
    page.get_by_role("button", name="Écrire l’issue").click()
    expect(page.locator("h2#outcome")).to_have_text("Adoptée")


def minutes_of(page):
    """The text of the minutes that ``page`` offers as a PDF."""
    link = page.get_by_role("link", name="Procès-verbal en PDF").get_attribute("href")
    answer = page.context.request.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.body())).pages
    return re.sub(r"\s+", " ", " ".join(it.extract_text() for it in pages))


def fits(page):
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_a_college_takes_a_proposal_through_an_objection_and_two_texts_to_its_minutes(
    sit, screen, script
):
    laurent, fanny, *others = (
        sit(it, viewport=screen, java_script_enabled=script) for it in (LAURENT, FANNY, *OTHERS)
    )
    everybody = [laurent, fanny, *others]
    thread, proposal = ask(laurent, title(), space=COLLEGE), title()
    open_round(laurent, proposal)
    address = laurent.url
    expect(laurent.locator("main")).to_contain_text("posez vos questions dans le fil")
    press(laurent, "Passer aux réactions")
    press(laurent, "Demander les positions")
    for page in everybody:
        page.goto(thread)
    take_position(laurent, "Consentement")
    take_position(fanny, "Objection", OBJECTION)
    laurent.goto(thread)
    counts = laurent.locator("#consent-round > .dots > span")
    assert counts.first.evaluate(PLACE_OF_DOT) == "absolute"  # It is cut off.
    laurent.get_by_role("link", name="Lire l’objection").click()
    expect(laurent.locator("#objections")).to_contain_text("Une objection")
    expect(laurent.get_by_text(OBJECTION)).to_be_visible()

    amend(laurent)
    for page in fanny, *others:
        page.goto(thread)
        take_position(page, "Consentement")
        expect(page.locator("main")).to_contain_text(SECOND)
    expect(others[-1].locator("main")).to_contain_text("exprimées\N{NO-BREAK SPACE}: 4 sur 5")
    laurent.goto(address)
    expect(laurent.locator("main")).to_contain_text("Le texte a changé")
    expect(laurent.get_by_role("button", name="Clore le tour")).to_have_count(0)
    laurent.goto(thread)
    take_position(laurent, "Consentement")
    expect(laurent.locator("main")).to_contain_text("vous pouvez clore le tour")
    decide(laurent)

    fanny.goto("/decisions/")
    fanny.locator("main").get_by_role("link", name=proposal).click()
    expect(fanny.locator("h1")).to_have_text(proposal)
    expect(fanny.locator("main")).to_contain_text(OUTCOME)
    expect(fanny.locator("#digest")).to_be_visible()
    fanny.get_by_text("Version 1, remplacée le").click()
    expect(fanny.get_by_text(FIRST)).to_be_visible()
    fits(fanny)
    minutes = minutes_of(fanny)
    for words in proposal, FIRST, SECOND, OBJECTION, OUTCOME, "Fanny Rigollet":
        assert words in minutes
