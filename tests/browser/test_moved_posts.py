"""An open page shows where posts went that leave its thread, and goes along where all do."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LAURENT, LUCIE, NADIA, answer, ask, title, wait_until_live


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_sees_posts_leave_and_then_the_whole_thread(scripts, sit):
    nadia, laurent = sit(NADIA), sit(LAURENT)
    lucie = sit(LUCIE, java_script_enabled=scripts)
    thread, own = ask(nadia, title()), title()
    laurent.goto(thread)
    answer(laurent, "Et pour le bois déchiqueté, qui livre ?")
    wait_until_live(nadia)
    expect(nadia.locator("#post-2")).to_contain_text("bois déchiqueté")

    lucie.goto(thread)
    lucie.click("text=Mettre des messages à part")
    lucie.check("[name=n][value='2']")
    lucie.click("main form .primary")
    expect(lucie.locator("main")).to_contain_text("personne ne gagne ni ne perd la lecture")
    lucie.fill("[name=title]", own)
    lucie.click("main form .primary")
    lucie.wait_for_url(re.compile(r"/fils/\d+-"))
    expect(lucie.locator("#post-1")).to_contain_text("bois déchiqueté")
    split = lucie.url

    expect(nadia.locator("#post-2")).to_contain_text("a été déplacé dans un autre fil")
    nadia.click("#post-2 a")
    nadia.wait_for_url(re.compile(re.escape(split.partition("#")[0])))
    expect(nadia.locator("h1")).to_contain_text(own)
    wait_until_live(nadia)

    lucie.click("text=Réunir à un autre fil")
    lucie.fill("[name=into]", thread)
    lucie.click("main form .primary")
    expect(lucie.locator("main")).to_contain_text("personne ne gagne la lecture")
    lucie.click("main form .primary")
    lucie.wait_for_url(re.compile(re.escape(thread.partition("?")[0])))

    nadia.wait_for_url(re.compile(re.escape(thread.partition("?")[0])))
    expect(nadia.locator("#post-3")).to_contain_text("bois déchiqueté")
