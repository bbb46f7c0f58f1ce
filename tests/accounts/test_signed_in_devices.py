"""Where one is signed in: said so that one knows it again, and ended at once."""

import pytest
from django.urls import reverse

from accounts.models import Device, Session
from accounts.users.devices import device_name
from accounts.users.middleware import RECORD_INTERVAL
from accounts.viewers import rights_clock
from accounts.viewers.viewers import ANONYMOUS_SESSION, authenticate_sessions

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox sur Linux"),
        (IPHONE, "Safari sur iPhone"),
        (EDGE, "Edge sur Windows"),
        (ANDROID, "Chrome sur Android"),
        ("curl/8.14", "Appareil inconnu"),
        ("", "Appareil inconnu"),
    ],
)
def test_a_device_is_named_in_words(agent, name):
    assert device_name(agent) == name


@pytest.fixture
def two(claire, browser_of):
    """Claire's computer and her telephone, each having read a page."""
    browsers = browser_of(claire), browser_of(claire)
    for browser, agent in zip(browsers, (FIREFOX, IPHONE), strict=True):
        browser.defaults["HTTP_USER_AGENT"] = agent
        browser.get("/")
    return browsers


def listed(page):
    return page.get(reverse("devices")).context["devices"]


def test_every_session_is_listed_and_the_present_one_is_first(two, claire, browser_of):
    unused = browser_of(claire)  # Signed in, and never seen since.
    browser_of(claire).get("/")

    places = listed(two[0])
    assert places[0].is_current and places[0].name == "Firefox sur Linux"
    assert sum(place.is_current for place in places) == 1 and len(places) == 4
    assert {place.name for place in places} >= {"Safari sur iPhone", "Appareil inconnu"}
    assert "Pas de visite depuis longtemps" in two[0].get(reverse("devices")).text
    assert unused.get(reverse("account")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ending_one_ends_it_at_once_and_no_other(two):
    computer, telephone = two
    key, before = telephone.session.session_key, rights_clock.current_number()
    (other,) = [place for place in listed(computer) if not place.is_current]
    answer = computer.post(reverse("end-device", args=[other.number]), follow=True)

    assert "Cet appareil est déconnecté" in answer.text
    assert not Session.objects.filter(session_key=key).exists()
    assert authenticate_sessions([key]) == {key: ANONYMOUS_SESSION}
    assert rights_clock.changes_since(before).people  # Open pages are told.
    assert telephone.get(reverse("account")).status_code == 302
    assert computer.get(reverse("account")).status_code == 200
    assert len(listed(computer)) == 1


def test_ending_all_others_leaves_this_one(two, claire, jeanne, browser_of):
    stranger = browser_of(jeanne)
    browser_of(claire)  # Never seen: it ends as well.
    two[0].post(reverse("end-other-devices"))

    assert list(Session.objects.filter(person=claire).values_list("session_key")) == [
        (two[0].session.session_key,)
    ]
    assert stranger.get(reverse("account")).status_code == 200


def test_nobody_ends_the_sessions_of_someone_else(two, jeanne, browser_of):
    (place,) = [place for place in listed(two[0]) if not place.is_current]
    stranger = browser_of(jeanne)

    assert stranger.post(reverse("end-device", args=[place.number])).status_code == 404
    assert two[1].get(reverse("account")).status_code == 200


def test_a_page_changes_nothing_by_being_opened(two):
    (place,) = [place for place in listed(two[0]) if not place.is_current]

    assert two[0].get(reverse("end-device", args=[place.number])).status_code == 405
    assert two[0].get(reverse("end-other-devices")).status_code == 405


def test_the_page_gives_no_key_away(two):
    shown = two[0].get(reverse("devices")).text

    assert all(key not in shown for key in Session.objects.values_list("pk", flat=True))


def test_use_is_written_down_now_and_then_only(two):
    device = Device.objects.get(session_id=two[0].session.session_key)
    two[0].get("/")
    assert Device.objects.get(pk=device.pk).last_seen_at == device.last_seen_at
    Device.objects.filter(pk=device.pk).update(
        last_seen_at=device.last_seen_at - 2 * RECORD_INTERVAL
    )
    two[0].get("/")

    assert (
        Device.objects.get(pk=device.pk).last_seen_at < device.last_seen_at
    )  # Not before its time.


def test_a_guest_leaves_no_trace(client, db):
    client.get("/")

    assert not Device.objects.exists()


def test_signing_out_takes_the_trace_away(two):
    two[0].post(reverse("account_logout"))

    assert Device.objects.count() == 1
