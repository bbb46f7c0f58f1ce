"""Light or dark: as the device is, or as was chosen in this browser."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_have_the_theme_that_was_chosen(claire, browser_of, theme):
    browser = browser_of(claire)
    account = browser.post(reverse("choose-theme"), {"theme": theme}, follow=True).text
    assert f'data-theme="{theme}"' in browser.get("/").text
    assert f'value="{theme}" aria-current="true"' in " ".join(account.split())


def test_it_is_given_back_to_the_device(claire, browser_of):
    browser = browser_of(claire)
    browser.post(reverse("choose-theme"), {"theme": "dark"})
    browser.post(reverse("choose-theme"), {"theme": ""})
    page = browser.get("/").text
    assert "data-theme" not in page and 'content="light dark"' in page


@pytest.mark.parametrize("theme", ['"><script>', "sepia", "dark light"])
def test_a_theme_that_is_none_changes_nothing(client, theme):
    client.post(reverse("choose-theme"), {"theme": theme})
    client.cookies["foirail_theme"] = theme
    assert "data-theme" not in client.get("/").text
