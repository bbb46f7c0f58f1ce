"""Words go to more readers with their author's consent: asked, refused, agreed, in browsers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    LUCIE,
    NADIA,
    answer,
    ask,
    title,
    wait_until_live,
    write,
)

pytestmark = pytest.mark.long


def propose(page, thread, space="place-publique"):
    """Ask the authors of ``thread`` whether everyone may read it."""
    page.goto(thread)
    page.click("text=Changer d’espace")
    page.check(f"[name=space][value={space}]")
    page.fill("[name=reason]", "D’autres communes se posent la question.")
    page.click("main form .primary")
    expect(page.locator("#messages")).to_contain_text("sont consultés")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_its_author_does_not_agree_to_stays_behind_until_they_do(scripts, sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    laurent = sit(LAURENT, locale="en-GB", java_script_enabled=scripts)
    thread = ask(nadia, title())
    member = sit(LAURENT)
    member.goto(thread)
    answer(member, "Nous avons renoncé, le vent manque.")
    propose(lucie, thread)

    nadia.goto("/avis/")
    nadia.click("text=propose que d’autres lisent le fil")
    expect(nadia.locator("main .audience")).to_contain_text("Tout le monde, sur internet")
    nadia.click("text=J’accepte")
    expect(nadia.locator("#messages")).to_contain_text("quand tous auront accepté")
    laurent.goto("/avis/")
    laurent.click("text=proposes that others read the thread")
    expect(laurent.locator("main article")).to_contain_text("le vent manque")
    laurent.click("text=I do not agree")
    expect(laurent.locator("#messages")).to_contain_text("stay with their readers")

    lucie.goto(thread)
    lucie.click("text=Changer d’espace")
    expect(lucie.locator("main .ticker")).to_contain_text("n’accepte pas")
    lucie.click("text=Déplacer sans leurs messages")
    lucie.wait_for_url(re.compile(r"/fils/\d+-"))
    guest = sit()
    guest.goto(thread)
    wait_until_live(guest)
    expect(guest.locator("#thread-head")).to_contain_text("Depuis, tout le monde le lit")
    expect(guest.locator("#post-2")).to_contain_text("n’est pas montré ici")

    laurent.goto(thread)
    laurent.click("#post-2 a")
    laurent.click("text=I agree")
    expect(guest.locator("#post-2")).to_contain_text("le vent manque")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_thread_that_moves_away_gives_its_readers_back_what_they_were_writing(language, sit):
    said, label = {
        "fr": ("n’est plus dans un espace que vous lisez", "Ce que vous aviez commencé"),
        "en": ("no longer in a space that you read", "What you had begun"),
    }[language]
    nadia, lucie = sit(NADIA), sit(LUCIE)
    laurent = sit(LAURENT, locale={"fr": "fr-FR", "en": "en-GB"}[language])
    thread = ask(nadia, title())
    laurent.goto(thread)
    wait_until_live(laurent)
    write(laurent, "Nous avions commencé par le bois.")
    lucie.goto(thread)
    lucie.click("text=Changer d’espace")
    lucie.check("[name=space][value=structures-de-soutien]")
    lucie.click("main form .primary")
    expect(lucie.locator("main .notice.warning")).to_contain_text("qui a écrit dans ce fil")
    lucie.click("main form .primary")

    expect(laurent.locator("[data-lost]")).to_contain_text(said)
    expect(laurent.get_by_label(label)).to_have_value("Nous avions commencé par le bois.")
    expect(laurent.locator("main")).not_to_contain_text("structures", ignore_case=True)

    stranger = sit(LAURENT)  # Another tab, which never showed it.
    stranger.goto(thread)
    expect(stranger.locator("h1")).to_contain_text("n’est pas là")
    expect(stranger.locator("[data-lost]")).to_be_hidden()
