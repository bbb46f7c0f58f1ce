"""What realtime/README.md names exists: tests, files, close codes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from bench import reader
from realtime import limits

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "realtime" / "README.md").read_text()
PROOFS = sorted(set(re.findall(r"`([\w/]+/test_\w+\.py)::(\w+)`", README)))


@pytest.mark.parametrize(("file", "test"), PROOFS)
def test_the_proof_of_a_line_of_the_failure_table_exists(file, test):
    assert re.search(rf"^(async )?def {test}\(", (ROOT / "tests" / file).read_text(), re.M)


def test_each_line_of_the_failure_table_has_a_proof():
    table = README.split("## What fails")[1].split("\n\n")[2].splitlines()[2:]

    assert len(table) > 30 and len(PROOFS) > 30
    assert [line for line in table if "::test_" not in line] == []


def test_each_module_is_in_the_table_of_modules():
    modules = {path.name for path in (ROOT / "realtime").glob("*.py")} - {"__init__.py"}
    named = set(re.findall(r"\[`(\w+\.py)`\]\(\1\)", README))

    assert named == modules


def test_each_close_code_is_in_the_table_of_codes():
    codes = {
        value
        for name, value in vars(limits).items()
        if name.isupper() and isinstance(value, int) and 4000 <= value < 5000
    }
    table = README.split("| Code |")[1].split("\n\n")[0]

    assert {int(code) for code in re.findall(r"\b4\d{3}\b", table)} - codes == set()
    assert codes - {int(code) for code in re.findall(r"\b4\d{3}\b", table)} == set()


def test_the_readers_of_bench_load_again_for_the_codes_that_mean_it():
    assert {limits.NOT_FOUND, limits.RELOAD} == reader.RELOADS
