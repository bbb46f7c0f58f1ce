"""Who is looking: what each step towards the charter, and each step back, opens and shuts."""

import gc
import weakref
from datetime import timedelta

import pytest
from django.contrib.auth import login, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import Session
from accounts.viewers.middleware import ViewerMiddleware
from accounts.viewers.viewers import (
    ANONYMOUS_SESSION,
    GUEST,
    AccessLevel,
    authenticate_sessions,
    viewer_of_person,
    viewer_of_user,
)
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now


def signed_in(person):
    """The key of a session that signs ``person`` in."""
    client = Client()
    client.force_login(person)
    return client.session.session_key


def three_ways(person):
    """The viewer by each of the three ways; they must agree."""
    request = RequestFactory().get("/")
    request.user = person
    key = signed_in(person)
    return {
        viewer_of_person(person),
        viewer_of_user(request.user),
        authenticate_sessions([key])[key].viewer,
    }


def only(person):
    """The one viewer that all three ways lead to."""
    (viewer,) = three_ways(person)
    return viewer


def test_nobody_is_a_guest():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert viewer_of_user(request.user) == GUEST
    assert authenticate_sessions([None, "", "unknown"]) == dict.fromkeys(
        [None, "", "unknown"], ANONYMOUS_SESSION
    )


def test_a_person_without_a_signature_is_registered(make_person):
    viewer = only(make_person("Rita"))
    assert viewer.level == AccessLevel.REGISTERED
    assert viewer.is_registered
    assert not viewer.is_member
    assert viewer.seat_id is None


def test_a_seat_without_a_signature_opens_nothing(make_person):
    person = make_person("Rita", factories.SUPPORT, signed=False)
    assert only(person).level == AccessLevel.REGISTERED


def test_a_signature_for_another_organisation_opens_nothing(make_person, claire):
    person = make_person("Rita", factories.SUPPORT, signed=False)
    factories.sign_charter(person, claire.seats.get().organisation)
    assert only(person).level == AccessLevel.REGISTERED


def test_signed_with_a_seat_that_waits_makes_a_signatory_and_no_member(make_person):
    person = make_person("Mina", factories.AUTHORITIES, confirmed=False)
    viewer = only(person)
    assert viewer.level == AccessLevel.SIGNATORY
    assert viewer.is_signatory and not viewer.is_member
    assert viewer.college_ids == frozenset()
    assert viewer.seat_id is None


def test_signed_with_a_confirmed_seat_makes_a_member(claire, colleges):
    viewer = only(claire)
    assert viewer.level == AccessLevel.MEMBER
    assert viewer.college_ids == {colleges[factories.AUTHORITIES].pk}
    assert viewer.seat_id == claire.seats.get().pk


def test_a_seat_that_ended_leaves_someone_registered(claire):
    claire.seats.update(ended_at=NOW() - timedelta(seconds=1))
    assert only(claire).level == AccessLevel.REGISTERED


def test_a_seat_that_ends_tomorrow_still_stands(claire):
    claire.seats.update(ended_at=NOW() + timedelta(days=1))
    assert only(claire).level == AccessLevel.MEMBER


def test_a_seat_that_starts_tomorrow_opens_nothing_yet(claire):
    claire.seats.update(started_at=NOW() + timedelta(days=1))
    assert only(claire).level == AccessLevel.REGISTERED


def test_a_refused_seat_leaves_someone_registered(claire):
    claire.seats.update(refused_at=NOW(), confirmed_at=None)
    assert only(claire).level == AccessLevel.REGISTERED


def test_a_withdrawn_signature_leaves_someone_registered(claire):
    claire.signatures.update(withdrawn_at=NOW())
    assert only(claire).level == AccessLevel.REGISTERED


def test_a_substantive_version_that_binds_lapses_older_signatures(claire, lucie):
    factories.create_charter(2)
    assert only(claire).level == AccessLevel.REGISTERED
    factories.sign_charter(claire, claire.seats.get().organisation)
    assert only(claire).level == AccessLevel.MEMBER
    assert not only(lucie).is_animator


def test_an_editorial_version_asks_nobody_to_sign_again(claire):
    factories.create_charter(2, is_substantive=False)
    assert only(claire).level == AccessLevel.MEMBER


def test_an_editorial_version_after_a_substantive_one_does_not_excuse_it(claire):
    factories.create_charter(2)
    factories.create_charter(3, is_substantive=False)
    assert only(claire).level == AccessLevel.REGISTERED


def test_a_version_binds_only_from_the_end_of_its_grace_period(claire):
    version = factories.create_charter(2, binding_from=NOW() + timedelta(days=30))
    assert only(claire).level == AccessLevel.MEMBER
    version.binding_from = NOW() - timedelta(seconds=1)
    version.save()
    assert only(claire).level == AccessLevel.REGISTERED


def test_a_suspended_person_sees_what_a_guest_sees(claire):
    claire.suspended_at = NOW()
    claire.save()
    viewer = only(claire)
    assert viewer.rights == GUEST.rights
    assert not viewer.is_registered
    assert viewer.person_id == claire.pk


def test_a_closed_account_is_a_guest(claire):
    key = signed_in(claire)
    claire.is_active = False
    claire.save()
    assert viewer_of_person(claire) == GUEST
    assert authenticate_sessions([key]) == {key: ANONYMOUS_SESSION}


def test_two_seats_open_two_colleges_and_one_writes_for_the_first_confirmed(
    make_person, colleges
):
    person = make_person("Paul", factories.PROJECTS, confirmed=False)
    second = factories.create_seat(person, factories.SUPPORT)
    viewer = only(person)
    assert viewer.college_ids == {colleges[factories.SUPPORT].pk}
    assert viewer.seat_id == second.pk
    third = factories.create_seat(person, factories.AUTHORITIES)
    assert only(person).college_ids == {
        colleges[factories.SUPPORT].pk,
        third.organisation.college_id,
    }
    assert only(person).seat_id == second.pk


def test_groups_count_for_members_only(make_person, spaces):
    member = make_person("Gaël", factories.PROJECTS)
    registered = make_person("Rita")
    group = factories.join_group(member).group
    factories.join_group(registered)
    assert only(member).group_ids == {group.pk}
    assert only(registered).group_ids == frozenset()


def test_an_animator_is_one_while_a_member_only(lucie):
    assert only(lucie).is_animator
    lucie.signatures.update(withdrawn_at=NOW())
    assert not only(lucie).is_animator


def test_administering_opens_no_college(make_person):
    admin = make_person("Ada", is_staff=True, is_superuser=True)
    assert only(admin).level == AccessLevel.REGISTERED


def test_two_viewers_of_a_kind_are_equal_without_the_person(make_person, claire):
    twin = make_person("Anne", factories.AUTHORITIES)
    assert only(claire) != only(twin)
    assert only(claire).rights == only(twin).rights


def test_kinds_of_two_colleges_differ(claire, jeanne):
    assert only(claire).rights != only(jeanne).rights


def test_many_sessions_resolve_in_one_query(people, django_assert_num_queries):
    cast_of_all = [person for person in vars(people).values() if person]
    keys = {signed_in(person): person for person in cast_of_all}
    with django_assert_num_queries(1):
        found = authenticate_sessions([*keys, "unknown"])
    assert found.pop("unknown") == ANONYMOUS_SESSION
    for key, one in found.items():
        assert one.viewer == viewer_of_person(keys[key])
        assert one.name == keys[key].full_name
    assert len({one.viewer.rights for one in found.values()}) > 5


def test_a_request_resolves_its_person_and_their_rights_in_two_queries(
    claire, django_assert_num_queries
):
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = signed_in(claire)
    _through_middleware(request)
    with django_assert_num_queries(2):  # The session, then the person with their rights.
        assert request.viewer.level == AccessLevel.MEMBER
    with django_assert_num_queries(0):
        assert request.viewer.is_member


def test_a_request_that_asks_nothing_of_its_viewer_costs_no_query(
    claire, django_assert_num_queries
):
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = signed_in(claire)
    with django_assert_num_queries(0):
        _through_middleware(request)


def test_signing_in_or_out_within_a_request_changes_its_viewer(claire):
    request = RequestFactory().get("/")
    _through_middleware(request)
    seen = [request.viewer.level]
    login(request, claire, "django.contrib.auth.backends.ModelBackend")
    seen.append(request.viewer.level)
    logout(request)
    seen.append(request.viewer.level)

    assert seen == [AccessLevel.GUEST, AccessLevel.MEMBER, AccessLevel.GUEST]


def test_a_request_that_is_refused_before_authentication_has_a_guest():
    request = RequestFactory().get("/")
    ViewerMiddleware(HttpResponse)(request)
    assert request.viewer == GUEST


def _through_middleware(request):
    """What settings have requests go through first, as far as viewers depend on it."""
    ViewerMiddleware(HttpResponse)(request)
    SessionMiddleware(HttpResponse).process_request(request)
    AuthenticationMiddleware(HttpResponse).process_request(request)


def test_a_changed_password_turns_open_sessions_into_guests(claire):
    key = signed_in(claire)
    claire.set_password("une-autre-phrase-42")
    claire.save()
    assert authenticate_sessions([key]) == {key: ANONYMOUS_SESSION}


def test_an_expired_session_is_a_guests(claire):
    key = signed_in(claire)
    Session.objects.filter(session_key=key).update(expire_date=NOW() - timedelta(seconds=1))
    assert authenticate_sessions([key]) == {key: ANONYMOUS_SESSION}


def test_signing_out_makes_the_session_a_guests(claire):
    client = Client()
    client.force_login(claire)
    key = client.session.session_key
    client.logout()
    assert authenticate_sessions([key]) == {key: ANONYMOUS_SESSION}


def test_who_looked_keeps_nothing_of_what_they_sent(rf, claire):
    """Caches hold viewers as keys, thousands of them; a request may be of megabytes."""
    request = rf.post("/", {"text": "x"})
    request.user = claire
    ViewerMiddleware(lambda _request: None)(request)
    viewer, sent = request.viewer, weakref.ref(request)
    assert viewer.person_id == claire.pk and hash(viewer) == hash(viewer_of_person(claire))
    del request
    gc.collect()

    assert sent() is None and viewer == viewer_of_person(claire)
