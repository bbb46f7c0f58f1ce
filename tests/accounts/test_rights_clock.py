"""The rights clock: no change of anybody's rights goes unnumbered, however it is made."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection, transaction
from django.utils import timezone

from accounts.base.rights_watch import scheduled_fields
from accounts.factor_waits.models import FactorWait
from accounts.models import (
    BreakGlassAccess,
    CharterVersion,
    GroupMembership,
    Organisation,
    Profile,
    RightsChange,
    Seat,
    Session,
    Signature,
    User,
    VersionRefusal,
    WorkingGroup,
)
from accounts.users.sessions import SessionStore
from accounts.viewers import rights_clock
from accounts.viewers.annotations import viewer_annotations
from accounts.viewers.triggers import install_triggers, watched_tables
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def ago(days=1):
    return timezone.now() - timedelta(days=days)


def take_seat(person):
    factories.create_seat(person, factories.SUPPORT, signed=False)


def sign_anew(person):
    factories.sign_charter(person, person.seats.get().organisation, factories.create_charter(2))


def join(person):
    factories.join_group(person)


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
    "a room is opened": lambda person: factories.break_glass(person, factories.AUTHORITIES),
    "a room is closed early": lambda person: person.break_glass_accesses.update(
        closed_at=ago()
    ),
    "a person begins to administer": lambda person: _of(person).update(is_superuser=True),
    "a person begins to animate": lambda person: _of(person).update(is_animator=True),
    "a second factor comes": factories.add_second_factor,
    "a second factor goes": lambda person: (
        factories.add_second_factor(person),
        Authenticator.objects.filter(user=person).delete(),
    ),
    "a first second factor waits": lambda person: FactorWait.objects.create(
        person=person, opens_at=ago()
    ),
    "a session ends": lambda person: Session.objects.filter(person=person).delete(),
    "a session is emptied": lambda person: Session.objects.update(session_data=""),
}
FOR_ALL = {
    "a version of the charter comes": lambda person: factories.create_charter(2),
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
    factories.break_glass(jeanne, factories.SUPPORT)
    return rights_clock.current_number()


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_told_with_the_person_it_concerns(change, scene, jeanne):
    CHANGES[change](jeanne)

    turn = rights_clock.changes_since(scene)
    assert turn.number > scene
    assert jeanne.pk in turn.people


@pytest.mark.parametrize("change", FOR_ALL)
def test_what_concerns_everybody_is_told_as_such(change, scene, jeanne):
    FOR_ALL[change](jeanne)

    assert rights_clock.changes_since(scene).people is None


def test_what_changes_no_right_turns_nothing(scene, jeanne, claire, thread, client):
    before = rights_clock.current_number()
    factories.post_reply(jeanne, thread)
    _of(jeanne).update(last_login=timezone.now(), full_name=jeanne.full_name)
    Session.objects.create(session_key="a" * 32, expire_date=timezone.now())
    Session.objects.filter(session_key="a" * 32).delete()
    Organisation.objects.update(type="régie")
    client.get("/")

    assert rights_clock.changes_since(before) == rights_clock.RightsDelta(before, frozenset())


def test_only_those_concerned_are_named(scene, jeanne, claire):
    jeanne.seats.update(ended_at=ago())

    assert rights_clock.changes_since(scene).people == {jeanne.pk}


def test_a_seat_that_changes_hands_concerns_both(scene, jeanne, claire):
    jeanne.seats.update(person=claire)

    assert rights_clock.changes_since(scene).people == {jeanne.pk, claire.pk}


def test_what_is_rolled_back_was_never_told(scene, jeanne):
    with transaction.atomic():
        jeanne.seats.update(ended_at=ago())
        transaction.set_rollback(True)

    assert rights_clock.changes_since(scene) == rights_clock.RightsDelta(scene, frozenset())


def test_who_is_far_behind_or_ahead_asks_for_everybody(scene, jeanne, monkeypatch):
    monkeypatch.setattr(rights_clock, "MAX_CHANGES", 3)
    for day in range(1, 6):
        jeanne.seats.update(ended_at=ago(day))

    assert rights_clock.changes_since(scene).people is None
    assert (
        rights_clock.changes_since(rights_clock.current_number() + 5).people is None
    )  # A backup was restored.
    RightsChange.objects.all().delete()
    assert rights_clock.changes_since(scene).people is None


def test_only_the_last_changes_are_kept(scene, jeanne):
    with transaction.atomic():
        for n in range(1110):
            jeanne.seats.update(ended_at=ago(n + 1))

    assert 1000 <= RightsChange.objects.count() < 1100
    assert rights_clock.changes_since(scene).people is None


def test_signing_in_concerns_nobody_who_was_already_there(scene, jeanne):
    store = SessionStore()
    store[SESSION_KEY] = str(jeanne.pk)
    store.save(must_create=True)

    assert rights_clock.changes_since(scene).people == frozenset()


def test_deleting_sessions_that_had_expired_concerns_nobody(scene, jeanne):
    Session.objects.filter(person=jeanne).update(expire_date=ago())
    before = rights_clock.current_number()
    Session.objects.filter(person=jeanne).delete()

    assert rights_clock.changes_since(before).people == frozenset()


def test_every_column_that_is_watched_exists():
    tables = {model._meta.db_table: model for model in MODELS}
    assert tables.keys() == watched_tables().keys()
    for table, watched in watched_tables().items():
        there = {field.column for field in tables[table]._meta.concrete_fields}
        named = {*watched.columns, watched.person, watched.expires_at} - {None}
        assert named <= there


def test_every_column_that_a_viewer_is_read_from_is_watched():
    watched = {
        (table, column)
        for table, watched in watched_tables().items()
        for column in (*watched.columns, "id", "session_key")
    }
    sql = str(viewers_query().query)

    assert read_columns(sql, r'"(\w+)"\."(\w+)"', watched) == set()


def test_every_moment_that_a_viewer_is_read_from_is_on_the_clock():
    scheduled = {(model._meta.db_table, field) for model, field in scheduled_fields()}
    # It is the time of writing: it cannot lie ahead.
    scheduled |= {("accounts_breakglassaccess", "opened_at")}
    sql = str(viewers_query().query)

    assert read_columns(sql, r'"(\w+)"\."(\w+)" (?:<|>|<=|>=) \'?20\d\d-', scheduled) == set()


def viewers_query():
    """Sessions with the annotations of their viewers, and what of the people makes a viewer."""
    annotations = viewer_annotations("person_id")
    of_person = """
        is_active suspended_at suspended_until silenced_until writing_seat is_animator
        is_superuser full_name
    """
    read = ["session_data", "expire_date", *(f"person__{name}" for name in of_person.split())]
    return Session.objects.annotate(**annotations).values(*read, *annotations)


def read_columns(sql, pattern, known):
    """The alias and column pairs in ``sql`` that are in ``known`` for no table so called."""
    tables = {}
    for table, alias in re.findall(r'(?:FROM|JOIN) "(\w+)"(?: "(\w+)")?', sql):
        tables.setdefault(alias or table, set()).add(table)
    read = set(re.findall(pattern, sql))
    assert len(read) > 4
    return {
        (alias, column)
        for alias, column in read
        if not {(table, column) for table in tables[alias]} & known
    }


MODELS = [
    Authenticator, CharterVersion, FactorWait, GroupMembership, BreakGlassAccess, Organisation,
    Profile,
    VersionRefusal, Seat, Session, Signature, User, WorkingGroup,
]  # fmt: skip


def test_installing_twice_changes_nothing_and_a_rebuilt_table_gets_its_triggers_back(
    scene, jeanne
):
    install_triggers(connection)
    with connection.cursor() as cursor:
        name, of = _a_trigger_of_seats(cursor)
        cursor.execute(f"DROP TRIGGER {name}{of}")
    install_triggers(connection)
    jeanne.seats.all().delete()

    assert rights_clock.changes_since(scene).people == {jeanne.pk}


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
    jeanne.break_glass_accesses.all().delete()
    assert rights_clock.next_scheduled_change() is None
    tomorrow, week = timezone.now() + timedelta(1), timezone.now() + timedelta(7)
    factories.create_charter(2, binding_from=week)
    assert rights_clock.next_scheduled_change() == week
    jeanne.seats.update(ended_at=tomorrow)
    assert rights_clock.next_scheduled_change() == tomorrow
    assert rights_clock.next_scheduled_change(tomorrow) == week
    WorkingGroup.objects.update(ends_at=tomorrow - timedelta(hours=2))
    assert rights_clock.next_scheduled_change() == tomorrow - timedelta(hours=2)
    opening = factories.break_glass(jeanne, factories.SUPPORT, hours=1)
    assert rights_clock.next_scheduled_change() == opening.closes_at


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="one writer")
def test_numbers_follow_the_commits_whoever_writes_at_once(people):
    """A reader who follows misses nobody, and numbers have no gaps."""
    everyone = [person for person in vars(people).values() if person]
    gate, seen, first = Barrier(len(everyone)), set(), rights_clock.current_number()

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
        turn = rights_clock.changes_since(last)
        seen |= turn.people
        assert turn.number - last >= len(turn.people)
        last = turn.number
    turn = rights_clock.changes_since(last)

    assert seen | turn.people == {person.pk for person in everyone}
    assert turn.number == first + 20 * len(everyone)
