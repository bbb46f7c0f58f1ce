"""Passkeys in a real Chromium, whose authenticator is a virtual one of its own."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, NADIA
from tests.browser.site import PASSWORD


@pytest.fixture
def at(site):
    """The site by a name: passkeys belong to names, not to numbers."""
    return f"http://localhost:{site.port}"


def authenticator(page, verifies=True):
    """Give the browser of ``page`` an authenticator, which says yes at once."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    added = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return line, added["authenticatorId"]


def say_password(page):
    """Say it again, where the site asks."""
    if "reauthenticate" in page.url:
        page.fill("main [name=password]", PASSWORD)
        page.click("main form .primary")


def add_passkey(page, site, email, alone=True):
    """Add one, with the code that is mailed first."""
    page.goto("/compte/double-protection/webauthn/add/")
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.locator("[name=code]")).to_be_visible()
    page.fill("[name=code]", site.code_for(email))
    page.get_by_role("button", name="Continuer").click()
    say_password(page)
    page.fill("[name=name]", "Mon portable")
    page.set_checked("[name=passwordless]", alone)
    page.get_by_role("button", name="Ajouter cette clé").click()
    page.wait_for_url(re.compile("recovery-codes"))


def leave(page):
    page.goto("/compte/logout/")
    page.click("main form .primary")
    page.wait_for_url(re.compile("/$"))


def take_off(page):
    """Leave the demonstration as it was."""
    page.goto("/compte/double-protection/webauthn/")
    page.get_by_role("link", name="Retirer").click()
    if "reauthenticate" in page.url:
        page.get_by_role("link", name="Plutôt une clé d’accès").click()
        page.get_by_role("button", name="Me servir de ma clé d’accès").click()
    page.get_by_role("button", name="Oui, la retirer").click()
    expect(page.locator("#messages")).to_contain_text("Votre clé d’accès est retirée")


def test_one_comes_in_with_a_passkey_alone(sit, site, at):
    page = sit(NADIA, at=at)
    authenticator(page)
    add_passkey(page, site, NADIA)
    expect(page.locator(".codes li")).to_have_count(10)
    leave(page)

    page.goto("/compte/login/?next=/charte/")
    page.get_by_role("button", name="Entrer avec une clé d’accès").click()
    page.wait_for_url(re.compile("/charte/$"))
    expect(page.locator("body")).to_have_attribute("data-person", re.compile(r"\d+"))
    take_off(page)


def test_a_passkey_is_the_second_factor_after_a_password(sit, site, at):
    page = sit(LAURENT, at=at)
    line, key = authenticator(page)
    add_passkey(page, site, LAURENT, alone=False)
    leave(page)

    page.goto("/compte/login/")
    page.fill("[name=login]", LAURENT)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .primary").first.click()
    page.wait_for_url(re.compile("authenticate"))
    expect(page.locator("body")).to_have_attribute("data-person", "")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="Me servir de ma clé d’accès").click()
    page.wait_for_url(lambda url: "authenticate" not in url)
    expect(page.locator("body")).to_have_attribute("data-person", re.compile(r"\d+"))
    take_off(page)


def test_without_a_key_the_page_says_so_and_stays(sit, at):
    page = sit(at=at)
    line, key = authenticator(page)
    page.goto("/compte/login/")
    page.get_by_role("button", name="Entrer avec une clé d’accès").click()

    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    expect(page.get_by_role("button", name="Entrer avec une clé d’accès")).to_be_enabled()


def test_without_javascript_the_other_ways_stand_alone(sit, at):
    page = sit(at=at, java_script_enabled=False)
    page.goto("/compte/login/")

    expect(page.get_by_role("button", name="Entrer avec une clé d’accès")).to_be_hidden()
    expect(page.get_by_role("button", name="Se connecter", exact=True)).to_be_visible()
