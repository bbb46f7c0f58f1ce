"""Names are suggested after an @ while one writes: by keyboard, by a finger, in new threads."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import (
    LAURENT,
    NADIA,
    ask,
    layout_shift,
    prefer_source,
    settled_top,
    title,
)

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


def suggestions(page):
    """The names in the list below where one writes."""
    names = page.get_by_role("listbox", name="Personnes et organisations")
    return names.get_by_role("option")


def test_a_name_is_taken_by_keyboard_and_is_a_link_to_who_is_told(sit):
    nadia = sit(NADIA)
    address = ask(nadia, title())
    field, options = nadia.locator("#repondre textarea"), suggestions(nadia)
    field.press_sequentially("Merci @laurent")
    expect(options.first).to_contain_text("Laurent Delpuech")
    expect(nadia.locator("[data-names-found]")).to_have_text(re.compile("proposition"))
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    expect(options.first).to_have_attribute("id", active)
    field.press("Enter")
    expect(field).to_have_value("Merci @Laurent Delpuech ")
    expect(options.first).to_be_hidden()
    field.press_sequentially("\nà bientôt")
    expect(field).to_have_value("Merci @Laurent Delpuech \nà bientôt")

    nadia.click("#repondre [data-send]")
    link = nadia.locator("#posts .prose").get_by_role("link", name="@Laurent Delpuech")
    expect(link).to_have_attribute("href", re.compile(r"/membres/\d+/"))
    laurent = sit(LAURENT)
    laurent.goto("/avis/")
    expect(laurent.get_by_role("link", name="vous nomme")).to_have_count(1)
    assert address.split("/fils/")[1]


def test_enter_and_tab_take_the_first_name_without_an_arrow(sit):
    page = sit(NADIA)
    ask(page, title())
    field, options = page.locator("#repondre textarea"), suggestions(page)
    for key in ("Enter", "Tab"):
        field.press_sequentially("@laurent")
        expect(options.first).to_contain_text("Laurent Delpuech")
        field.press(key)
        expect(options.first).to_be_hidden()

    expect(field).to_have_value("@Laurent Delpuech @Laurent Delpuech ")
    field.press("Tab")
    expect(field).not_to_be_focused()


def test_who_types_faster_than_names_come_is_given_no_other_name(sit):
    page = sit(NADIA)
    ask(page, title())
    field, options = page.locator("#repondre textarea"), suggestions(page)
    field.press_sequentially("@laure")
    expect(options.first).to_contain_text("Laure Tessonneau")
    page.route("**/noms/propositions/**", lambda _route: None)  # No other answer comes.
    field.press_sequentially("n")
    field.press("Enter")
    expect(field).to_have_value("@lauren\n")


def test_the_title_of_a_thread_is_taken_after_a_number_sign_and_is_a_link(sit):
    page, sought = sit(NADIA), title()
    address = ask(page, sought)
    ask(page, title())
    field = page.locator("#repondre textarea")
    options = page.get_by_role("listbox", name="Fils").get_by_role("option")
    field.press_sequentially(f"Voir #{sought.split()[-1]}")
    expect(options.first).to_contain_text(sought)
    field.press("Enter")
    expect(field).to_have_value(f"Voir #{sought.split()[-1]}\n")
    field.press("Backspace")
    expect(options.first).to_contain_text(sought)
    field.press("ArrowDown")
    field.press("Enter")
    path = "/fils/" + address.split("/fils/")[1].split("?")[0].split("#")[0]
    expect(field).to_have_value(f"Voir [{sought}]({path}) ")

    page.click("#repondre [data-send]")
    link = page.locator("#post-2 .prose").get_by_role("link", name=sought)
    expect(link).to_have_attribute("href", path)


def test_the_list_closes_by_escape_and_the_arrows_are_the_cursors_again(sit):
    page = sit(NADIA)
    ask(page, title())
    field, options = page.locator("#repondre textarea"), suggestions(page)
    field.press_sequentially("Un\nMerci @laurent")
    expect(options.first).to_be_visible()
    field.press("Escape")
    expect(options.first).to_be_hidden()
    field.press("ArrowUp")
    field.press("Home")
    field.press("z")

    expect(field).to_have_value("zUn\nMerci @laurent")


def test_a_finger_takes_a_name_on_a_telephone_and_nothing_is_wider_than_it(sit):
    page = sit(NADIA, has_touch=True, **PHONE)
    ask(page, title())
    field, options = page.locator("#repondre textarea"), suggestions(page)
    field.press_sequentially("@laurent")
    expect(options.first).to_contain_text("Laurent Delpuech")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    options.first.tap()

    expect(field).to_have_value("@Laurent Delpuech ")


def test_in_a_new_thread_those_are_suggested_who_read_the_space_that_is_chosen(sit):
    page = sit(NADIA)
    page.goto("/fils/nouveau/?space=reseau")
    field, options = page.locator("[name=text]"), suggestions(page)
    field.press_sequentially("@laurent")
    expect(options.first).to_contain_text("Laurent Delpuech")
    page.get_by_label("Entre Collectivités").check()
    field.fill("")
    field.press_sequentially("@laurent")

    expect(options.filter(has_text="Laurent Delpuech")).to_have_count(0)


def test_names_that_reach_nobody_are_said_below_the_field_and_move_nothing(sit):
    for options in ({}, PHONE):
        page = sit(NADIA, **options)
        ask(page, title())
        asked = []
        page.on("request", lambda it, asked=asked: asked.append(it.url))
        field, send = page.locator("#repondre textarea"), page.locator("#repondre [data-send]")
        line = page.locator("#repondre .unreached")
        field.press_sequentially("Merci @Zoé Le Gall et `@code`, écrivez à a@brec.fr")
        before, top = layout_shift(page), settled_top(send)
        expect(line).to_have_text("Ce nom n’avertira personne ici : @Zoé Le Gall")
        assert (layout_shift(page), settled_top(send)) == (before, top)
        assert len([it for it in asked if it.endswith("/apercu/")]) <= 2

        field.fill("Merci @Laurent Delpuech pour tout ce que vous faites.")
        expect(line).to_have_text("")
        field.fill("Merci @Zoé Le Gall")
        send.focus()
        expect(line).to_have_text(re.compile("@Zoé Le Gall"))
        send.click()
        expect(page.locator("#post-2")).to_contain_text("@Zoé Le Gall")
        expect(line).to_have_text("")


def test_a_name_that_reaches_nobody_is_said_as_one_goes_to_send_and_is_sent_all_the_same(sit):
    page = sit(NADIA)
    ask(page, title())
    page.locator("#repondre textarea").press_sequentially("Merci ")
    expect(page.locator("#repondre form, form#repondre").first).to_have_attribute(
        "data-drafts", "loaded"
    )
    page.clock.install()  # No time passes, as one writes on.
    page.locator("#repondre textarea").press_sequentially("@Zoé Le Gall")
    page.locator("#repondre [data-send]").hover()
    expect(page.locator("#repondre .unreached")).to_have_text(re.compile("@Zoé Le Gall"))
    page.locator("#repondre [data-send]").click()
    expect(page.locator("#post-2")).to_contain_text("@Zoé Le Gall")


def test_the_names_open_above_the_line_where_the_screen_ends_below_it(sit):
    nadia = sit(NADIA, viewport={"width": 1280, "height": 500})
    ask(nadia, title())
    field, options = nadia.locator("#repondre textarea"), suggestions(nadia)
    field.evaluate("(it) => scrollBy(0, it.getBoundingClientRect().top - innerHeight + 60)")
    field.press_sequentially("Merci @la")

    expect(options.first).to_be_visible()
    expect(options.last).to_be_in_viewport(ratio=1)
    assert options.last.bounding_box()["y"] < field.bounding_box()["y"] + 40
