"""Who is looking: what each step towards the charter, and each step back, opens and shuts."""

from datetime import timedelta

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import Session
from accounts.viewers import GUEST, NOBODY, Standing, of_person, of_request, of_sessions
from tests import cast

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
    return {of_person(person), of_request(request), of_sessions([key])[key].viewer}


def only(person):
    """The one viewer that all three ways lead to."""
    (viewer,) = three_ways(person)
    return viewer


def test_nobody_is_a_guest():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert of_request(request) == GUEST
    assert of_sessions([None, "", "unknown"]) == dict.fromkeys([None, "", "unknown"], NOBODY)


def test_a_person_without_a_signature_is_registered(make_person):
    viewer = only(make_person("Rita"))
    assert viewer.standing == Standing.REGISTERED
    assert viewer.is_registered
    assert not viewer.is_member
    assert viewer.seat_id is None


def test_a_seat_without_a_signature_opens_nothing(make_person):
    person = make_person("Rita", cast.SUPPORT, signed=False)
    assert only(person).standing == Standing.REGISTERED


def test_a_signature_for_another_organisation_opens_nothing(make_person, claire):
    person = make_person("Rita", cast.SUPPORT, signed=False)
    cast.sign(person, claire.seats.get().organisation)
    assert only(person).standing == Standing.REGISTERED


def test_signed_with_a_seat_that_waits_makes_a_member_of_no_college(make_person):
    person = make_person("Mina", cast.AUTHORITIES, confirmed=False)
    viewer = only(person)
    assert viewer.standing == Standing.MEMBER
    assert viewer.colleges == frozenset()
    assert viewer.seat_id is None


def test_signed_with_a_confirmed_seat_makes_a_college_member(claire, colleges):
    viewer = only(claire)
    assert viewer.standing == Standing.COLLEGE
    assert viewer.colleges == {colleges[cast.AUTHORITIES].pk}
    assert viewer.seat_id == claire.seats.get().pk


def test_a_seat_that_ended_leaves_someone_registered(claire):
    claire.seats.update(ended_at=NOW() - timedelta(seconds=1))
    assert only(claire).standing == Standing.REGISTERED


def test_a_seat_that_ends_tomorrow_still_stands(claire):
    claire.seats.update(ended_at=NOW() + timedelta(days=1))
    assert only(claire).standing == Standing.COLLEGE


def test_a_seat_that_starts_tomorrow_opens_nothing_yet(claire):
    claire.seats.update(started_at=NOW() + timedelta(days=1))
    assert only(claire).standing == Standing.REGISTERED


def test_a_refused_seat_leaves_someone_registered(claire):
    claire.seats.update(refused_at=NOW(), confirmed_at=None)
    assert only(claire).standing == Standing.REGISTERED


def test_a_withdrawn_signature_leaves_someone_registered(claire):
    claire.signatures.update(withdrawn_at=NOW())
    assert only(claire).standing == Standing.REGISTERED


def test_a_substantive_version_that_binds_lapses_older_signatures(claire, lucie):
    cast.build_charter(2)
    assert only(claire).standing == Standing.REGISTERED
    cast.sign(claire, claire.seats.get().organisation)
    assert only(claire).standing == Standing.COLLEGE
    assert not only(lucie).is_animator


def test_an_editorial_version_asks_nobody_to_sign_again(claire):
    cast.build_charter(2, is_substantive=False)
    assert only(claire).standing == Standing.COLLEGE


def test_an_editorial_version_after_a_substantive_one_does_not_excuse_it(claire):
    cast.build_charter(2)
    cast.build_charter(3, is_substantive=False)
    assert only(claire).standing == Standing.REGISTERED


def test_a_version_binds_only_from_the_end_of_its_grace_period(claire):
    version = cast.build_charter(2, binding_from=NOW() + timedelta(days=30))
    assert only(claire).standing == Standing.COLLEGE
    version.binding_from = NOW() - timedelta(seconds=1)
    version.save()
    assert only(claire).standing == Standing.REGISTERED


def test_a_suspended_person_sees_what_a_guest_sees(claire):
    claire.suspended_at = NOW()
    claire.save()
    viewer = only(claire)
    assert viewer.kind == GUEST.kind
    assert not viewer.is_registered
    assert viewer.person_id == claire.pk


def test_a_closed_account_is_a_guest(claire):
    key = signed_in(claire)
    claire.is_active = False
    claire.save()
    assert of_person(claire) == GUEST
    assert of_sessions([key]) == {key: NOBODY}


def test_two_seats_open_two_colleges_and_one_writes_for_the_first_confirmed(
    make_person, colleges
):
    person = make_person("Paul", cast.PROJECTS, confirmed=False)
    second = cast.seat_for(person, cast.SUPPORT)
    viewer = only(person)
    assert viewer.colleges == {colleges[cast.SUPPORT].pk}
    assert viewer.seat_id == second.pk
    third = cast.seat_for(person, cast.AUTHORITIES)
    assert only(person).colleges == {
        colleges[cast.SUPPORT].pk,
        third.organisation.college_id,
    }
    assert only(person).seat_id == second.pk


def test_groups_count_for_members_only(make_person, spaces):
    member = make_person("Gaël", cast.PROJECTS)
    registered = make_person("Rita")
    group = cast.join_group(member).group
    cast.join_group(registered)
    assert only(member).groups == {group.pk}
    assert only(registered).groups == frozenset()


def test_an_animator_is_one_while_a_member_only(lucie):
    assert only(lucie).is_animator
    lucie.signatures.update(withdrawn_at=NOW())
    assert not only(lucie).is_animator


def test_administering_opens_no_college(make_person):
    admin = make_person("Ada", is_staff=True, is_superuser=True)
    assert only(admin).standing == Standing.REGISTERED


def test_two_viewers_of_a_kind_are_equal_without_the_person(make_person, claire):
    twin = make_person("Anne", cast.AUTHORITIES)
    assert only(claire) != only(twin)
    assert only(claire).kind == only(twin).kind


def test_kinds_of_two_colleges_differ(claire, jeanne):
    assert only(claire).kind != only(jeanne).kind


def test_many_sessions_resolve_in_one_query(people, django_assert_num_queries):
    cast_of_all = [person for person in vars(people).values() if person]
    keys = {signed_in(person): person for person in cast_of_all}
    with django_assert_num_queries(1):
        found = of_sessions([*keys, "unknown"])
    assert found.pop("unknown") == NOBODY
    for key, one in found.items():
        assert one.viewer == of_person(keys[key])
        assert one.name == keys[key].full_name
    assert len({one.viewer.kind for one in found.values()}) > 5


def test_a_request_resolves_its_person_and_their_rights_in_two_queries(
    claire, django_assert_num_queries
):
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = signed_in(claire)
    SessionMiddleware(HttpResponse).process_request(request)
    AuthenticationMiddleware(HttpResponse).process_request(request)
    with django_assert_num_queries(2):  # The session, then the person with their rights.
        assert of_request(request).standing == Standing.COLLEGE


def test_a_changed_password_turns_open_sessions_into_guests(claire):
    key = signed_in(claire)
    claire.set_password("une-autre-phrase-42")
    claire.save()
    assert of_sessions([key]) == {key: NOBODY}


def test_an_expired_session_is_a_guests(claire):
    key = signed_in(claire)
    Session.objects.filter(session_key=key).update(expire_date=NOW() - timedelta(seconds=1))
    assert of_sessions([key]) == {key: NOBODY}


def test_signing_out_makes_the_session_a_guests(claire):
    client = Client()
    client.force_login(claire)
    key = client.session.session_key
    client.logout()
    assert of_sessions([key]) == {key: NOBODY}
