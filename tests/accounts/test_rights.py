"""The rights clock: no change of anybody's rights goes unnumbered, however it is made."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection, transaction
from django.utils import timezone

from accounts import rights
from accounts.models import (
    CharterVersion,
    GroupMembership,
    Opening,
    Organisation,
    Refusal,
    RightsChange,
    Seat,
    Session,
    Signature,
    User,
    WorkingGroup,
)
from accounts.people.sessions import SessionStore
from accounts.triggers import WATCHED, install
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def ago(days=1):
    return timezone.now() - timedelta(days=days)


def take_seat(person):
    cast.seat_for(person, cast.SUPPORT, signed=False)


def sign_anew(person):
    cast.sign(person, person.seats.get().organisation, cast.build_charter(2))


def join(person):
    cast.join_group(person)


CHANGES = {
    "a seat is taken": take_seat,
    "a seat ends": lambda person: person.seats.update(ended_at=ago()),
    "a seat is confirmed": lambda person: person.seats.update(confirmed_at=None),
    "a seat is refused": lambda person: person.seats.update(refused_at=ago()),
    "a seat is deleted": lambda person: person.seats.all().delete(),
    "a signature is withdrawn": lambda person: person.signatures.update(withdrawn_at=ago()),
    "a signature is deleted": lambda person: person.signatures.all().delete(),
    "a group is joined": join,
    "a password changes": lambda person: _of(person).update(password="!"),
    "an account is closed": lambda person: _of(person).update(is_active=False),
    "a person is suspended": lambda person: _of(person).update(suspended_at=ago()),
    "a room is opened": lambda person: cast.open_room(person, cast.AUTHORITIES),
    "a room is closed early": lambda person: person.openings.update(closed_at=ago()),
    "a person begins to administer": lambda person: _of(person).update(is_superuser=True),
    "a person begins to animate": lambda person: _of(person).update(is_animator=True),
    "a second factor comes": cast.secure,
    "a second factor goes": lambda person: (
        cast.secure(person),
        Authenticator.objects.filter(user=person).delete(),
    ),
    "a session ends": lambda person: Session.objects.filter(person=person).delete(),
    "a session is emptied": lambda person: Session.objects.update(session_data=""),
}
FOR_ALL = {
    "a version of the charter comes": lambda person: cast.build_charter(2),
    "a version binds later": lambda person: CharterVersion.objects.update(binding_from=ago(9)),
    "an organisation changes college": lambda person: Organisation.objects.update(
        college_id=person.seats.get().organisation.college_id + 1
    ),
    "a group comes to its end": lambda person: WorkingGroup.objects.update(ends_at=ago()),
    "a group becomes one college's": lambda person: WorkingGroup.objects.update(
        college=person.seats.get().organisation.college
    ),
}


def _of(person):
    return User.objects.filter(pk=person.pk)


@pytest.fixture
def scene(jeanne, claire, spaces, browser_of):
    """Jeanne, signed in, with a seat; Claire, who is not concerned."""
    browser_of(jeanne), browser_of(claire)
    cast.open_room(jeanne, cast.SUPPORT)
    return rights.clock()


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_told_with_the_person_it_concerns(change, scene, jeanne):
    CHANGES[change](jeanne)

    turn = rights.turned(scene)
    assert turn.number > scene
    assert jeanne.pk in turn.people


@pytest.mark.parametrize("change", FOR_ALL)
def test_what_concerns_everybody_is_told_as_such(change, scene, jeanne):
    FOR_ALL[change](jeanne)

    assert rights.turned(scene).people is None


def test_what_changes_no_right_turns_nothing(scene, jeanne, claire, thread, client):
    before = rights.clock()
    cast.reply(jeanne, thread)
    _of(jeanne).update(last_login=timezone.now(), full_name=jeanne.full_name)
    Session.objects.create(session_key="a" * 32, expire_date=timezone.now())
    Session.objects.filter(session_key="a" * 32).delete()
    Organisation.objects.update(kind="régie")
    client.get("/")

    assert rights.turned(before) == rights.Turn(before, frozenset())


def test_only_those_concerned_are_named(scene, jeanne, claire):
    jeanne.seats.update(ended_at=ago())

    assert rights.turned(scene).people == {jeanne.pk}


def test_a_seat_that_changes_hands_concerns_both(scene, jeanne, claire):
    jeanne.seats.update(person=claire)

    assert rights.turned(scene).people == {jeanne.pk, claire.pk}


def test_what_is_rolled_back_was_never_told(scene, jeanne):
    with transaction.atomic():
        jeanne.seats.update(ended_at=ago())
        transaction.set_rollback(True)

    assert rights.turned(scene) == rights.Turn(scene, frozenset())


def test_who_is_far_behind_or_ahead_asks_for_everybody(scene, jeanne, monkeypatch):
    monkeypatch.setattr(rights, "MOST_CHANGES", 3)
    for day in range(1, 6):
        jeanne.seats.update(ended_at=ago(day))

    assert rights.turned(scene).people is None
    assert rights.turned(rights.clock() + 5).people is None  # A backup was restored.
    RightsChange.objects.all().delete()
    assert rights.turned(scene).people is None


def test_only_the_last_changes_are_kept(scene, jeanne):
    with transaction.atomic():
        for n in range(1010):
            jeanne.seats.update(ended_at=ago(n + 1))

    assert RightsChange.objects.count() == 1000
    assert rights.turned(scene).people is None


def test_signing_in_concerns_nobody_who_was_already_there(scene, jeanne):
    store = SessionStore()
    store[SESSION_KEY] = str(jeanne.pk)
    store.save(must_create=True)

    assert rights.turned(scene).people == frozenset()


def test_every_column_that_is_watched_exists():
    tables = {model._meta.db_table: model for model in MODELS}
    assert tables.keys() == WATCHED.keys()
    for table, (person, columns, _on_insert) in WATCHED.items():
        there = {field.column for field in tables[table]._meta.concrete_fields}
        assert {*columns, *([person] if person else [])} <= there


MODELS = [
    Authenticator, CharterVersion, GroupMembership, Opening, Organisation, Refusal, Seat,
    Session, Signature, User, WorkingGroup,
]  # fmt: skip


def test_installing_twice_changes_nothing_and_a_rebuilt_table_gets_its_triggers_back(
    scene, jeanne
):
    install(connection)
    with connection.cursor() as cursor:
        name, of = _a_trigger_of_seats(cursor)
        cursor.execute(f"DROP TRIGGER {name}{of}")
    install(connection)
    jeanne.seats.all().delete()

    assert rights.turned(scene).people == {jeanne.pk}


def _a_trigger_of_seats(cursor):
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND"
            " name LIKE 'rights_accounts_seat_delete%'"
        )
        return cursor.fetchone()[0], ""
    cursor.execute(
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'rights_accounts_seat_delete%'"
    )
    return cursor.fetchone()[0], " ON accounts_seat"


def test_the_next_moment_that_changes_rights_by_itself_is_known(scene, jeanne):
    jeanne.openings.all().delete()
    assert rights.until() is None
    tomorrow, week = timezone.now() + timedelta(1), timezone.now() + timedelta(7)
    cast.build_charter(2, binding_from=week)
    assert rights.until() == week
    jeanne.seats.update(ended_at=tomorrow)
    assert rights.until() == tomorrow
    assert rights.until(tomorrow) == week
    WorkingGroup.objects.update(ends_at=tomorrow - timedelta(hours=2))
    assert rights.until() == tomorrow - timedelta(hours=2)
    opening = cast.open_room(jeanne, cast.SUPPORT, hours=1)
    assert rights.until() == opening.closes_at


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="one writer")
def test_numbers_follow_the_commits_whoever_writes_at_once(people):
    """A reader who follows misses nobody, and numbers have no gaps."""
    everyone = [person for person in vars(people).values() if person]
    gate, seen, first = Barrier(len(everyone)), set(), rights.clock()

    def write(person):
        gate.wait()
        for day in range(20):
            _of(person).update(suspended_at=ago(day))
        connection.close()

    writers = [Thread(target=write, args=[person]) for person in everyone]
    for writer in writers:
        writer.start()
    last = first
    while any(writer.is_alive() for writer in writers):
        turn = rights.turned(last)
        seen |= turn.people
        assert turn.number - last >= len(turn.people)
        last = turn.number
    turn = rights.turned(last)

    assert seen | turn.people == {person.pk for person in everyone}
    assert turn.number == first + 20 * len(everyone)
