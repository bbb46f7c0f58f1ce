"""What is composed (dead keys, input methods) arrives once, in the editor and in the source."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import NADIA, ask, open_editor, title


class Keyboard:
    """A keyboard that composes, as an input method does."""

    def __init__(self, page):
        self._devtools = page.context.new_cdp_session(page)

    def compose(self, text):
        """Show ``text`` as what is being composed."""
        at = {"selectionStart": len(text), "selectionEnd": len(text)}
        self._devtools.send("Input.imeSetComposition", {"text": text, **at})

    def commit(self, text):
        """Put ``text`` in the place of what was being composed."""
        self._devtools.send("Input.insertText", {"text": text})

    def press_enter(self):
        """Press Enter, which the input method takes for itself."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        for of in "rawKeyDown", "keyUp":
            self._devtools.send("Input.dispatchKeyEvent", {"type": of, **key})


@pytest.fixture(params=["on", "off"], ids=["editor", "source"])
def begun(sit, request):
    """A page where one begins a reply, what one writes in, its field, and the keyboard."""
    page = sit(NADIA)
    page.add_init_script(f"try {{ localStorage.formatting = '{request.param}' }} catch {{}}")
    ask(page, title())
    field = page.locator("#repondre textarea")
    if request.param == "off":
        field.focus()
        area = field
    else:
        area = open_editor(page)
    return page, field, Keyboard(page), area


def test_a_dead_key_and_a_composed_word_arrive_once_and_are_undone(begun):
    page, field, keyboard, _area = begun
    page.keyboard.type("For")
    keyboard.compose("^")
    keyboard.commit("ê")
    page.keyboard.type("t d’")
    expect(field).to_have_value("Forêt d’")
    for part in "é", "ét", "été":
        keyboard.compose(part)
    keyboard.commit("été")
    expect(field).to_have_value("Forêt d’été")

    page.keyboard.press("Control+z")
    expect(field).not_to_have_value(re.compile("été"))
    page.keyboard.press("Control+Shift+z")
    expect(field).to_have_value("Forêt d’été")


def test_the_list_of_names_takes_no_enter_that_ends_a_composition(begun):
    page, field, keyboard, _area = begun
    names = page.get_by_role("listbox", name="Personnes et organisations")
    page.keyboard.type("@laure")
    expect(names.get_by_role("option").first).to_be_visible()
    for part in "n", "nt":
        keyboard.compose(part)
    expect(names.get_by_role("option").first).to_contain_text("Laurent Delpuech")
    keyboard.press_enter()
    expect(field).to_have_value("@laurent")

    keyboard.commit("nt")
    expect(names.get_by_role("option").first).to_contain_text("Laurent Delpuech")
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile("^@Laurent Delpuech ?$"))
