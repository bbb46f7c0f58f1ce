"""The migrated database of SQLite: made once for all workers, kept while the code stays.

Migrating takes each worker seconds, and gives what it gave before until some module, some
dependency, Python or SQLite changes. A run that measures coverage migrates itself.
"""

import fcntl
import hashlib
import shutil
import sqlite3
import sys
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

#: What a migration may read.
_FLOORS = ("accounts", "forum", "realtime")


@contextmanager
def kept_database(directory):
    """Have the test database begin as the one that is kept in ``directory``, if one is.

    Yields a function that keeps it, to be called once all is migrated: until then, other
    workers wait, where none was kept.
    """
    kept = Path(directory) / f"{_fingerprint()}.sqlite3"
    name = connection.creation._get_test_db_name()
    with kept.with_name("lock").open("w") as lock, _connection(name) as database:

        def keep():
            if not is_kept:
                for old in kept.parent.glob("*.sqlite3"):
                    old.unlink()
                with _connection(kept.with_suffix(".new")) as target:
                    database.backup(target)
                kept.with_suffix(".new").replace(kept)
            database.close()
            lock.close()

        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_kept := kept.exists():
            fcntl.flock(lock, fcntl.LOCK_UN)
            with _connection(kept) as source:
                source.backup(database)
        yield keep


def copy_kept(config, path):
    """Have the database that is kept, if one is, at ``path`` too; return whether one is."""
    kept = config.cache.mkdir("migrated") / f"{_fingerprint()}.sqlite3"
    if kept.exists():
        shutil.copyfile(kept, path)
    return kept.exists()


def _connection(name):
    return closing(sqlite3.connect(str(name), uri=True))


def _fingerprint():
    """A word for all that decides what migrating gives."""
    said = hashlib.sha256(repr((sys.version, sqlite3.sqlite_version)).encode())
    root = Path(settings.BASE_DIR)
    modules = (path for floor in _FLOORS for path in (root / floor).rglob("*.py"))
    for path in [root / "requirements.lock", *sorted(modules)]:
        said.update(f"\0{path.relative_to(root)}\0".encode() + path.read_bytes())
    return said.hexdigest()[:32]
