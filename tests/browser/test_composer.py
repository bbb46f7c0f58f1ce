"""The composer by keyboard, and on the whole screen of a telephone."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import NADIA, answer, ask, prefer_source, title

AREA = "#repondre textarea"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def sit(sit):
    """Pages of people who prefer the source of what they write."""
    return lambda *args, **options: prefer_source(sit(*args, **options))


def test_the_toolbar_is_one_stop_and_arrows_move_in_it(sit):
    page = sit(NADIA)
    ask(page, title())
    page.locator(AREA).focus()
    tools = page.get_by_role("toolbar", name="Mise en forme")
    expect(tools).to_be_visible()
    names = [it.get_attribute("aria-label") for it in tools.get_by_role("button").all()]
    page.keyboard.press("Shift+Tab")
    reached = []
    for key in ["", "ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"]:
        if key:
            page.keyboard.press(key)
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert reached == [names[0], names[1], names[-1], names[0], names[-1], names[0]]
    page.keyboard.press("Tab")
    expect(page.locator(AREA)).to_be_focused()


def test_keys_of_word_processors_format_what_is_selected_and_undo_knows_of_it(sit):
    page = sit(NADIA)
    ask(page, title())
    page.locator(AREA).focus()
    expect(page.get_by_role("toolbar", name="Mise en forme")).to_be_visible()
    for key, expected in (("b", "**mot**"), ("i", "_mot_"), ("k", "[mot](adresse)")):
        page.fill(AREA, "mot")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.press(f"Control+{key}")
        expect(page.locator(AREA)).to_have_value(expected)
        page.keyboard.press("Control+z")
        expect(page.locator(AREA)).to_have_value("mot")


def test_a_telephone_gives_its_whole_screen_to_the_text_and_escape_leaves(sit):
    page = sit(NADIA)
    page.set_viewport_size(PHONE)
    ask(page, title())
    page.fill(AREA, "Une réponse longue à écrire.")
    button = page.get_by_role("button", name="Plein écran")
    button.click()

    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(AREA)).to_be_focused()
    box = page.locator(".composer").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert page.locator(AREA).bounding_box()["height"] > 300
    expect(page.locator("#repondre [data-send]")).to_be_in_viewport()
    for _stop in range(25):
        page.keyboard.press("Tab")
        outside = "!document.activeElement.closest('.composer') && document.activeElement"
        assert page.evaluate(f"!({outside}) || document.activeElement === document.body")

    page.locator(AREA).focus()
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.locator(".composer").bounding_box()["height"] < 844
    button.click()
    page.click("#repondre [data-send]")
    expect(page.locator("#post-2")).to_be_focused()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_that_the_network_did_not_answer_goes_once_it_is_back(sit):
    nadia = sit(NADIA)
    ask(nadia, title())
    answer(nadia, "Première.")
    expect(nadia.locator(".undo")).to_be_visible()
    field, failure = (
        nadia.locator("#repondre textarea"),
        nadia.locator("#repondre [role=alert]"),
    )
    field.fill("Deuxième.")
    nadia.context.set_offline(True)
    nadia.click("#repondre [data-send]")
    expect(failure).to_contain_text("Le réseau n’a pas répondu.")
    expect(nadia.locator(".undo")).to_have_count(0)  # Of the post before: it would lie over it.
    inner, outer = failure.locator("li").bounding_box(), field.bounding_box()
    assert inner["x"] >= outer["x"] + 12

    nadia.context.set_offline(False)
    expect(failure).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("Deuxième.")


def test_without_a_script_a_phone_shows_the_field_of_files_whole(sit):
    nadia = sit(NADIA)
    address = ask(nadia, title())
    plain = sit(
        at=None, viewport={"width": 390, "height": 844}, java_script_enabled=False,
        storage_state=nadia.context.storage_state(),
    )  # fmt: skip
    plain.goto(address)
    box, field = plain.locator("#repondre .composer"), plain.locator("#id_files")
    outer, inner = box.bounding_box(), field.bounding_box()

    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
