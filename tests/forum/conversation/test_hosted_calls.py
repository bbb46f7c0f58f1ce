"""Calls that Visio or BigBlueButton makes for a meeting: each is a server of the tests."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from forum.conversation.meetings.actions import cancel_meeting
from forum.conversation.meetings.hosted_calls import providers
from forum.conversation.meetings.models import HOSTED_CALL, Meeting
from forum.models import Thread
from tests.factories import start_thread
from tests.forum.conversation.call_servers import BigBlueButtonServer, VisioServer
from tests.forum.conversation.meeting_helpers import page_of, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def visio(settings):
    """A Visio that makes calls for the site."""
    server = VisioServer()
    settings.FORUM_VISIO_URL = server.address
    settings.FORUM_VISIO_CLIENT_ID, settings.FORUM_VISIO_SECRET = server.client, server.secret
    yield server
    server.close()
    cache.clear()


@pytest.fixture
def bigbluebutton(settings):
    """A BigBlueButton that does."""
    server = BigBlueButtonServer()
    settings.FORUM_BIGBLUEBUTTON_URL = f"{server.address}/bigbluebutton"
    settings.FORUM_BIGBLUEBUTTON_SECRET = server.secret
    yield server
    server.close()
    cache.clear()


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Visite")


@pytest.fixture
def fill(thread, claire, browser_of):
    """Send the form of a new meeting, or of ``meeting``, with a call; the answer."""
    browser = browser_of(claire)

    def send(meeting=None, **typed):
        name, pk = ("edit-meeting", meeting.pk) if meeting else ("add-meeting", thread.pk)
        url = reverse(name, args=[pk])
        readers = browser.get(url).context["form"]["shown_readers"].value()
        day = timezone.localdate() + timedelta(days=10)
        fields = {
            "day": day.isoformat(), "start": "10:00", "end": "12:00", "hosts_call": "on",
            "time_zone": "Europe/Paris", "shown_readers": readers, "writer": claire.pk,
        }  # fmt: skip
        return browser.post(url, fields | typed)

    return send


def error_of(answer):
    """What a form that was not taken says of its call."""
    assert answer.status_code == 422 and not Meeting.objects.exists()
    return " ".join(answer.context["form"].errors["hosts_call"])


def test_without_settings_the_form_has_no_word_of_calls(thread, claire, browser_of):
    text = browser_of(claire).get(reverse("add-meeting", args=[thread.pk])).text
    assert "hosts_call" not in text and "salon" not in text


def test_visio_makes_one_call_of_who_sends_the_form_also_twice_for_all_its_dates(
    visio, fill, claire
):
    for _time in range(2):
        assert fill(rhythm="weekly", times="3").status_code == 302
    assert visio.calls == [claire.email]
    urls = set(Meeting.objects.values_list("call_url", flat=True))
    assert urls == {f"{visio.address}/abc-defg-1"} and Meeting.objects.count() == 3


def test_an_address_that_visio_knows_not_is_told_beside_the_field_and_all_stays(visio, fill):
    visio.domains = {"ailleurs.fr"}
    answer = fill(place="Mairie de Rémalard")
    assert "au nom de votre adresse" in error_of(answer)
    assert "Mairie de Rémalard" in answer.text and "au nom de votre adresse" in answer.text
    assert answer.context["form"]["hosts_call"].value() is True


@pytest.mark.parametrize("wrong", ["secret", "no JSON", "no address", "redirect"])
def test_what_visio_should_not_answer_makes_no_meeting(visio, fill, settings, wrong):
    answers = {
        "no JSON": (200, "text/html", "<p>Maintenance"),
        "no address": (201, "application/json", '{"url": "javascript:alert(1)"}'),
        "redirect": (302, "text/plain", ""),
    }
    if wrong == "secret":
        settings.FORUM_VISIO_SECRET = "autre"
    else:
        usual = visio.answer
        visio.answer = lambda method, path, *rest: (
            usual(method, path, *rest)
            if wrong == "no address" and "token" in path
            else answers[wrong]
        )
    assert "Visio n’a pas ouvert de salon" in error_of(fill())


def test_nobody_waits_for_a_server_that_hangs_nor_asks_it_again_at_once(
    visio, fill, monkeypatch
):
    monkeypatch.setattr(providers, "_TIMEOUT", 0.05)
    visio.hangs = True
    assert "ne répond pas" in error_of(fill())
    visio.hangs = False
    assert "ne répond pas" in error_of(fill()) and visio.asked == []
    cache.clear()
    assert fill().status_code == 302


def test_a_call_and_an_address_are_not_both(visio, fill):
    assert "pas les deux" in error_of(fill(call_url="https://a.fr/b")) and visio.asked == []


def enter(browser, meeting):
    """Where the way into the call leads."""
    return browser.get(reverse("join-call", args=[meeting.pk])).get("Location", "")


def test_bigbluebutton_lets_in_who_has_a_place_by_name_and_who_keeps_it_as_moderator(
    bigbluebutton, fill, claire, jeanne, make_person, browser_of
):
    fill()
    meeting = Meeting.objects.get()
    assert meeting.call_url == HOSTED_CALL and bigbluebutton.meetings == {}
    register(meeting, jeanne)
    for person, role in (jeanne, "VIEWER"), (claire, "MODERATOR"):
        assert "Entrer dans le salon" in page_of(browser_of(person), meeting)
        url = enter(browser_of(person), meeting)
        assert bigbluebutton.is_signed(url) and "/bigbluebutton/api/join?" in url
        values = dict(parse_qsl(urlsplit(url).query))
        assert (values["fullName"], values["role"]) == (str(person), role)
        assert values["meetingID"] in bigbluebutton.meetings
    assert list(bigbluebutton.meetings.values()) == ["Visite"]
    nora = make_person("Nora Pons")
    assert enter(browser_of(nora), meeting) == ""  # She is no member: 404.
    Thread.objects.update(title="Une autre")  # The call has the name of before.
    assert bigbluebutton.is_signed(enter(browser_of(jeanne), meeting))


def test_nobody_else_enters_nor_when_it_is_over(
    bigbluebutton, fill, claire, jeanne, people, browser_of, viewer_of
):
    fill()
    meeting, page = Meeting.objects.get(), Meeting.objects.get().get_absolute_url()
    member = browser_of(people.projects)
    assert "Entrer dans le salon" not in page_of(member, meeting)
    assert enter(member, meeting) == page
    prefetch = {"HTTP_SEC_PURPOSE": "prefetch"}
    url = reverse("join-call", args=[meeting.pk])
    assert browser_of(claire).get(url, **prefetch)["Location"] == page
    register(meeting, jeanne)
    cancel_meeting(meeting, viewer_of(claire))
    assert enter(browser_of(jeanne), meeting) == page and bigbluebutton.meetings == {}


def test_a_call_that_does_not_open_is_told_on_the_page_of_the_meeting(
    bigbluebutton, fill, claire, browser_of, settings
):
    fill()
    settings.FORUM_BIGBLUEBUTTON_SECRET = "autre"
    url = reverse("join-call", args=[Meeting.objects.get().pk])
    assert "Le salon ne s’ouvre pas" in browser_of(claire).get(url, follow=True).text


def test_a_wrong_secret_is_told_beside_the_field(bigbluebutton, fill, settings):
    settings.FORUM_BIGBLUEBUTTON_SECRET = "autre"
    assert "BigBlueButton n’a pas ouvert de salon" in error_of(fill())


def test_a_meeting_with_a_call_is_changed_without_asking_for_it_and_leaves_it_unticked(
    bigbluebutton, fill
):
    fill()
    meeting = Meeting.objects.get()
    bigbluebutton.asked.clear()
    assert fill(meeting, place="Mairie").status_code == 302
    meeting.refresh_from_db()
    assert (meeting.call_url, meeting.place) == (HOSTED_CALL, "Mairie")
    assert fill(meeting, place="Mairie", hosts_call="").status_code == 302
    meeting.refresh_from_db()
    assert meeting.call_url == "" and bigbluebutton.asked == []


def test_calendars_of_who_has_a_place_lead_to_the_call_by_the_site(
    bigbluebutton, fill, jeanne, browser_of
):
    fill()
    meeting = Meeting.objects.get()
    address = reverse("join-call", args=[meeting.pk])
    calendar = reverse("meeting-calendar", args=[meeting.pk])
    assert address not in browser_of(jeanne).get(calendar).text
    register(meeting, jeanne)
    text = browser_of(jeanne).get(calendar).text.replace("\r\n ", "")
    assert address in text and HOSTED_CALL not in text
