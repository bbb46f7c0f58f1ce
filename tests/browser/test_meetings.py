"""A monthly conference: called, copied, registered for and put in a calendar."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, LUCIE, ask, title

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
CALL = "https://visio.exemple.fr/midi"
DAY = date.today() + timedelta(days=30)


def call_conference(page):
    """Set three conferences, a month from each other, in the thread on ``page``."""
    page.get_by_text("Autres actions").click()
    page.get_by_role("link", name="Prévoir une rencontre").click()
    page.get_by_label("Jour", exact=True).fill(f"{DAY:%Y-%m-%d}")
    page.get_by_label("Début").fill("12:30")
    page.get_by_label("Fin", exact=True).fill("13:30")
    page.get_by_label("Adresse de la visio").fill(CALL)
    page.get_by_text("Plusieurs jours, plusieurs dates").click()
    page.get_by_label("Se répète").select_option("monthly_by_weekday")
    page.get_by_label("Combien de fois").fill("3")
    fits(page)
    page.get_by_role("button", name="Prévoir la rencontre").click()


def copy_to(page, day):
    """Copy the conference at the head of the thread on ``page`` to another ``day``."""
    page.locator("#meeting").get_by_role("link", name="Copier pour une autre date").click()
    expect(page.get_by_label("Début")).to_have_value(re.compile("12.30"))
    expect(page.get_by_label("Adresse de la visio")).to_have_value(CALL)
    page.get_by_label("Jour", exact=True).fill(f"{day:%Y-%m-%d}")
    page.get_by_role("button", name="Prévoir la rencontre").click()
    expect(page.locator("#messages")).to_contain_text("La rencontre est prévue")


def fits(page):
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_a_monthly_conference_is_called_and_copied_and_who_registers_has_it(
    sit, screen, script
):
    lucie, laurent = (
        sit(it, viewport=screen, java_script_enabled=script) for it in (LUCIE, LAURENT)
    )
    address = ask(lucie, title())
    call_conference(lucie)
    lucie.goto(address)
    expect(lucie.locator("#meeting")).to_contain_text("2 autres dates")
    copy_to(lucie, DAY + timedelta(days=100))
    lucie.goto(address)
    expect(lucie.locator("#meeting")).to_contain_text("3 autres dates")

    laurent.goto(address)
    laurent.locator("#meeting").get_by_role("button", name="M’inscrire").click()
    expect(laurent.get_by_role("link", name=CALL)).to_be_visible()
    fits(laurent)
    link = laurent.get_by_role("link", name="Ajouter à mon agenda").get_attribute("href")
    assert CALL in laurent.context.request.get(link).text().replace("\r\n ", "")
    laurent.goto("/rencontres/agenda/")
    laurent.get_by_role(
        "button", name=re.compile("Créer mon adresse|Changer d’adresse")
    ).click()
    feed = laurent.get_by_label("Toutes celles que vous pouvez lire").input_value()
    assert laurent.context.request.get(feed).text().count("BEGIN:VEVENT") >= 4
    laurent.goto(address)
    laurent.locator("#meeting").get_by_role("link", name="Votre inscription").click()
    laurent.get_by_role("button", name="Retirer mon inscription").click()
    expect(laurent.get_by_role("button", name="M’inscrire")).to_be_visible()
