"""Threads proposed for a link, after a # or by an address: those all who read there read."""

import pytest
from django.urls import reverse

from tests.factories import AUTHORITIES, PROJECTS, start_thread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def threads(claire, spaces):
    """Claire's threads on heating, by their spaces."""
    return {
        name: start_thread(claire, spaces[name], title=f"Chaufferie, {name}")
        for name in ("public", "network", AUTHORITIES)
    }


@pytest.fixture
def proposed(browser_of):
    """The titles that are proposed to a person, or their answer's status."""

    def proposed(person, typed="chauff", **where):
        answer = browser_of(person).get(reverse("search-suggestions"), {"q": typed} | where)
        if answer.status_code != 200:
            return answer.status_code
        return {one["title"].removeprefix("Chaufferie, ") for one in answer.json()["threads"]}

    return proposed


def test_in_a_space_threads_that_all_its_readers_read_are_proposed_and_no_others(
    proposed, threads, claire, spaces
):
    read_by_all = {"public"}
    for name in threads:  # Each is read by fewer than the one before.
        read_by_all |= {name}
        assert proposed(claire, space=spaces[name].slug) == read_by_all, name


def test_a_thread_is_not_proposed_to_itself_and_an_address_leads_to_it(
    threads, claire, spaces, proposed, browser_of
):
    here = threads["network"]
    assert proposed(claire, thread=here.pk) == {"public"}
    where = {"q": "chauff", "thread": here.pk}
    (one,) = browser_of(claire).get(reverse("search-suggestions"), where).json()["threads"]

    assert one == {
        "title": "Chaufferie, public",
        "url": threads["public"].get_absolute_url(),
    }


def test_nothing_is_told_of_where_one_does_not_read(threads, proposed, claire, make_person):
    omar = make_person("Omar Projet", PROJECTS)
    room = threads[AUTHORITIES]

    assert proposed(omar, thread=room.pk) == proposed(omar, thread=10**6) == 404
    assert proposed(omar, space=room.space.slug) == proposed(omar, space="nulle-part") == 404
    assert proposed(None, thread=threads["network"].pk) == 404
    assert proposed(None, thread=threads["public"].pk) == set()
    assert proposed(claire, "c", thread=room.pk) == set()


def test_the_title_at_an_address_is_told_where_all_who_read_there_read_that_thread(
    proposed, threads, claire, spaces
):
    def title_at(address, **where):
        return proposed(claire, address=address, **where)

    public, network, room = threads.values()
    here = {"thread": network.pk}
    for thread, told in ((public, {"public"}), (network, {"network"}), (room, set())):
        for address in (
            thread.get_absolute_url(),
            f"http://testserver{thread.get_absolute_url()}",
            thread.posts.get().get_absolute_url(),
        ):
            assert title_at(address, **here) == told, address
    assert title_at(room.get_absolute_url(), space=room.space.slug) == {AUTHORITIES}
    assert title_at(f"https://ailleurs.example{public.get_absolute_url()}", **here) == set()
    assert title_at("/fils/", **here) == title_at("http://[", **here) == set()
    assert title_at(public.get_absolute_url(), thread=10**6) == 404


def test_the_title_of_a_thread_that_one_does_not_see_is_not_told(
    proposed, threads, make_person, spaces
):
    omar = make_person("Omar Projet", PROJECTS)
    room = threads[AUTHORITIES]
    for address in (room.get_absolute_url(), room.posts.get().get_absolute_url()):
        assert proposed(omar, address=address, space=spaces["network"].slug) == set()
