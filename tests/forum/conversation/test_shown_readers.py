"""What was written for some is not published to more: a form says who read when it was made."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.base import fragment_cache
from accounts.models import BreakGlassAccess
from forum.conversation.threads import shown_readers
from forum.models import Thread
from tests.factories import AUTHORITIES, PROJECTS, break_glass, join_group, start_thread

pytestmark = pytest.mark.django_db
#: PostgreSQL numbers a change of rights as it commits.
COMMITTED = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_composers(monkeypatch):
    """None that another test left: SQLite counts anew the changes of rights that they name."""
    own = fragment_cache.FragmentCache(fragment_cache.MAX_BYTES)
    monkeypatch.setattr(fragment_cache, "_cache", own)


@pytest.fixture
def said(claire, spaces):
    """What was said among local authorities."""
    return start_thread(claire, spaces[AUTHORITIES])


@pytest.fixture
def form_of(browser_of, claire):
    """The form on the page of a thread as ``claire`` is shown it now; calling it sends it."""

    def show(thread):
        browser = browser_of(claire)
        page = browser.get(thread.get_absolute_url()).text
        sent = {
            "text": "Entre nous.",
            "idempotency_key": uuid4(),
            "shown_readers": re.search(r'name="shown_readers" value="([^"]*)"', page)[1],
        }

        def send(**changed):
            return browser.post(reverse("replies", args=[thread.pk]), sent | changed)

        return send

    return show


def stamp_in(answer):
    return answer.context["form"]["shown_readers"].value()


@COMMITTED
def test_a_reply_to_a_room_that_someone_opened_meanwhile_is_held_once(said, lucie, form_of):
    send = form_of(said)
    break_glass(lucie, AUTHORITIES)

    held = send()

    assert held.status_code == 403 and held.context["form"]["text"].value() == "Entre nous."
    assert "vient d’être ouverte" in held.text
    assert f"<b>{lucie.full_name}</b>, qui a ouvert cette pièce" in held.text
    assert said.posts.count() == 1
    assert send(shown_readers=stamp_in(held)).status_code == 302
    assert said.posts.count() == 2


@COMMITTED
def test_a_reply_to_a_group_that_someone_joined_meanwhile_is_held_once(
    claire, jeanne, spaces, form_of
):
    join_group(claire)
    thread = start_thread(claire, spaces["group"])
    send = form_of(thread)
    join_group(jeanne)

    held = send()

    assert held.status_code == 403 and "D’autres personnes lisent désormais ici" in held.text
    assert send(shown_readers=stamp_in(held)).status_code == 302


@COMMITTED
def test_a_reply_to_a_college_with_a_new_seat_is_held_once(said, make_person, form_of):
    send = form_of(said)
    make_person("Rose", AUTHORITIES)

    held = send()

    assert held.status_code == 403 and "D’autres personnes lisent désormais ici" in held.text
    assert send(shown_readers=stamp_in(held)).status_code == 302


@COMMITTED
def test_where_many_read_one_more_seat_holds_nothing_and_an_opening_does(
    said, make_person, lucie, form_of, monkeypatch
):
    monkeypatch.setattr(shown_readers, "SMALL_AUDIENCE", 1)
    send = form_of(said)
    make_person("Rose", AUTHORITIES)
    assert send().status_code == 302

    send = form_of(said)
    break_glass(lucie, AUTHORITIES)
    assert send().status_code == 403


def test_nothing_is_held_because_somebody_s_rights_changed_elsewhere(
    said, make_person, form_of
):
    send = form_of(said)
    make_person("Paul", PROJECTS)

    assert send().status_code == 302


def test_nothing_is_held_where_fewer_people_read(said, lucie, make_person, form_of):
    rose = make_person("Rose", AUTHORITIES)
    break_glass(lucie, AUTHORITIES)
    send = form_of(said)
    rose.seats.update(ended_at=timezone.now())
    BreakGlassAccess.objects.update(closed_at=timezone.now())

    assert send().status_code == 302


@pytest.mark.parametrize("stamp", ["", "rien", "1.2", "9" * 500, "-.-", "1.٣.4."])
def test_a_form_whose_stamp_says_nothing_is_taken_as_it_is(said, form_of, stamp):
    assert form_of(said)(shown_readers=stamp).status_code == 302


def test_an_edit_is_held_once_where_someone_opened_the_room_meanwhile(
    said, claire, lucie, browser_of
):
    browser, url = browser_of(claire), reverse("edit-post", args=[said.posts.get().pk])
    stamp = stamp_in(browser.get(url))
    break_glass(lucie, AUTHORITIES)
    sent = {"text": "Entre nous, donc.", "version": 1, "shown_readers": stamp}

    held = browser.post(url, sent)

    assert held.status_code == 403 and lucie.full_name in held.text
    assert browser.post(url, sent | {"shown_readers": stamp_in(held)}).status_code == 302


def test_a_new_thread_is_held_once_beside_its_space(claire, lucie, spaces, browser_of):
    browser, url = browser_of(claire), reverse("new-thread")
    stamp = stamp_in(browser.get(url))
    break_glass(lucie, AUTHORITIES)
    sent = {
        "title": "Entre élus, une question", "text": "Entre nous.", "kind": "question",
        "topic": "bois-energie", "space": spaces[AUTHORITIES].slug, "tags": "",
        "idempotency_key": uuid4(), "shown_readers": stamp,
    }  # fmt: skip

    held = browser.post(url, sent)

    assert held.status_code == 403 and not Thread.objects.exists()
    assert "vient d’être ouverte" in held.context["form"].errors["space"][0]
    assert browser.post(url, sent | {"space": "reseau"}).status_code == 302
    again = sent | {"shown_readers": stamp_in(held), "idempotency_key": uuid4()}
    assert browser.post(url, again).status_code == 302
