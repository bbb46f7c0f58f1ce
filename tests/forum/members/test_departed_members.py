"""Who has left is named a former member beside what they wrote."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.events import Event, event_recorded
from forum.conversation.threads.changes import thread_changes_since
from forum.members.handover import actions
from forum.members.handover.actions import announce_departures
from forum.members.handover.tasks import announce_ended_seats
from tests import factories

pytestmark = pytest.mark.django_db


def test_who_left_is_named_a_former_member_beside_what_they_wrote(
    claire, jeanne, thread, town, browser_of
):
    factories.post_reply(jeanne, thread)
    page = browser_of(jeanne)
    assert "ancien membre" not in page.get(thread.get_absolute_url()).text
    browser_of(claire).post(reverse("end-seat", args=[claire.seats.get().pk]))
    text = page.get(thread.get_absolute_url()).text
    assert f"ancien membre\u00a0: {town}" in text.replace("&#x27;", "'")
    assert text.count("ancien membre") == 1 and "Claire Le Bihan" in text


def test_a_mandate_that_ends_by_itself_is_marked_once_and_pages_are_told(
    claire, jeanne, thread, browser_of
):
    factories.post_reply(claire, thread)
    claire.seats.update(ended_at=timezone.now() + timedelta(hours=1))
    assert announce_departures() == 0
    claire.seats.update(ended_at=timezone.now())
    thread.refresh_from_db()
    before = thread.seq
    assert (announce_departures(), announce_departures()) == (1, 0)
    news = thread_changes_since(viewer_of_person(jeanne), thread.pk, before)
    assert all("ancien membre" in news.elements[f"post-{n}"] for n in (1, 2))
    assert "ancien membre" in browser_of(jeanne).get(thread.get_absolute_url()).text


def test_a_page_says_who_is_a_former_member_before_anything_marked_it(
    claire, jeanne, thread, browser_of
):
    claire.seats.update(ended_at=timezone.now() + timedelta(days=1))
    page = browser_of(jeanne)
    assert "ancien membre" not in page.get(thread.get_absolute_url()).text  # And kept so.
    claire.seats.update(ended_at=timezone.now())
    assert "ancien membre" in page.get(thread.get_absolute_url()).text
    thread.refresh_from_db()
    before = thread.seq
    factories.post_reply(jeanne, thread)
    assert announce_departures()
    news = thread_changes_since(viewer_of_person(jeanne), thread.pk, before).elements
    shown = page.get(thread.get_absolute_url()).text
    assert all(html in shown for name, html in news.items() if name.startswith("post-"))
    assert "ancien membre" in news["post-1"]


@pytest.mark.django_db(transaction=True)  # What is announced is announced after a commit.
def test_who_wrote_much_is_told_of_in_several_short_runs(
    claire, jeanne, spaces, monkeypatch, django_assert_max_num_queries
):
    threads = [factories.start_thread(claire, spaces["network"]) for _n in range(3)]
    for thread in threads:
        factories.post_reply(claire, thread)
        factories.post_reply(claire, thread)
    claire.seats.update(ended_at=timezone.now())
    monkeypatch.setattr(actions, "_POST_BATCH", 4)
    told = []
    event_recorded.connect(hear := lambda event, **_: told.append((event.thread_id, event.seq)))
    for departed in (False, False, True):
        with django_assert_max_num_queries(12):
            assert announce_departures()
        assert (claire.seats.get().departed_at is not None) == departed
    event_recorded.disconnect(hear)
    assert not announce_departures()
    assert len(told) == 5  # A thread a run: two, two and one.
    for thread in threads:
        thread.refresh_from_db()
        log = list(Event.objects.filter(thread=thread).values_list("seq", "post__number"))
        assert [seq for seq, _number in log] == list(range(1, thread.seq + 1))
        assert sorted(number for _seq, number in log[-3:]) == [1, 2, 3]


def test_a_seat_that_wrote_little_is_done_with_beside_one_that_wrote_much(
    claire, jeanne, spaces, monkeypatch
):
    thread = factories.start_thread(claire, spaces["network"])
    for _n in range(3):
        factories.post_reply(jeanne, thread)
    claire.seats.update(ended_at=timezone.now())
    jeanne.seats.update(ended_at=timezone.now())
    monkeypatch.setattr(actions, "_POST_BATCH", 2)
    announce_departures()
    assert claire.seats.get().departed_at and not jeanne.seats.get().departed_at
    assert announce_ended_seats.call() == 1
    assert jeanne.seats.get().departed_at
