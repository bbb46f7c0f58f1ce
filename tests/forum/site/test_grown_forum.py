"""A forum grown once, for all tests here: as large as asked and in good order."""

from collections import Counter

import pytest

from accounts.models import Organisation, User
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT
from tests.forum.site.growth import counts, grow
from tests.forum.thread_invariants import check_all_threads
from tests.scenes import open_scene

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def grown(django_db_setup, django_db_blocker):
    """What the command printed."""
    with open_scene(django_db_blocker, grow) as said:
        yield said


def test_it_is_as_large_as_asked_and_in_good_order(grown):

    assert counts() == (30, 200, 12)
    assert "12 people, 30 threads and 200 posts" in grown
    check_all_threads()


@pytest.mark.deep
def test_running_it_twice_adds(grown):
    grow()

    assert counts() == (60, 400, 24)
    assert User.objects.values("email").distinct().count() == 24
    check_all_threads()


def test_everyone_sits_in_a_college_and_has_signed(grown):

    assert all(viewer_of_person(one).level == AccessLevel.MEMBER for one in User.objects.all())
    seated = Counter(User.objects.values_list("seats__organisation__college__slug", flat=True))
    assert seated == {PROJECTS: 4, AUTHORITIES: 4, SUPPORT: 4}


def test_nobody_signs_in_unless_a_password_was_given(grown):
    assert not any(one.has_usable_password() for one in User.objects.all())

    grow(password="mesurer-et-partir")
    assert User.objects.last().check_password("mesurer-et-partir")


def test_organisations_cannot_be_taken_for_real_ones(grown):

    assert all("d’essai nº" in one.name for one in Organisation.objects.all())
    assert all(one.email.endswith(".invalid") for one in User.objects.all())
