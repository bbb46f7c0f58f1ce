"""An archive that is broken, or made to harm, is refused in a sentence, and the site stays."""

import shutil
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from forum.site.operations import sqlite_dumps
from forum.site.operations.backups import check_archive
from tests.forum.site.backups.broken_archives import BROKEN, OF_THE_DATABASE, read
from tests.forum.site.backups.sites import IS_SQLITE, fill

# On PostgreSQL each needs a site of its own, with processes that make and read its dump.
pytestmark = [] if IS_SQLITE else [pytest.mark.deep, pytest.mark.postgresql]

#: Bytes that reading any archive takes at most, but for what its database's programs do.
MOST_MEMORY = 30_000_000


@pytest.fixture(scope="module")
def made(tmp_path_factory, request):
    """Where an archive is: on SQLite, once a test has made it."""
    if IS_SQLITE:
        return tmp_path_factory.mktemp("made") / "backup.tar"
    # What a test has written, its transaction keeps from pg_dump.
    return request.getfixturevalue("original").folder / "backup.tar"


@pytest.fixture
def archive(made, db, tmp_path, settings, monkeypatch):
    """A whole archive of a site of this process, to do with as one likes."""
    if not made.exists():
        settings.MEDIA_ROOT = str(tmp_path / "original")
        # What a test has written, its transaction keeps from SQLite's own copying.
        monkeypatch.setattr(sqlite_dumps, "dump", _serialize)
        fill(made)
    settings.MEDIA_ROOT = str(tmp_path / "files")
    (tmp_path / "files" / "actes").mkdir(parents=True)
    (tmp_path / "files" / "actes" / "acte.pdf").write_bytes(b"the site's own")
    return shutil.copy(made, tmp_path / "backup.tar")


def _serialize(path):
    path.write_bytes(connection.connection.serialize())


def test_an_archive_is_whole_and_says_of_when(archive):
    assert check_archive(archive)["database"] == connection.vendor


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_archive_is_refused_in_a_sentence_and_the_site_stays(
    how, archive, settings, make_person
):
    make_person("Nora Testu")
    _refused(how, archive)

    assert User.objects.filter(full_name="Nora Testu").exists()
    place = archive.parent / "files"
    assert [it.read_bytes() for it in place.rglob("*") if it.is_file()] == [b"the site's own"]


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.skipif(IS_SQLITE, reason="about what pg_restore reads")
@pytest.mark.parametrize("how", OF_THE_DATABASE)
def test_a_broken_dump_of_postgresql_is_refused_in_a_sentence(
    how, original, tmp_path, settings, make_person, monkeypatch
):
    make_person("Nora Testu")
    settings.MEDIA_ROOT = str(tmp_path / "files")
    _refused(how, shutil.copy(original.folder / "backup.tar", tmp_path / "backup.tar"))

    assert User.objects.filter(full_name="Nora Testu").exists()


def _refused(how, archive):
    spoil, words = BROKEN[how]
    spoil(read(archive), archive)
    tracemalloc.start()
    with pytest.raises(CommandError, match=words) as refused:
        call_command("restore", archive, replace=True)
    with pytest.raises(CommandError, match=words):
        call_command("backup", archive, check=True)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_MEMORY
    assert str(refused.value).endswith("Nothing was restored: the site is as it was.")


def test_a_site_with_people_is_not_replaced_unless_one_says_so(archive, make_person):
    make_person("Nora Testu")

    with pytest.raises(CommandError, match="add --replace"):
        call_command("restore", archive)


@pytest.mark.parametrize("options", [{}, {"check": True}])
def test_what_cannot_be_written_or_read_is_a_sentence(options, tmp_path, db):
    with pytest.raises(CommandError, match=r"nowhere/backup\.tar: .*No such file"):
        call_command("backup", tmp_path / "nowhere" / "backup.tar", **options)
