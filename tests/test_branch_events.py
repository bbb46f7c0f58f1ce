"""Coverage by events finds what coverage by tracing finds."""

import os
import subprocess
import sys

import pytest

SAMPLE = """
import contextlib

def first(items):
    for item in items:
        if item > 2:
            return item
        elif item < 0:
            break
    else:
        return None
    while items:
        items = items[1:]
    return -1

def kinds(value, *, strict=False):
    with contextlib.suppress(ValueError):
        match value:
            case int() if strict:
                raise ValueError
            case int() | float():
                return "number"
            case _:
                pass
    try:
        return value["kind"] if isinstance(value, dict) else [it for it in value if it]
    except KeyError:
        return "none"
    finally:
        if strict:
            value = None

def each(count):
    while count:
        yield count
        count -= 1 if count > 1 else 2
        if count < 0: break

one_way = [first([1, 2]), first([5]), kinds(1), kinds(1.0)]
both_ways = [list(each(0)), list(each(2)), next(each(3)), kinds("ab"), kinds({}, strict=True)]
print([c for c in "abc" if c > "a" and c < "c"])
"""
MEASURE = """
import json, runpy, sys
from coverage import Coverage
measure = Coverage(data_file=None, branch=True, include=["sample.py"], config_file=False)
with measure.collect():
    sample = runpy.run_path("sample.py")
    running = sample["each"](2)
    next(running)
with measure.collect():  # As after a test that is not measured: what runs by then is no error.
    assert list(running) == [1]
lines = measure.analysis2("sample.py")[3]
arcs = measure._analyze("sample.py").missing_branch_arcs()
print(measure._collector.tracer_name())
print(lines, sorted((start, sorted(ends)) for start, ends in arcs.items()))
"""


def measured(folder, before):
    """The tracer's name; the lines and branches that it misses in the sample."""
    environment = {"PYTHONPATH": os.getcwd(), "PATH": os.environ["PATH"]}
    (folder / "sample.py").write_text(SAMPLE)
    done = subprocess.run(
        [sys.executable, "-c", before + MEASURE],
        cwd=folder, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[-2:]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="coverage.py does it by itself")
def test_events_and_tracing_miss_the_same_lines_and_branches(tmp_path):
    traced, missed = measured(tmp_path, "")
    assert traced != "BranchMonitor"
    assert measured(tmp_path, "import tests.branch_events\n") == ["BranchMonitor", missed]
    assert ", [" in missed
