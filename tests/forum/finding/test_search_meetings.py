"""Searches find threads by the days and the places of their meetings, for who reads these."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.base.search_index.reindexing.actions import begin_again, threads_indexed
from forum.conversation.meetings import actions
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import AUTHORITIES, SUPPORT, start_thread
from tests.factories import move_thread as move_with_all
from tests.forum.conversation.meeting_helpers import CALL, add_meeting, meeting_values
from tests.forum.finding.search_helpers import found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
START = datetime(2027, 11, 24, 13, tzinfo=UTC)
ABOUT = {"place": "Halle de Trifouilly", "starts_at": START, "ends_at": START}


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Visite", text="On y va.")


def test_a_thread_is_found_by_the_day_and_the_place_of_its_meeting_and_not_by_its_call(
    thread, claire, viewer_of, browser_of
):
    add_meeting(thread, claire, **ABOUT)
    viewer = viewer_of(claire)
    for typed in "trifouilly", "novembre 2027", "visite rencontre", "visite halle":
        assert found(viewer, typed) == [thread.pk]
    assert found(viewer, CALL.rpartition("/")[2]) == []
    page = browser_of(claire).get(reverse("search"), {"q": "trifouilly"}).text
    assert "Rencontre : Halle" in page.replace("\u00a0", " ")


def test_who_does_not_read_the_thread_finds_nothing(claire, spaces, make_person, viewer_of):
    add_meeting(start_thread(claire, spaces[AUTHORITIES]), claire, **ABOUT)
    for other in make_person("Omar Autre", SUPPORT), None:
        assert found(viewer_of(other), "trifouilly") == []


def test_moved_cancelled_or_merged_it_is_found_by_what_holds_now(
    thread, claire, jeanne, lucie, spaces, viewer_of
):
    viewer = viewer_of(claire)
    meeting = add_meeting(thread, claire, **ABOUT)
    moved = meeting_values()._replace(**ABOUT | {"place": "Mairie de Perpète"})
    late = moved._replace(starts_at=START + timedelta(days=60), ends_at=START + timedelta(61))
    actions.edit_meeting(meeting, viewer_of_person(claire), late)
    assert found(viewer, "trifouilly") == found(viewer, "novembre") == []
    assert found(viewer, "janvier 2028") == found(viewer, "perpète") == [thread.pk]
    other = start_thread(jeanne, spaces["network"], title="Un autre")
    merge_threads(thread, other, viewer_of_person(lucie))
    assert found(viewer, "perpète") == [other.pk]
    begin_again()
    list(threads_indexed())
    assert found(viewer, "perpète") == [other.pk]
    meeting.refresh_from_db()
    actions.cancel_meeting(meeting, viewer_of_person(jeanne))
    assert found(viewer, "perpète") == []


def test_a_place_that_stays_behind_finds_it_no_more(thread, claire, lucie, spaces, viewer_of):
    add_meeting(thread, lucie, **ABOUT)
    move_with_all(thread, viewer_of_person(lucie), spaces["public"])
    assert found(viewer_of(claire), "trifouilly") == []
    assert found(viewer_of(claire), "novembre 2027") == [thread.pk]
