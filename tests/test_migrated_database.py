"""The migrated database that is kept: for one state of the code, and no other."""

import sqlite3
from contextlib import closing

import pytest
from django.conf import settings as site
from django.db import connection

from tests.migrated_database import kept_database

pytestmark = pytest.mark.skipif(
    "sqlite" not in site.DATABASES["default"]["ENGINE"], reason="of SQLite only"
)


@pytest.fixture
def code(tmp_path, settings, monkeypatch):
    """A project of one migration; the test database is a file beside it."""
    settings.BASE_DIR = tmp_path / "code"
    (settings.BASE_DIR / "forum").mkdir(parents=True)
    for path in ("requirements.lock", "forum/0001_initial.py"):
        (settings.BASE_DIR / path).write_text("first")
    monkeypatch.setattr(
        connection.creation, "_get_test_db_name", lambda: str(tmp_path / "database")
    )
    return settings.BASE_DIR


def begin(directory, *, migrates=True):
    """The tables that a run begins with; it makes one, and keeps it if it ``migrates``."""
    with kept_database(directory) as keep:
        with closing(sqlite3.connect(connection.creation._get_test_db_name())) as database:
            tables = database.execute("SELECT name FROM sqlite_master").fetchall()
            database.execute("CREATE TABLE IF NOT EXISTS made (one)")
            database.commit()
        if migrates:
            keep()
    return [name for (name,) in tables]


@pytest.mark.parametrize("changed", ["requirements.lock", "forum/0001_initial.py"])
def test_a_run_begins_with_what_another_migrated_until_something_changes(
    changed, code, tmp_path
):
    assert begin(tmp_path) == []
    (tmp_path / "database").unlink()
    assert begin(tmp_path) == ["made"]

    (code / changed).write_text("second")
    (tmp_path / "database").unlink()
    assert begin(tmp_path) == []
    assert len(list(tmp_path.glob("*.sqlite3"))) == 1


def test_a_run_that_could_not_migrate_keeps_nothing(code, tmp_path):
    begin(tmp_path, migrates=False)
    (tmp_path / "database").unlink()

    assert begin(tmp_path) == []
