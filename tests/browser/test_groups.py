"""Working groups and opened rooms, in browsers: from founding to the archive."""

import re

from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    LUCIE,
    NADIA,
    ask,
    ask_in_form,
    title,
    wait_until_live,
    write,
)


def found(page, name):
    """Found a group across the colleges; its address."""
    page.goto("/groupes/nouveau/")
    page.fill("[name=name]", name)
    page.fill("[name=purpose]", "Écrire un cahier des charges commun.")
    page.click("main .primary:visible")
    page.wait_for_url(re.compile(r"/groupes/(?!nouveau)"))
    return page.url


def test_a_group_lives_from_its_founding_to_its_archive(sit):
    nadia, laurent, name = sit(NADIA), sit(LAURENT), title()[-6:]
    address = found(nadia, f"Toits {name}")
    nadia.fill("[name=who]", "laurent delpuech")
    nadia.click("#inviter button")
    expect(nadia.locator("#messages")).to_contain_text("a reçu votre invitation")
    button, waiting = (
        nadia.locator(f"#inviter {it}").bounding_box() for it in ("form .actions", "h3")
    )
    assert waiting["y"] >= button["y"] + button["height"] + 8  # They do not touch.
    laurent.goto("/groupes/")
    laurent.click(f"main a:has-text('Toits {name}')")
    laurent.click("text=Entrer dans le groupe")
    laurent.wait_for_url(address)

    thread = ask_in_form(nadia, title(), space=address.rstrip("/").split("/")[-1])
    laurent.goto(thread)
    wait_until_live(laurent)
    write(laurent, "Un brouillon")
    nadia.goto(address)
    nadia.click("text=Archiver le groupe")
    nadia.click("text=Oui, archiver")

    expect(laurent.locator(".invite")).to_contain_text("on le lit, on n’y écrit plus")
    expect(laurent.locator(".left textarea")).to_have_value("Un brouillon")
    nadia.goto(thread)  # Nothing was begun here: no empty frame is shown.
    expect(nadia.locator(".left textarea")).to_be_hidden()


def test_a_college_sees_who_opens_its_room_until_it_closes(sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    thread = ask(nadia, title(), space="collectivites-locales")
    lucie.goto("/animation/ouvertures/")
    lucie.click("text=Collectivités locales")
    lucie.fill("[name=reason]", "Un message signalé dans cette pièce.")
    lucie.click("main .danger")
    lucie.goto(thread)
    wait_until_live(lucie)
    expect(lucie.locator(".invite")).to_contain_text("vous n’y écrivez pas")
    nadia.goto("/espaces/collectivites-locales/")
    expect(nadia.locator("main")).to_contain_text("Un message signalé dans cette pièce.")

    other = lucie.context.new_page()
    other.goto("/animation/ouvertures/")
    other.click("text=Refermer maintenant")
    expect(lucie.locator("#post-1")).to_have_count(0)
    nadia.reload()
    expect(nadia.locator("main")).not_to_contain_text("Un message signalé")
    nadia.click("text=Qui a ouvert cette pièce")
    expect(nadia.locator("main")).to_contain_text("Un message signalé dans cette pièce.")
