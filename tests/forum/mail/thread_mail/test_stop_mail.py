"""Mail is stopped by the address in it, without signing in, and never by opening it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from forum.mail.thread_mail.models import ThreadMailKey
from forum.models import Follow
from tests.factories import SUPPORT, move_thread, post_reply
from tests.forum.mail.thread_mail.helpers import deliver, headers

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def stop(thread, jeanne):
    """The address in a mail."""
    headers(thread, jeanne)
    return reverse("stop-mail", args=[ThreadMailKey.objects.get().link_key])


def test_opening_the_address_changes_nothing_and_says_what_is_stopped(
    stop, thread, claire, client
):
    page = client.get(stop)

    assert page.status_code == 200 and thread.title in page.text
    assert Follow.objects.filter(person=claire, thread=thread).exists()


def test_one_click_of_a_mail_program_stops_the_thread_without_a_cookie(
    stop, thread, claire, jeanne
):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 204

    assert not Follow.objects.filter(person=claire, thread=thread).exists()
    post_reply(jeanne, thread)
    assert deliver() == 0


def test_a_press_stops_all_mail_and_not_what_one_follows(stop, thread, claire, jeanne, client):
    assert "C’est fait" in client.post(stop, {"all": "1"}).text

    assert Follow.objects.filter(person=claire, thread=thread).exists()
    post_reply(jeanne, thread)
    assert deliver() == 0


def test_a_title_that_its_reader_sees_no_more_is_not_told(
    stop, thread, lucie, spaces, viewer_of, client
):
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    assert thread.title not in client.get(stop).text


@pytest.mark.parametrize("key", ["abcdefghijkm", "1", "x" * 60])
def test_a_forged_key_leads_nowhere(stop, key, client):
    address = reverse("stop-mail", args=[key])

    assert client.get(address).status_code == client.post(address).status_code == 404


def test_once_stopped_the_address_says_so(stop, client):
    client.post(stop)

    assert "vous ne suivez plus ce fil" in client.get(stop).text


def test_one_chooses_what_one_is_mailed(claire, browser_of, client):
    page = reverse("mail-settings")
    assert client.get(page).status_code == 302
    browser = browser_of(claire)
    assert re.search(r'value="mail"[^>]* checked', browser.get(page).text)

    chosen = {
        "channel": "digest", "digest": "daily", "digest_day": 3, "digest_hour": 18,
        "language": "en",
    }  # fmt: skip
    browser.post(page, chosen)
    text = browser.get(page).text
    for said in ('"digest"[^>]* checked', '"daily"[^>]* checked', '"3" sel', '"18" sel'):
        assert re.search(f"value={said}", text), said
    assert re.search(r'value="en" selected', text)
    wrong = browser.post(page, chosen | {"language": "xx"})
    assert wrong.status_code == 422 and "Sélectionnez un choix valide" in wrong.text
