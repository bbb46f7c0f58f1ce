"""What the home page says at first sight, on a phone."""

import pytest

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
