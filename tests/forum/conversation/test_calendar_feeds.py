"""Addresses by which calendars ask for meetings: secret, one a person, by their rights."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.calendar_feeds.actions import make_calendar_feed
from forum.conversation.meetings.calendar_feeds.models import CalendarFeed
from forum.conversation.meetings.models import Meeting
from forum.mail.thread_mail.actions import save_mail_setting
from forum.members.closing.tasks import close_due_accounts
from forum.models import Thread
from tests.factories import AUTHORITIES, create_charter, start_thread
from tests.forum.conversation.meeting_helpers import CALL, PLACE, create_meeting, register

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]

PAGE = "/rencontres/agenda/"


@pytest.fixture
def meetings(claire, spaces):
    """One in each of three spaces."""
    threads = (
        start_thread(claire, spaces[name], title=f"Chez {name}")
        for name in ("public", "network", AUTHORITIES)
    )
    return [create_meeting(thread) for thread in threads]


def feed_of(person):
    """The address of a person, made anew."""
    return make_calendar_feed(viewer_of_person(person)).get_absolute_url()


def titles(client, url):
    """What a calendar that asks there is given."""
    events = Calendar.from_ical(client.get(url).content).events
    return {str(event["SUMMARY"]).removeprefix("Chez ") for event in events}


def test_one_makes_an_address_changes_it_and_removes_it_without_a_script(
    meetings, jeanne, browser_of, client
):
    browser = browser_of(jeanne)
    assert f'href="{PAGE}"' in browser.get(reverse("meetings")).text
    assert "Créer mon adresse" in browser.get(PAGE).text
    urls = []
    for _time in range(2):
        page = browser.post(reverse("make-calendar-feed"), follow=True).text
        urls.append(re.search(r'value="https?://[^/]+(/rencontres/agenda/[^"]+)"', page)[1])
    assert client.get(urls[0]).status_code == 404
    answer = client.get(urls[1])
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar"
    assert len(urls[1]) > 50 and CalendarFeed.objects.count() == 1
    browser.post(reverse("remove-calendar-feed"))
    assert client.get(urls[1]).status_code == 404
    assert client.get(PAGE).status_code == 302


def test_the_page_of_a_meeting_leads_to_ones_address_or_to_making_it(
    meetings, jeanne, browser_of, client
):
    browser, url = browser_of(jeanne), meetings[0].get_absolute_url()
    assert f'href="{PAGE}"' not in client.get(url).text
    page = browser.get(url).text
    assert f'href="{PAGE}"' in page and "Recevoir toutes les rencontres" in page
    feed_of(jeanne)
    page = browser.get(url).text
    assert f'href="{PAGE}"' in page and "L’adresse de mon agenda" in page
    Meeting.objects.filter(pk=meetings[0].pk).update(cancelled_at=timezone.now())
    assert f'href="{PAGE}"' not in browser.get(url).text


def test_it_gives_what_its_person_may_read_at_that_moment_to_whoever_has_it(
    meetings, claire, jeanne, client, browser_of
):
    url, other = feed_of(claire), feed_of(jeanne)
    assert titles(client, url) == {"public", "network", AUTHORITIES}
    assert titles(browser_of(claire), other) == titles(client, other) == {"public", "network"}
    claire.seats.update(ended_at=timezone.now() - timedelta(days=1))
    assert titles(client, url) == {"public"}  # As where a charter is no longer signed.


def test_one_chooses_all_those_of_ones_spaces_where_one_has_a_place_or_public_ones(
    meetings, claire, jeanne, client, browser_of
):
    register(meetings[1], claire)
    full = create_meeting(meetings[0].thread, max_people=1)
    register(full, jeanne, claire)
    feed_of(claire)
    page = browser_of(claire).get(PAGE).text
    urls = re.findall(r'value="https?://[^/]+(/rencontres/agenda/[^"]+)"', page)
    given = [titles(client, url) for url in urls]
    assert given == [{"public", "network", AUTHORITIES}, {AUTHORITIES}, {"network"}, {"public"}]
    names = [str(Calendar.from_ical(client.get(url).content)["NAME"]) for url in urls]
    assert len(set(names)) == 4 and "vous avez une place" in names[2]
    create_charter(2)
    lapsed = [titles(client, url) for url in urls]
    (told,) = lapsed[1]
    assert told.startswith("Signez la charte")
    assert lapsed == [{"public", told}, {told}, {told}, {"public"}]
    assert client.get(f"{urls[0]}?quelles=autre").status_code == 404


def test_a_lapsed_charter_leaves_public_meetings_and_one_entry_that_says_so(
    meetings, claire, client
):
    url = feed_of(claire)
    create_charter(2)
    (entry,) = titles(client, url) - {"public"}
    assert entry.startswith("Signez la charte")
    assert "public" in titles(client, url)
    events = Calendar.from_ical(client.get(url).content).events
    (event,) = (it for it in events if it["UID"].startswith("charter@"))
    assert event["URL"].endswith(reverse("charter")) and event.start == timezone.localdate()
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_it_is_in_the_language_of_the_mails_of_its_person_whoever_asks(
    meetings, claire, client
):
    url = feed_of(claire)
    create_charter(2)
    for language, entry in ("en", "Sign the charter"), ("fr", "Signez la charte"):
        save_mail_setting(claire.pk, language=language)
        answer = client.get(
            url, headers={"Accept-Language": "fr" if language == "en" else "en"}
        )
        (told,) = (
            it for it in Calendar.from_ical(answer.content).events if "charter" in it["UID"]
        )
        assert told["SUMMARY"].startswith(entry)


def test_who_is_suspended_is_given_public_meetings_and_a_closed_account_none(
    meetings, claire, client
):
    url = feed_of(claire)
    type(claire).objects.filter(pk=claire.pk).update(suspended_at=timezone.now())
    assert titles(client, url) == {"public"}
    type(claire).objects.filter(pk=claire.pk).update(suspended_at=None)
    ask_to_close(claire, days=0)
    close_due_accounts.call()
    assert client.get(url).status_code == 404


def test_a_call_is_given_to_who_has_a_place_and_no_space_is_named_that_mails_do_not_name(
    meetings, claire, jeanne, client
):
    url = feed_of(jeanne)
    assert CALL.encode() not in client.get(url).content
    register(meetings[1], jeanne)
    content = client.get(url).content
    assert content.count(b"CONFERENCE") == 1 and PLACE.encode() in content
    space = meetings[1].thread.space
    for mail_content, has_title in ("title", True), ("nothing", False):
        space.mail_content = mail_content
        space.save()
        assert CALL.encode() not in client.get(url).content
        assert ("network" in titles(client, url)) == has_title


def test_it_is_sent_again_only_where_something_changed(
    meetings, claire, jeanne, client, django_assert_num_queries
):
    url = feed_of(jeanne)
    etags = [client.get(url)["ETag"]]

    def again():
        answer = client.get(url, headers={"If-None-Match": etags[-1]})
        etags.append(answer["ETag"])
        return answer.status_code

    assert again() == 304 and etags[0] == etags[1]
    register(meetings[1], jeanne)
    assert again() == 200 and again() == 304
    Thread.objects.filter(pk=meetings[1].thread_id).update(title="Autrement")
    assert again() == 200 and again() == 304
    meetings[0].cancelled_at = timezone.now()
    meetings[0].save()
    assert again() == 200
    (cancelled,) = [
        event
        for event in Calendar.from_ical(client.get(url).content).events
        if event["STATUS"] == "CANCELLED"
    ]
    assert cancelled["SUMMARY"] == "Chez public"


def test_asking_costs_the_same_however_many_there_are(
    meetings, claire, client, django_assert_max_num_queries
):
    url = feed_of(claire)
    etag = client.get(url)["ETag"]
    for _number in range(20):
        create_meeting(meetings[0].thread)
    for headers in ({}, {"If-None-Match": etag}):
        with django_assert_max_num_queries(5):
            client.get(url, headers=headers)


def test_what_is_no_address_is_not_found(client, db):
    for token in "x", "a" * 43, "-" * 200:
        assert client.get(f"{PAGE}{token}.ics").status_code == 404
