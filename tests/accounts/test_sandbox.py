"""A decoder that a stranger has taken over gets nowhere: it decodes, or is stopped."""

import sys
from dataclasses import replace

import pytest

from accounts.base import sandbox_program
from accounts.base.sandbox import Bounds, DecoderStopped, missing_walls, run_decoder
from tests.accounts import hostile_decoder

BOUNDS = Bounds(cpu_seconds=2, seconds=20, memory=150 * 10**6, output=10_000)

with_walls = pytest.mark.skipif(
    sys.platform != "linux" or bool(missing_walls()),
    reason="needs a kernel with Landlock, and libseccomp",
)


def outcome(deed, content="", **bounds):
    bounds = replace(BOUNDS, **bounds)
    decoder = hostile_decoder.__file__
    return run_decoder(decoder, str(content).encode(), deed, bounds=bounds).decode()


def test_no_secret_is_in_its_environment(monkeypatch):
    monkeypatch.setenv("FORUM_SECRET_KEY", "x" * 50)
    monkeypatch.setenv("DATABASE_URL", "postgres://user:password@host/name")

    assert outcome("environment") in (
        "{'MALLOC_ARENA_MAX': '1'}",
        "{'MALLOC_ARENA_MAX': '1', 'LC_CTYPE': 'C.UTF-8'}",  # Python's own.
    )


@with_walls
def test_it_reads_no_file_but_those_of_its_libraries(tmp_path):
    database = tmp_path / "foirail.sqlite3"
    database.write_bytes(b"SQLite format 3")
    manage = sandbox_program.__file__

    assert outcome("read", database) == "PermissionError"
    assert outcome("read", manage) == "PermissionError"
    assert outcome("read", "/etc/passwd") == "PermissionError"
    assert outcome("list", tmp_path) == "PermissionError"
    assert outcome("read the parent's environment") == "PermissionError"
    assert outcome("read the parent's memory") == "PermissionError"


@with_walls
def test_it_writes_and_deletes_no_file(tmp_path):
    file = tmp_path / "there"
    file.write_text("as it was")
    for deed, place in {
        "make a file": tmp_path, "make a folder": tmp_path, "write": file, "delete": file,
        "take a file in memory": "",
    }.items():  # fmt: skip
        assert (deed, outcome(deed, place)) == (deed, "PermissionError")

    assert [it.read_text() for it in tmp_path.iterdir()] == ["as it was"]


@with_walls
@pytest.mark.parametrize(
    "deed",
    ["connect", "connect on this machine", "send", "fork", "run a program", "end the parent"],
)
def test_it_reaches_nobody_and_starts_nothing(deed):
    assert outcome(deed) == "PermissionError"


@with_walls
def test_it_starts_threads_where_its_library_needs_them():
    assert outcome("start a thread") == "RuntimeError"
    assert outcome("start a thread", threads=True) == "None"
    assert outcome("fork", threads=True) == "PermissionError"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_it_allocates_within_its_bounds():
    assert outcome("allocate", 50) == str(50 * 10**6)
    assert outcome("allocate", 160) == "MemoryError"


@pytest.mark.parametrize(
    ("deed", "bounds"),
    [("loop", {"seconds": 0.2}), ("print without end", {}), ("fail", {})],
)
def test_it_is_stopped_where_it_comes_to_no_end(deed, bounds):
    with pytest.raises(DecoderStopped):
        outcome(deed, **bounds)


def test_its_processor_time_is_bounded_for_good():
    assert outcome("limit of processor time") == "(2, 2)"


@with_walls
def test_it_cannot_raise_its_limits():
    assert outcome("raise a limit") == "ValueError"
