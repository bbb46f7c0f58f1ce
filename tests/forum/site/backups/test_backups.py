"""A backup is whole or says what it lacks; a site restored from it is as it was."""

import json
import re
import shutil

import pytest

from tests.forum.site.backups.sites import ACT, IS_SQLITE, PICTURE, Site, programs

# Processes of a site of its own, whose dumps each database makes by programs of its own.
pytestmark = [pytest.mark.deep, pytest.mark.postgresql, pytest.mark.sqlite]


@pytest.fixture
def archive(original, tmp_path):
    """An archive of the original, to do with as one likes."""
    return shutil.copy(original.folder / "backup.tar", tmp_path / "backup.tar")


def test_a_site_restored_on_an_empty_machine_has_people_files_and_register(
    original, archive, tmp_path
):
    new = Site(tmp_path / "new")
    said = new.run("restore", archive)

    assert "The register is whole: 2:" in said  # A version, and a signature of it.
    assert "set aside" not in said and not list(new.place.glob(".*"))
    assert new.files == original.files
    assert sorted(new.files.values()) == [ACT, PICTURE, PICTURE]


def test_what_a_restoration_replaces_is_set_aside_until_it_is_put_back_or_deleted(
    original, archive, tmp_path
):
    new = Site(tmp_path / "new")
    new.run("restore", archive)
    said = json.loads(new.call("replace_undo_and_discard", archive))
    *killed, finished = said.pop("killed")

    # Another person, table and file, which the archive does not know.
    later = {"people": 2, "tables": 1, "files": 4}
    assert said == {
        "before": later,
        "restored": {"people": 1, "tables": 0, "files": 3},
        "again": "What an earlier restoration replaced is still set aside",
        "undone": later,
        "discarded": {"people": 1, "tables": 0, "files": 3},
        "left": [],
    }
    assert len(killed) >= 6 and [*killed, finished] == [later] * (len(killed) + 1)


def test_a_backup_without_tables_people_or_files_fails_and_leaves_the_one_before(
    original, tmp_path
):
    archive = tmp_path / "backup.tar"
    archive.write_bytes(b"the one before")
    elsewhere = tmp_path / "elsewhere"
    lacks_files = original.try_to("backup", archive, FORUM_FILES=str(elsewhere))
    lacks_people = json.loads(original.call("back_up_without_people", archive))
    new = Site(tmp_path / "new")
    lacks_tables = new.try_to("backup", archive)

    assert lacks_files.returncode == 1 and lacks_files.stdout == ""
    assert f"Its database names 3 files that are not in {elsewhere}" in lacks_files.stderr
    assert "Its database has no people" in lacks_people
    words = "There is no database" if IS_SQLITE else "no people, or no tables"
    assert lacks_tables.returncode == 1 and words in lacks_tables.stderr
    assert not any("Traceback" in it.stderr for it in (lacks_files, lacks_tables))
    assert archive.read_bytes() == b"the one before" and len(list(tmp_path.glob("*.part"))) == 0
    assert not new.database.exists()  # It is not made by asking for it.


def test_a_file_that_goes_while_a_backup_is_made_does_not_break_it(original, tmp_path):
    said = json.loads(original.call("back_up_while_files_change", tmp_path / "backup.tar"))

    assert said == {"dumps": 2, "is_whole": True}


def test_who_takes_an_unfinished_upload_back_breaks_no_backup(original, tmp_path):
    archive = tmp_path / "backup.tar"

    assert json.loads(original.call("back_up_with_a_lost_part", archive)) is True


@pytest.mark.skipif(IS_SQLITE, reason="about pg_dump")
def test_a_program_of_postgresql_that_is_too_old_or_missing_is_a_sentence(original, tmp_path):
    archive = tmp_path / "backup.tar"
    old = original.try_to("backup", archive, PATH=str(programs()[0]))
    missing = original.try_to("backup", archive, PATH=str(tmp_path))

    assert re.search(r"pg_dump 16.*older than .*install postgresql-client-18", old.stderr)
    assert "pg_dump is missing: install postgresql-client" in missing.stderr
    assert not any("Traceback" in it.stderr for it in (old, missing))


def test_nobody_but_its_owner_reads_an_archive(original):
    assert (original.folder / "backup.tar").stat().st_mode & 0o077 == 0
