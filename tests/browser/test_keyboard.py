"""Keys that act on pages, where the focus goes, and what is said of errors."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import NADIA, ask, prefer_source, title


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


def test_single_keys_are_switched_off_and_on_by_keyboard_and_stay_so(sit):
    page = sit(NADIA)
    page.goto("/")
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Raccourcis clavier").get_by_role("checkbox")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")

    for key in "nj?":
        page.keyboard.press(key)
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("location.pathname") == "/"

    link = page.get_by_role("link", name="Raccourcis clavier")
    link.focus()
    page.keyboard.press("Enter")
    box = page.locator("main").get_by_role("checkbox")
    expect(box).not_to_be_checked()
    box.press("Space")
    page.locator("main h1").click()
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/fils/nouveau/"))


def test_n_does_not_leave_a_page_on_which_something_is_typed(sit):
    page = sit(NADIA)
    page.goto("/compte/annuaire/")
    field = page.locator("main form textarea").first
    typed = field.input_value() + " Depuis 2019."
    field.fill(typed)
    page.locator("main h1").click()
    page.keyboard.press("n")

    expect(page.locator("#live-region")).to_contain_text("ne la quitte pas")
    expect(field).to_have_value(typed)
    page.reload()
    page.locator("main h1").click()
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/fils/nouveau/"))


def test_what_is_wrong_with_a_reply_is_said_as_an_alert_that_holds_a_list(sit):
    page = sit(NADIA)
    ask(page, title())
    page.click("#repondre [data-send]")

    errors = page.locator("#repondre").get_by_role("alert").get_by_role("list")
    expect(errors.get_by_role("listitem")).to_be_visible()
    field = page.locator("#repondre textarea")
    expect(field).to_be_focused()
    expect(
        page.locator(f"#{field.get_attribute('aria-describedby').split()[-1]}")
    ).to_have_role("alert")


def test_the_focus_stays_in_what_is_asked_of_an_organisation_that_comes_anew(site, sit):
    page = sit()
    page.goto("/compte/signup/")
    page.fill("[name=full_name]", "Odile Ferrand")
    page.fill("[name=email]", "odile@ferrand.demo.invalid")
    page.fill("[name=password1]", "champ-de-foire-2026")
    page.click("main form .primary")
    expect(page.locator("[name=code]")).to_be_visible()
    page.fill("[name=code]", site.code_for("odile@ferrand.demo.invalid"))
    page.click("main form .primary")
    page.wait_for_url(re.compile(r"/charte/"))
    page.fill("[name=organisation]", "Mairie de Kervalon")
    page.press("[name=organisation]", "Tab")
    department = page.locator("#inconnue [name=department_code]")
    expect(department).to_be_visible()
    first = department.element_handle()

    page.fill("[name=organisation]", "Mairie de Kervalenn")
    department.focus()
    page.wait_for_function("(first) => !first.isConnected", arg=first)
    expect(department).to_be_focused()
