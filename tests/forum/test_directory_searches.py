"""Searching the directory goes through all names: nobody does it without end."""

import pytest
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from forum.directory.views import searches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def two_searches(monkeypatch):
    """Two searches in ten minutes, in place of many more."""
    for name, rates in [("_SEARCHES", "2/10m/user"), ("_GUEST_SEARCHES", "2/10m/ip")]:
        limit = RateLimit(f"test{name}", rates, counts_reading=True)
        monkeypatch.setattr(searches, name, limit)


@pytest.mark.parametrize("page", ["members", "organisations"])
def test_who_searches_too_often_is_told_until_when(page, two_searches, claire, browser_of):
    browser = browser_of(claire)
    answers = [browser.get(reverse(page), {"q": "bois"}) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "Réessayez dans" in answers[-1].text
    assert browser.get(reverse(page)).status_code == 200  # To look through it is not bounded.


def test_guests_are_bounded_by_address(two_searches, client):
    codes = [client.get(reverse("organisations"), {"q": "bois"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
