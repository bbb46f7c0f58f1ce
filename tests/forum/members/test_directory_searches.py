"""Searching the directory goes through all names: nobody does it without end."""

import pytest
from django.urls import reverse

from accounts.viewers.rate_limits import ReadingRateLimit
from forum.members.directory.views import searches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def two_searches(monkeypatch):
    """Two searches in ten minutes, in place of many more."""
    limit = ReadingRateLimit("test_searches", people="2/10m/user", guests="2/10m/ip")
    monkeypatch.setattr(searches, "_SEARCHES", limit)


@pytest.mark.parametrize("page", ["members", "organisations"])
def test_who_searches_too_often_is_mailed_until_when(page, two_searches, claire, browser_of):
    browser = browser_of(claire)
    answers = [browser.get(reverse(page), {"q": "bois"}) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "Réessayez dans" in answers[-1].text
    assert browser.get(reverse(page)).status_code == 200  # To look through it is not bounded.


def test_guests_are_bounded_by_address(two_searches, client):
    codes = [client.get(reverse("organisations"), {"q": "bois"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
