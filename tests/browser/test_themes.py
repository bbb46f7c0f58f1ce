"""Light or dark as one chose, whatever the device says, and light on paper."""

import pytest

from tests.browser.actions import NADIA

PAPER = "getComputedStyle(document.documentElement).backgroundColor"
CHOICES = {"light": "Clair", "dark": "Sombre"}


@pytest.mark.parametrize("device", CHOICES)
def test_pages_are_as_was_chosen_and_as_the_device_again(sit, device):
    page, papers = sit(NADIA), {}
    for scheme in CHOICES:
        page.emulate_media(color_scheme=scheme)
        page.goto("/compte/")
        papers[scheme] = page.evaluate(PAPER)
    assert papers["light"] != papers["dark"]

    page.emulate_media(color_scheme=device)
    for theme, label in CHOICES.items():
        page.get_by_role("button", name=label, exact=True).click()
        page.wait_for_selector(f"html[data-theme={theme}]")
        assert page.evaluate(PAPER) == papers[theme]
        page.emulate_media(color_scheme=device, media="print")
        assert page.evaluate(PAPER) == "rgb(255, 255, 255)"
        page.emulate_media(color_scheme=device, media="screen")
    page.get_by_role("button", name="Comme l’appareil").click()
    page.wait_for_selector("html:not([data-theme])")
    assert page.evaluate(PAPER) == papers[device]
