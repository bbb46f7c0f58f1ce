"""What the home page says at first sight, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import LUCIE, NADIA, answer, ask, title, wait_until_live

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_guest_s_phone_says_what_this_is_and_shows_an_exchange_before_one_scrolls(
    language, sit, site
):
    page = sit()
    page.set_viewport_size(PHONE)
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": site.address}]
    )
    page.goto(f"{site.address}/")
    box = page.locator(".welcome").bounding_box()

    assert box["y"] + box["height"] < PHONE["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.locator(".welcome blockquote").inner_text()


def test_an_open_list_marks_what_is_answered_and_no_more_what_was_read_elsewhere(sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    address = ask(nadia, title())
    row = f"#thread-{address.split('/')[-2].split('-')[0]} .unread"
    nadia.goto("/")
    wait_until_live(nadia)
    expect(nadia.locator(row)).to_be_hidden()
    lucie.goto("/")
    expect(lucie.locator(row)).to_be_visible()
    lucie.goto(address)
    answer(lucie, "Une réponse.")
    expect(nadia.locator(row)).to_be_visible()
    other_tab = nadia.context.new_page()
    other_tab.goto(address)
    expect(nadia.locator(row)).to_be_hidden()


def test_a_thread_that_somebody_starts_comes_marked_to_an_open_list(sit):
    nadia, lucie = sit(NADIA), sit(LUCIE)
    nadia.goto("/")
    wait_until_live(nadia)
    name = title()
    address = ask(lucie, name)
    row = nadia.locator("#threads > li", has_text=name)
    expect(row.locator(".unread")).to_be_visible()
    nadia.goto(address)
    nadia.go_back()
    expect(row.locator(".unread")).to_be_hidden()
