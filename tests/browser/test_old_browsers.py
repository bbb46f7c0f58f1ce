"""Pages in a browser that lacks what the oldest ones lack: all can be read, reached, sent."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LUCIE,
    NADIA,
    TOPIC,
    answer,
    ask_in_form,
    title,
    wait_until_live,
    words,
)
from tests.browser.measures import FAINT_TEXT, LOST_CONTROLS, LOST_EDGES
from tests.browser.old_browser import make_old, old_style
from tests.browser.site import PASSWORD

pytestmark = pytest.mark.long
PAGES = {
    None: ["/", "/compte/login/", "/compte/signup/", "/charte/", "/territoires/", "/rien/"],
    NADIA: ["/", f"/fils/nouveau/?topic={TOPIC}", "/suivis/", "/membres/", "/compte/",
            "/compte/annuaire/", "/groupes/nouveau/", "THREAD"],
    LUCIE: ["/animation/sieges/?q=a", "/animation/ouvertures/", "THREAD"],
}  # fmt: skip
#: Some links of the menu, and of the account's, in each language.
LINKS = {
    "fr-FR": (("Territoires", "Charte", "Éolien"), ("Ce que je suis", "Mon compte")),
    "en-GB": (("Territories", "Charter", "Wind"), ("What I follow", "My account")),
}
LANGUAGES = list(LINKS)
SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def addresses(page, email):
    """The pages that a person looks at, a thread with several posts among them."""
    page.goto("/")
    thread = page.locator("#threads h2 a").first.get_attribute("href")
    return [thread if it == "THREAD" else it for it in PAGES[email]]


def expect_all_seen(page):
    """All text and controls of the page stand out, light and dark, on a desk and a phone."""
    wrong = {}
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        for size in SIZES.values():
            page.set_viewport_size(size)
            found = [it for look in (FAINT_TEXT, LOST_EDGES, LOST_CONTROLS)
                         for it in page.evaluate(look)]  # fmt: skip
            wrong |= {(page.url, colours, size["width"]): found} if found else {}
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("email", PAGES)
def test_everything_can_be_read_and_every_control_seen(sit, email, language):
    page = sit(email, locale=language)
    make_old(page, scripts=False)
    wrong = {}
    for address in addresses(page, email):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language[:2])
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            for size in SIZES.values():
                page.set_viewport_size(size)
                found = [it for look in (FAINT_TEXT, LOST_EDGES, LOST_CONTROLS)
                         for it in page.evaluate(look)]  # fmt: skip
                wrong |= {(address, colours, size["width"]): found} if found else {}

    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_menus_that_cannot_pop_over_are_open_or_asked_for_and_cover_nothing(
    sit, size, language
):
    page = sit(NADIA, viewport=SIZES[size], locale=language)
    make_old(page)
    in_menu, in_account = LINKS[language]
    for address in ("/", "/compte/"):
        page.goto(address)
        if size == "phone":
            page.locator(".top").get_by_role("link", name="Menu").click()
        for name in in_menu:
            expect(page.locator("#menu").get_by_role("link", name=name).first).to_be_visible()
        for name in in_account:
            expect(page.locator("#account-menu").get_by_role("link", name=name)).to_be_visible()
        expect(page.locator("#account-menu [data-sign-out]")).to_be_visible()
        # Nothing lies over the title, and no button is there that opens nothing.
        page.locator("main h1").click(trial=True)
        expect(page.locator(".top button:visible")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_are_sent_where_no_script_loads(sit, language):
    page = sit(locale=language)
    make_old(page, scripts=False)
    page.goto("/compte/login/")
    page.fill("[name=login]", NADIA)
    page.fill("[name=password]", PASSWORD)
    page.click("main form .primary")
    expect(page.locator("#account-menu")).to_contain_text("Nadia")
    asked, reply = title(), words()
    ask_in_form(page, asked)
    expect(page.locator("h1")).to_have_text(asked)
    page.fill("#repondre textarea", reply)
    page.click("#repondre [data-send]")
    expect(page.locator("#posts")).to_contain_text(reply)
    expect(page.locator("[data-copy]").first).to_be_hidden()
    page.locator("#thread-follow button").click()
    expect(page.locator("h1")).to_have_text(asked)
    page.locator("#account-menu [data-sign-out]").click()
    name = {"fr-FR": "Se connecter", "en-GB": "Sign in"}[language]
    expect(page.get_by_role("link", name=name).first).to_be_visible()


def test_scripts_run_and_replies_come_live_in_both_languages(sit):
    page, other = sit(NADIA), sit(LUCIE, locale="en-GB")
    for one in (page, other):
        make_old(one)
    address = ask_in_form(page, title())
    other.goto(address)
    for one in (page, other):
        wait_until_live(one)
    answer(other, said := words())
    expect(page.locator("#posts")).to_contain_text(said)
    answer(page, said := words())
    expect(other.locator("#posts")).to_contain_text(said)
    expect(page.locator("[data-md=bold]")).to_have_attribute("title", "Gras")
    expect(other.locator("[data-md=bold]")).to_have_attribute("title", "Bold")


@pytest.mark.parametrize(
    ("language", "name"), [("fr-FR", "Raccourcis clavier"), ("en-GB", "Keyboard shortcuts")]
)
def test_where_no_dialog_opens_the_key_leads_to_the_list_of_shortcuts(sit, language, name):
    page = sit(NADIA, locale=language)
    make_old(page)
    page.goto("/")
    page.keyboard.press("?")

    expect(page.locator("main h1")).to_have_text(name)
    expect(page.get_by_role("checkbox")).to_be_visible()


def test_what_is_made_unknown_drops_as_an_old_browser_drops_it(sit):
    page = sit()
    page.goto("/mentions-legales/")
    css = old_style(
        "h1{color:red;background:blue}h1,p:has(a){color:blue}"
        ":root{--c:light-dark(tan,red)}h1{background:var(--c)}"
        "@layer a{h1{border:1px solid}}h1{& {color:green}}h1{width:5px;width:5dvh}"
    )
    style = page.evaluate(
        """(css) => {
            const sheet = new CSSStyleSheet()
            sheet.replaceSync(css)
            document.adoptedStyleSheets = [sheet]
            const { color, backgroundColor, borderTopWidth, width } =
                getComputedStyle(document.querySelector("h1"))
            return [color, backgroundColor, borderTopWidth, width]
        }""",
        css,
    )

    assert style == ["rgb(255, 0, 0)", "rgba(0, 0, 0, 0)", "0px", "5px"]
