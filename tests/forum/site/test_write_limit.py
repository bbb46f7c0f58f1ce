"""Whatever the form, a person sends only so much in ten minutes."""

import pytest
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from forum.models import Post
from forum.site import errors

pytestmark = pytest.mark.usefixtures("charter")


@pytest.fixture(autouse=True)
def three_writes(monkeypatch):
    """Three instead of hundreds."""
    monkeypatch.setattr(errors, "WRITES", RateLimit("write", "3/10m/user"))


def test_forms_without_a_limit_of_their_own_are_bounded_for_each_person(
    thread, jeanne, claire, browser_of
):
    mute = reverse("mute", args=[claire.pk])
    browser = browser_of(jeanne)
    assert [browser.post(mute).status_code for _ in range(3)] == [302] * 3
    refused = browser.post(mute)
    assert refused.status_code == 429
    assert "Réessayez dans" in refused.text
    assert browser.get(thread.get_absolute_url()).status_code == 200
    other = browser_of(claire).post(reverse("mute", args=[jeanne.pk]))
    assert other.status_code == 302


def test_who_sends_too_much_reads_when_to_go_on_and_has_the_text_back(
    thread, jeanne, browser_of
):
    browser, address = browser_of(jeanne), reverse("replies", args=[thread.pk])
    for _ in range(3):
        browser.post(address, {"text": ""})
    refused = browser.post(address, {"text": "Chez nous, la régie a coûté 12 000 €."})
    assert refused.status_code == 429
    assert "la régie a coûté 12 000 €" in refused.text
    assert not Post.objects.filter(author=jeanne, number__gt=1).exists()
