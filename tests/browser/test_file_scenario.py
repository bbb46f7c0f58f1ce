"""A council's secretary shares a plan and two photographs; a reader sees each step at once."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    NADIA,
    ask,
    link_of_post,
    open_editor,
    prefer_source,
    title,
    wait_until_live,
    words,
)
from tests.browser.conftest import TIMEOUT_MS
from tests.browser.file_helpers import choose, chosen, photograph, row_of

pytestmark = pytest.mark.long

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
ORGANISATION = "Coopérative Ségalie Énergies"
FILES = (
    chosen("plan.pdf"),
    chosen("chaufferie.jpg", photograph(), "image/jpeg"),
    chosen("silo.jpg", photograph(colour=(200, 190, 90)), "image/jpeg"),
)


@pytest.fixture(scope="module")
def site(sites):
    """The demonstration with its worker, which makes pictures anew."""
    with sites.serve(FORUM_WORKER_INSIDE="1", FORUM_POSTING_LIMITS="1") as site:
        yield site


def post_with(page, said):
    """The post that says this."""
    return page.locator("#posts article").filter(has_text=said)


def expect_pictures(post, *descriptions):
    """The post shows these pictures, and they have come; no others."""
    expect(post.locator(".picture img")).to_have_count(len(descriptions), timeout=TIMEOUT_MS)
    for description in descriptions:
        picture = post.get_by_role("img", name=description)
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("(picture) => picture.naturalWidth") > 0


def reload_until_prepared(page, post):
    """Reload, as who has no script does, until no picture of ``post`` is being prepared."""
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    page.reload()
    while post.get_by_text("en préparation").count() and time.monotonic() < deadline:
        page.reload()


def expect_no_wider_than_the_screen(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


def describe(page):
    """Say what each photograph shows."""
    for name, shown in ("chaufferie.jpg", "La chaufferie"), ("silo.jpg", "Le silo plein"):
        row_of(page, name).get_by_label("Décrivez l’image").fill(shown)


def expect_difference(page, before, after):
    """The page of versions says what the edit took out and put in, and why."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Les versions de ce message")
    expect(page.locator("del").first).to_contain_text(before)
    expect(page.locator("ins").first).to_contain_text(after)
    expect(page.locator("main")).to_contain_text("Le devis a changé")


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1280", "390"])
def test_what_a_secretary_shares_and_takes_back_is_seen_live(sit, screen):
    nadia, laurent = sit(NADIA, **screen), sit(LAURENT)
    address = ask(nadia, title())
    laurent.goto(address)
    wait_until_live(laurent)
    laurent.evaluate("window.untouched = true")

    nadia.click("#post-1 [data-cite]")
    choose(nadia, *FILES)
    for file in FILES:
        expect(row_of(nadia, file["name"])).to_have_attribute("data-state", "sent")
    describe(nadia)
    open_editor(nadia)
    nadia.keyboard.type(f"{(said := words())} : 12 000 €. @Coopérative Ség")
    names = nadia.get_by_role("listbox", name="Personnes et organisations")
    names.get_by_role("option").filter(has_text=ORGANISATION).click()
    nadia.click("#repondre [data-send]")

    seen, own = post_with(laurent, said), post_with(nadia, said)
    expect(seen.get_by_role("link", name="plan.pdf")).to_be_visible()
    expect(seen.get_by_role("link", name=f"@{ORGANISATION}")).to_be_visible()
    expect(seen.locator("blockquote").get_by_role("link", name="Nadia")).to_be_visible()
    expect_pictures(seen, "La chaufferie", "Le silo plein")
    expect_pictures(own, "La chaufferie", "Le silo plein")
    expect_no_wider_than_the_screen(nadia)
    taken_back = seen.locator("a.picture").nth(1).get_attribute("href")

    prefer_source(nadia)
    link_of_post(own, "Modifier").click()
    row_of(nadia, "silo").get_by_role("button", name="Retirer").click()
    area = nadia.locator("[data-composer] textarea")
    area.fill(area.input_value().replace("12 000", "14 500"))
    nadia.get_by_label("Pourquoi cette modification").fill("Le devis a changé")
    nadia.click("[data-composer] [data-send]")
    nadia.wait_for_url(re.compile(r"/fils/\d+-.*#post-2"))

    expect(seen).to_contain_text("14 500")
    expect_pictures(seen, "La chaufferie")
    assert laurent.context.request.get(taken_back).status == 404
    assert laurent.evaluate("window.untouched") is True
    seen.get_by_role("link", name="modifié").click()
    expect_difference(laurent, "12 000", "14 500")
    expect_no_wider_than_the_screen(nadia)


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1280", "390"])
def test_the_same_is_done_by_plain_forms_without_a_script(sit, screen):
    nadia = sit(NADIA, java_script_enabled=False, **screen)
    laurent = sit(LAURENT, java_script_enabled=False)
    address = ask(nadia, title())
    nadia.locator("#post-1").get_by_role("link", name="Répondre").click()
    area, said = nadia.locator("[data-composer] textarea"), words()
    area.fill(f"{area.input_value()}{said} : 12 000 €. @{ORGANISATION}")
    nadia.get_by_label("Joindre des fichiers").set_input_files(list(FILES))
    nadia.get_by_role("button", name="Répondre", exact=True).click()
    expect(nadia.locator("main")).to_contain_text("Décrivez l’image")
    describe(nadia)
    expect_no_wider_than_the_screen(nadia)
    nadia.get_by_role("button", name="Répondre", exact=True).click()
    nadia.wait_for_url(re.compile(r"#post-2"))

    laurent.goto(address)
    seen = post_with(laurent, said)
    expect(seen.get_by_role("link", name=f"@{ORGANISATION}")).to_be_visible()
    expect(seen.get_by_role("link", name="plan.pdf")).to_be_visible()

    link_of_post(post_with(nadia, said), "Modifier").click()
    row_of(nadia, "silo").get_by_label("Retirer ce fichier").check()
    area.fill(area.input_value().replace("12 000", "14 500"))
    nadia.get_by_label("Pourquoi cette modification").fill("Le devis a changé")
    nadia.get_by_role("button", name="Enregistrer").click()
    nadia.wait_for_url(re.compile(r"#post-2"))

    reload_until_prepared(laurent, seen)
    expect(seen).to_contain_text("14 500")
    expect(seen.locator("figure")).to_have_count(1)
    seen.get_by_role("link", name="modifié").click()
    expect_difference(laurent, "12 000", "14 500")
