"""The composer under a thread, which is kept, shows what is true for whoever opens the page."""

import re

import pytest
from django.utils import timezone

from forum.base.readership import readership_of
from tests import factories
from tests.factories import AUTHORITIES, PROJECTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def composer(thread, browser_of):
    """The form under the thread, as a person gets it, without what is new in each page."""

    def read(person):
        page = browser_of(person).get(thread.get_absolute_url()).text
        form = re.search(r'<form class="reply".*?</form>', page, re.DOTALL)[0]
        return re.sub(r' value="[\w-]{36,}"', "", form)

    return read


def value(form, name):
    return re.search(rf'name="{name}" value="([^"]*)"', form)[1]


@pytest.fixture
def public_thread(thread, spaces):
    """The same thread, where those whose seat waits may write too."""
    thread.space = spaces["public"]
    thread.save(update_fields=["space"])


@pytest.mark.usefixtures("public_thread")
def test_it_is_each_person_s_own(composer, claire, make_person):
    waiting = [make_person(name, AUTHORITIES, confirmed=False) for name in ("Paul", "Rose")]

    for person in (claire, *waiting, claire):
        assert value(composer(person), "writer") == str(person.pk)


def test_its_key_is_new_on_each_page(thread, claire, browser_of):
    pages = [browser_of(claire).get(thread.get_absolute_url()).text for _ in range(2)]

    keys = {re.search(r'name="idempotency_key" value="([-\w]{36})"', page)[1] for page in pages}
    assert len(keys) == 2


def test_it_says_who_reads_today(composer, claire, make_person, thread, spaces):
    before = composer(claire)
    make_person("Paul", PROJECTS)
    after = composer(claire)

    counts = [int(re.search(r"(\d+)\s+personnes?", form)[1]) for form in (before, after)]
    assert counts[1] == counts[0] + 1

    thread.space = spaces[PROJECTS]
    thread.save(update_fields=["space"])
    jeanne = make_person("Jeanne", PROJECTS)
    moved = composer(jeanne)
    assert value(moved, "shown_readers") == readership_of(thread.space).stamp
    assert thread.space.college.name in moved

    thread.space.college.name = "Un autre nom"
    thread.space.college.save()
    assert "Un autre nom" in composer(jeanne)


def test_it_offers_the_seats_of_today(composer, claire):
    assert "Vous écrivez pour" not in composer(claire)

    other = factories.create_seat(claire, PROJECTS)
    assert other.organisation.name in composer(claire)

    other.organisation.name = "Un autre nom"
    other.organisation.save()
    assert "Un autre nom" in composer(claire)

    claire.writing_seat = other
    claire.save()
    assert re.search(r"<option[^>]*>([^<]*)", composer(claire))[1] == "Un autre nom"

    other.ended_at = timezone.now()
    other.save()
    assert "Vous écrivez pour" not in composer(claire)


@pytest.mark.usefixtures("public_thread")
def test_who_waits_for_a_seat_writes_in_their_own_name(composer, make_person):
    waiting = make_person("Paul", AUTHORITIES, confirmed=False)
    assert "Votre siège attend d’être confirmé" in composer(waiting)

    seat = waiting.seats.get()
    seat.confirmed_at = timezone.now()
    seat.save()
    assert "Votre siège attend d’être confirmé" not in composer(waiting)


def test_who_may_write_in_a_closed_thread_is_not_told_that_it_closed(composer, claire, lucie):
    assert "data-closed" in composer(claire)
    assert "data-closed" not in composer(lucie)
