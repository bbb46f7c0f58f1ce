"""« Utilisé par notre territoire »: once for an organisation, named to members, taken back."""

import pytest
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from forum.library.tools.models import ToolUse
from forum.library.tools.views import tool as tool_views
from tests.factories import create_tool, post_reply, start_thread
from tests.forum.library.tools.tool_helpers import address_of, next_version, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def public_tool(jeanne, claire, spaces):
    """A tool of Jeanne's that all see."""
    thread = start_thread(claire, spaces["public"])
    return create_tool(post_reply(jeanne, thread), "Plan de financement")


def press(browser, version, name="say-used"):
    """The page that the button leads to."""
    address = reverse(name, args=[version.file.tool_id])
    return plain(browser.post(address, follow=True).text)


def test_an_organisation_uses_a_tool_once_whoever_of_it_says_so(tool, claire, paul, browser_of):
    town = claire.seats.get().organisation
    page = plain(browser_of(claire).get(address_of(tool)).text)
    assert "Personne ne l’a encore dit." in page and "Utilisé par notre territoire" in page

    for person in claire, paul, claire:
        page = press(browser_of(person), tool)
    assert "1 organisation s’en sert." in page and town.name in page
    assert f"Dit par {claire}" in page and "Utilisé par notre territoire" not in page
    assert ToolUse.objects.get().person == claire
    assert "utilisé par 1 organisation" in plain(browser_of(paul).get(reverse("tools")).text)

    page = press(browser_of(paul), tool, "say-unused")
    assert "Personne ne l’a encore dit." in page and not ToolUse.objects.exists()
    press(browser_of(paul), tool, "say-unused")


def test_guests_are_told_how_many_and_no_name(public_tool, claire, client, browser_of):
    town = claire.seats.get().organisation
    press(browser_of(claire), public_tool)
    page = plain(client.get(address_of(public_tool)).text)

    assert "1 organisation s’en sert." in page and "lisent leurs noms" in page
    assert town.name not in page.partition("Qui s’en sert")[2]
    assert "notre territoire" not in page
    answer = client.post(reverse("say-used", args=[public_tool.file.tool_id]))
    assert answer.status_code == 302 and "/compte/login/" in answer.url


def test_who_writes_for_no_organisation_or_for_the_tool_s_own_says_nothing(
    public_tool, people, jeanne, browser_of
):
    waiting = people.waiting
    for person in jeanne, waiting:
        assert "notre territoire" not in browser_of(person).get(address_of(public_tool)).text
        answer = browser_of(person).post(reverse("say-used", args=[public_tool.file.tool_id]))
        assert answer.status_code == 403
    assert "de votre organisation" in press(browser_of(jeanne), public_tool)
    assert not ToolUse.objects.exists()


def test_uses_stay_with_the_tool_when_a_version_follows(tool, jeanne, claire, browser_of):
    press(browser_of(claire), tool)
    second = next_version(browser_of(jeanne), tool)

    page = browser_of(claire).get(address_of(second))
    assert page.context["use_count"] == 1 and page.context["own_use"]
    press(browser_of(claire), second)
    assert ToolUse.objects.get().version == second

    browser_of(jeanne).post(reverse("delete-post", args=[second.file.post_id]))
    assert not ToolUse.objects.exists()


def test_pressing_without_end_is_refused_in_words(tool, claire, browser_of, monkeypatch):
    once = RateLimit("say_used", "1/m/user")
    monkeypatch.setattr(tool_views, "_USES", once)
    press(browser_of(claire), tool)

    page = press(browser_of(claire), tool, "say-unused")
    assert "Réessayez" in page and ToolUse.objects.count() == 1
