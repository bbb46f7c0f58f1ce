"""The register proves itself: whatever is altered, removed or put elsewhere is found."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from accounts.charter import hash_chain
from accounts.charter.actions import withdraw_signature
from accounts.charter.drafts.actions import publish_draft, save_draft
from accounts.charter.uploads import UploadedAct
from accounts.models import CharterVersion, College, RegisterLine, Signature
from tests.accounts.register_helpers import sign, verdict
from tests.factories import AUTHORITIES, create_charter, create_colleges, create_person
from tests.scenes import open_scene

pytestmark = pytest.mark.django_db
LINES, SIGNATURES = 5, 3
#: For each column of a line and of a signature, another value than it has.
OF_A_LINE = {
    "number": 99, "signature_id": 10**6, "version_id": 10**6, "event": "other", "content": "{}",
    "previous": "1" * 64, "sha256": "2" * 64,
}  # fmt: skip
OF_A_SIGNATURE = {
    "position": "Adjointe", "authority": "power", "authority_detail": "n° 1",
    "typed_name": "Quelqu’une d’autre", "sha256": "3" * 64,
    "act_date": date(2026, 6, 12), "document_sha256": "4" * 64, "countersigns_id": F("pk"),
    "signed_at": F("signed_at") - timedelta(seconds=1), "withdrawn_at": timezone.now(),
}  # fmt: skip


OF_A_VERSION = {
    "number": 8, "name": "8.0", "text": "Autre chose", "sha256": "5" * 64, "language": "en",
    "adopted_on": date(2026, 6, 12), "is_substantive": False,
    "published_at": F("published_at") - timedelta(seconds=1),
    "binding_from": F("binding_from") - timedelta(seconds=1),
}  # fmt: skip


def create_register():
    """A register of a version and three signatures, of which the second is withdrawn."""
    create_colleges()
    charter = create_charter()
    hash_chain.append_missing_lines()
    people = [create_person(f"Élue {n}", AUTHORITIES, signed=False) for n in range(SIGNATURES)]
    signatures = [sign(person, charter) for person in people]
    withdraw_signature(signatures[1], people[1])
    assert verdict() == []


@pytest.fixture(scope="module")
def _register(django_db_setup, django_db_blocker):
    with open_scene(django_db_blocker, create_register):
        yield


@pytest.fixture
def lines(_register, db):
    """The lines of the register of ``create_register``, made once for all tests here."""
    return list(RegisterLine.objects.all())


@pytest.fixture
def colleges(_register, db):
    """The colleges, by slug."""
    return {college.slug: college for college in College.objects.all()}


@pytest.fixture
def charter(_register, db):
    """The version that they signed."""
    return CharterVersion.objects.get()


def test_each_signature_and_withdrawal_is_a_line_on_the_line_before(lines):
    assert [line.number for line in lines] == list(range(1, LINES + 1))
    happened = ["published", "signed", "signed", "signed", "withdrawn"]
    assert [line.event for line in lines] == happened
    before = [hash_chain.GENESIS_HASH, *(line.sha256 for line in lines)]
    assert [line.previous for line in lines] == before[:-1]
    assert "Élue 1" in lines[4].content and lines[4].signature_id == lines[2].signature_id


def test_signing_twice_is_one_line(lines, charter):
    sign(lines[1].signature.person, charter)
    assert RegisterLine.objects.count() == LINES and verdict() == []


@pytest.mark.parametrize("which", range(LINES))
@pytest.mark.parametrize("column", OF_A_LINE)
def test_a_line_that_was_altered_is_found(lines, which, column):
    RegisterLine.objects.filter(pk=lines[which].pk).update(**{column: OF_A_LINE[column]})
    assert verdict()


@pytest.mark.parametrize("which", range(1, SIGNATURES + 1))
@pytest.mark.parametrize("column", OF_A_SIGNATURE)
def test_a_signature_that_was_altered_is_found(lines, which, column):
    altered = Signature.objects.filter(pk=lines[which].signature_id)
    altered.update(**{column: OF_A_SIGNATURE[column]})
    assert f"Signature {lines[which].signature_id} " in " ".join(verdict())


@pytest.mark.parametrize("which", range(1, SIGNATURES + 1))
@pytest.mark.parametrize("column", ["person", "organisation", "version"])
def test_a_signature_that_was_given_to_another_is_found(lines, which, column, charter):
    other = Signature.objects.get(pk=lines[which % SIGNATURES + 1].signature_id)
    CharterVersion.objects.create(number=9, name="9.0", text="X", adopted_on="2026-01-01")
    hash_chain.append_missing_lines()
    value = CharterVersion.objects.last() if column == "version" else getattr(other, column)
    Signature.objects.filter(pk=lines[which].signature_id).update(**{column: value})
    assert f"Signature {lines[which].signature_id} " in " ".join(verdict())


def test_a_withdrawal_that_was_undone_is_found(lines):
    Signature.objects.filter(pk=lines[4].signature_id).update(withdrawn_at=None)
    assert verdict()


@pytest.mark.parametrize("which", range(LINES))
def test_a_line_that_was_removed_is_found(lines, which):
    RegisterLine.objects.filter(pk=lines[which].pk).delete()
    assert verdict()


@pytest.mark.parametrize("which", range(1, SIGNATURES + 1))
def test_a_signature_that_was_removed_is_found(lines, which):
    Signature.objects.filter(pk=lines[which].signature_id)._raw_delete("default")
    assert f"What line {which + 1} speaks of is gone." in verdict()


def test_the_newest_line_and_its_signature_removed_together_are_found_by_who_noted_it(lines):
    noted = f"{lines[-1].number}:{lines[-1].sha256}"
    assert verdict(since=noted) == []
    lines[4].delete()
    lines[3].delete()
    Signature.objects.filter(pk=lines[2].signature_id).update(withdrawn_at=None)
    Signature.objects.filter(pk=lines[3].signature_id)._raw_delete("default")

    assert verdict() == []  # Whole by itself, and shorter.
    assert verdict(since=noted) == ["Line 5 is not the one that was noted."]


def test_a_note_that_is_none_is_said_so():
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_register", since="quatre")


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)])
@pytest.mark.parametrize("moved", [["number"], ["number", "previous"]])
def test_lines_that_changed_places_are_found(lines, pair, moved):
    first, second = (lines[n] for n in pair)
    RegisterLine.objects.filter(pk=first.pk).update(number=99)
    for line, place in ((second, first), (first, second)):
        there = {name: getattr(place, name) for name in moved}
        RegisterLine.objects.filter(pk=line.pk).update(**there)
    assert verdict()


@pytest.mark.parametrize("column", OF_A_VERSION)
def test_a_version_that_was_altered_is_found(lines, charter, column):
    CharterVersion.objects.filter(pk=charter.pk).update(**{column: OF_A_VERSION[column]})
    assert verdict()


def test_a_text_that_was_altered_with_its_hash_is_found(lines, charter):
    other = "Tout autre."
    sha256 = hashlib.sha256(other.encode()).hexdigest()
    CharterVersion.objects.filter(pk=charter.pk).update(text=other, sha256=sha256)
    assert verdict() == [f"Version {charter.pk} is not what line 1 says."]


def test_a_version_that_was_removed_or_slipped_in_is_found(lines, charter):
    added = CharterVersion.objects.create(
        number=9, name="9.0", text="X", adopted_on="2026-01-01"
    )
    assert verdict() == [f"Version {added.pk} (published) is in no line."]
    hash_chain.append_missing_lines()
    assert verdict() == []
    CharterVersion.objects.filter(pk=added.pk)._raw_delete("default")
    assert verdict() == ["What line 6 speaks of is gone."]


def test_publishing_a_version_is_a_line(lines, lucie):
    hash_chain.append_missing_lines()
    said = {"name": "2.0", "text": "Suite", "is_substantive": True, "grace_days": 30}
    draft = save_draft(lucie, adopted_on=date(2026, 6, 12), **said)
    version = publish_draft(draft, lucie, draft.revision)
    line = RegisterLine.objects.last()
    assert (line.event, line.version) == ("published", version) and verdict() == []


def test_an_account_that_was_closed_leaves_the_register_whole(lines):
    signature = lines[1].signature
    signature.person.seats.all().delete()
    signature.person.delete()
    signature.refresh_from_db()
    assert signature.person is None and verdict() == []


def test_a_signature_that_was_taken_from_its_author_is_found(lines):
    Signature.objects.filter(pk=lines[1].signature_id).update(person=None)
    assert verdict() == [f"Signature {lines[1].signature_id} is not what line 2 says."]


@pytest.mark.parametrize("content", ["", "[]", "null", "{", '"x"'])
def test_what_cannot_be_read_is_found_with_all_the_rest(lines, content):
    RegisterLine.objects.filter(pk=lines[1].pk).update(content=content)
    lines[4].delete()
    found = verdict()
    assert "Line 2 is not as it was written." in found
    assert any("(withdrawn) is in no line" in one for one in found)


def test_an_act_that_was_altered_or_removed_is_found(lines, charter, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    act = ContentFile(b"%PDF-1.7 delibere", "acte.pdf")
    person, seat = lines[1].signature.person, lines[1].signature.person.seats.get()
    withdraw_signature(lines[1].signature, person)
    signature = sign(
        person,
        charter,
        document=UploadedAct(act, hashlib.sha256(act.read()).hexdigest()),
    )
    assert seat.organisation == signature.organisation and verdict() == []
    kept = tmp_path / signature.document.name
    kept.write_bytes(b"%PDF-1.7 autrement")
    assert verdict() == [f"The act of signature {signature.pk} is not what was sent."]
    kept.unlink()
    assert verdict() == [f"The act of signature {signature.pk} is gone."]
    Signature.objects.filter(pk=signature.pk).update(document="")
    assert verdict() == [f"The act of signature {signature.pk} is gone."]


def test_what_was_signed_before_there_were_lines_gets_its_lines(lines):
    RegisterLine.objects.all().delete()
    assert len(verdict()) == LINES
    hash_chain.append_missing_lines()
    assert RegisterLine.objects.count() == LINES and verdict() == []
