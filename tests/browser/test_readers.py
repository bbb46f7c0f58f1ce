"""Who reads what one writes: the line beside a composer is true, and a message asks once."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LUCIE,
    NADIA,
    PLAIN_PAUSE,
    ask,
    await_plain,
    shut_out,
    title,
    wait_until_live,
    write,
)

OPENED = {
    "fr": ("et nul autre", "qui a ouvert cette pièce", "vient d’être ouverte"),
    "en": ("and no one else", "who has opened this room", "has just been opened"),
}


def open_room(page):
    page.goto("/animation/ouvertures/")
    page.click("text=Collectivités locales")
    page.fill("[name=reason]", "Un message signalé dans cette pièce.")
    page.click("main .danger")
    expect(page.locator("h1")).to_contain_text("Entre collectivités")


def close_room(page):
    page.goto("/animation/ouvertures/")
    page.click("text=Refermer maintenant")
    expect(page.locator("text=Refermer maintenant")).to_have_count(0)


@pytest.mark.parametrize(("language", "scripts"), [("fr", True), ("en", True), ("fr", False)])
def test_a_message_typed_before_a_room_was_opened_is_held_once(language, scripts, sit):
    alone, opened, held = OPENED[language]
    thread = ask(sit(NADIA), title(), space="collectivites-locales")
    locale = {"fr": "fr-FR", "en": "en-GB"}[language]
    nadia = sit(NADIA, locale=locale, java_script_enabled=scripts)
    lucie = sit(LUCIE)
    nadia.goto(thread)
    beside, composer = nadia.locator(".side .readers"), nadia.locator("#repondre .readers")
    expect(composer).to_contain_text(alone)
    if scripts:
        wait_until_live(nadia)
    write(nadia, "Entre nous.")

    open_room(lucie)
    try:
        if scripts:
            for line in (beside, composer):
                expect(line).to_contain_text(opened)
            expect(nadia.locator("#live-region")).to_contain_text("Lucie Hoarau")
        nadia.click(".reply [data-send]")
        expect(nadia.locator(".reply .error")).to_contain_text(held)
        expect(nadia.locator(".reply .readers")).to_contain_text("Lucie Hoarau")
        expect(nadia.locator(".reply textarea")).to_have_value("Entre nous.")
        assert nadia.locator("#post-2").count() == 0

        nadia.click(".reply [data-send]")
        expect(nadia.locator("#post-2")).to_contain_text("Entre nous.")
    finally:
        close_room(lucie)


def test_where_no_socket_gets_through_the_line_follows_over_plain_http(sit):
    thread = ask(sit(NADIA), title(), space="collectivites-locales")
    nadia, lucie = sit(NADIA), sit(LUCIE)
    tries = shut_out(nadia)
    nadia.goto(thread)
    expect(nadia.locator(".side .readers")).to_contain_text("et nul autre")
    await_plain(nadia, tries)
    open_room(lucie)
    try:
        nadia.clock.run_for(PLAIN_PAUSE)
        expect(nadia.locator(".side .readers")).to_contain_text("Lucie Hoarau")
    finally:
        close_room(lucie)
