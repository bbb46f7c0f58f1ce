"""The register proves itself: whatever is altered, removed or put elsewhere is found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import F
from django.utils import timezone

from accounts.charter import chain
from accounts.charter.actions import sign_charter, withdraw_signature
from accounts.models import CharterVersion, RegisterLine, Signature
from forum.demonstration.loading import load as load_demonstration
from tests.cast import AUTHORITIES, PROJECTS

pytestmark = pytest.mark.django_db(transaction=True)
LINES, SIGNATURES = 4, 3
#: For each column of a line and of a signature, another value than it has.
OF_A_LINE = {
    "number": 99, "signature_id": 10**6, "event": "other", "content": "{}",
    "previous": "1" * 64, "sha256": "2" * 64,
}  # fmt: skip
OF_A_SIGNATURE = {
    "position": "Adjointe", "authority": "power", "authority_detail": "n° 1",
    "typed_name": "Quelqu’une d’autre", "sha256": "3" * 64,
    "act_date": date(2026, 6, 12), "document_sha256": "4" * 64, "countersigns_id": F("pk"),
    "signed_at": F("signed_at") - timedelta(seconds=1), "withdrawn_at": timezone.now(),
}  # fmt: skip


@pytest.fixture
def lines(charter, make_person):
    """A register of three signatures, of which the second is withdrawn."""
    people = [make_person(f"Élue {n}", AUTHORITIES, signed=False) for n in range(SIGNATURES)]
    signatures = [sign(person, charter) for person in people]
    withdraw_signature(signatures[1], people[1])
    assert verdict() == []
    return list(RegisterLine.objects.all())


def sign(person, version):
    """``person`` signs for the organisation that they sit in."""
    seat = person.seats.get()
    return sign_charter(
        person,
        version=version,
        organisation=seat.organisation,
        position=seat.position,
        authority="office",
        authority_detail="",
        typed_name=person.full_name,
    )


def verdict(**options):
    """What ``verify_register`` finds, as an operator reads it."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_register", stdout=out, stderr=err, **options)
    except CommandError:
        return err.getvalue().splitlines()
    assert out.getvalue().startswith("The register is whole: ") and not err.getvalue()
    return []


def test_each_signature_and_withdrawal_is_a_line_on_the_line_before(lines):
    assert [line.number for line in lines] == list(range(1, LINES + 1))
    assert [line.event for line in lines] == ["signed", "signed", "signed", "withdrawn"]
    before = [chain.NOTHING, *(line.sha256 for line in lines)]
    assert [line.previous for line in lines] == before[:-1]
    assert "Élue 1" in lines[3].content and lines[3].signature_id == lines[1].signature_id


def test_signing_twice_is_one_line(lines, charter):
    sign(lines[0].signature.person, charter)
    assert RegisterLine.objects.count() == LINES and verdict() == []


@pytest.mark.parametrize("which", range(LINES))
@pytest.mark.parametrize("column", OF_A_LINE)
def test_a_line_that_was_altered_is_found(lines, which, column):
    RegisterLine.objects.filter(pk=lines[which].pk).update(**{column: OF_A_LINE[column]})
    assert verdict()


@pytest.mark.parametrize("which", range(SIGNATURES))
@pytest.mark.parametrize("column", OF_A_SIGNATURE)
def test_a_signature_that_was_altered_is_found(lines, which, column):
    altered = Signature.objects.filter(pk=lines[which].signature_id)
    altered.update(**{column: OF_A_SIGNATURE[column]})
    assert f"Signature {lines[which].signature_id} " in " ".join(verdict())


@pytest.mark.parametrize("which", range(SIGNATURES))
@pytest.mark.parametrize("column", ["person", "organisation", "version"])
def test_a_signature_that_was_given_to_another_is_found(lines, which, column, charter):
    other = Signature.objects.get(pk=lines[which - 1].signature_id)
    CharterVersion.objects.create(number=9, name="9.0", text="X", adopted_on="2026-01-01")
    value = CharterVersion.objects.last() if column == "version" else getattr(other, column)
    Signature.objects.filter(pk=lines[which].signature_id).update(**{column: value})
    assert f"Signature {lines[which].signature_id} " in " ".join(verdict())


def test_a_withdrawal_that_was_undone_is_found(lines):
    Signature.objects.filter(pk=lines[3].signature_id).update(withdrawn_at=None)
    assert verdict()


@pytest.mark.parametrize("which", range(LINES))
def test_a_line_that_was_removed_is_found(lines, which):
    RegisterLine.objects.filter(pk=lines[which].pk).delete()
    assert verdict()


@pytest.mark.parametrize("which", range(SIGNATURES))
def test_a_signature_that_was_removed_is_found(lines, which):
    Signature.objects.filter(pk=lines[which].signature_id)._raw_delete("default")
    assert f"The signature of line {which + 1} is gone." in verdict()


def test_the_newest_line_and_its_signature_removed_together_are_found_by_who_noted_it(lines):
    noted = f"{lines[-1].number}:{lines[-1].sha256}"
    assert verdict(since=noted) == []
    lines[3].delete()
    lines[2].delete()
    Signature.objects.filter(pk=lines[1].signature_id).update(withdrawn_at=None)
    Signature.objects.filter(pk=lines[2].signature_id)._raw_delete("default")

    assert verdict() == []  # Whole by itself, and shorter.
    assert verdict(since=noted) == ["Line 4 is not the one that was noted."]


def test_a_note_that_is_none_is_said_so():
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_register", since="quatre")


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 3), (0, 3)])
@pytest.mark.parametrize("moved", [["number"], ["number", "previous"]])
def test_lines_that_changed_places_are_found(lines, pair, moved):
    first, second = (lines[n] for n in pair)
    RegisterLine.objects.filter(pk=first.pk).update(number=99)
    for line, place in ((second, first), (first, second)):
        there = {name: getattr(place, name) for name in moved}
        RegisterLine.objects.filter(pk=line.pk).update(**there)
    assert verdict()


def test_a_text_of_the_charter_that_was_altered_is_found(lines, charter):
    CharterVersion.objects.filter(pk=charter.pk).update(text="Autre chose")
    assert verdict() == [f"The text of version {charter.name} is not what was adopted."]


def test_an_account_that_was_closed_leaves_the_register_whole(lines):
    Signature.objects.filter(pk=lines[0].signature_id).update(person=None)
    assert verdict() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_many_who_sign_at_once_make_one_chain(charter, make_person):
    people = [make_person(f"Élu {n}", PROJECTS, signed=False) for n in range(12)]

    def one(person):
        try:
            return sign(person, charter)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(list(pool.map(one, people))) == 12
    numbers = RegisterLine.objects.values_list("number", flat=True)
    assert list(numbers) == list(range(1, 13)) and verdict() == []


def test_proving_the_register_while_people_sign_and_withdraw_finds_no_fault(
    charter, make_person
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    people = [make_person(f"Élu {n}", PROJECTS, signed=False) for n in range(8)]

    def come_and_go(person):
        try:
            return [withdraw_signature(sign(person, charter), person) for _time in range(3)]
        finally:
            connections.close_all()

    def prove(_time):
        try:
            return verdict()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as signing, ThreadPoolExecutor(2) as proving:
        coming = [signing.submit(come_and_go, person) for person in people]
        assert list(proving.map(prove, range(20))) == [[]] * 20
        assert all(len(one.result()) == 3 for one in coming)


def test_what_was_signed_before_there_were_lines_gets_its_lines(lines):
    RegisterLine.objects.all().delete()
    assert len(verdict()) == LINES
    import_module("accounts.migrations.0003_register_lines").register(apps, None)
    assert RegisterLine.objects.count() == LINES and verdict() == []


def test_the_demonstration_s_register_is_whole(db):
    load_demonstration()
    assert RegisterLine.objects.count() >= 20 and verdict() == []
