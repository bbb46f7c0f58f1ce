"""What LibreOffice reads in the files of the open data: ``make open-data``."""

import csv
import subprocess
from datetime import date
from decimal import Decimal

import pytest

from forum.library.open_data.csv_files import csv_file
from forum.library.open_data.ods import render_ods
from forum.library.open_data.tables import Column
from tests.forum.library.open_data.test_files import cells

COLUMNS = [
    Column("texte", "string", "Texte", None), Column("nombre", "number", "Nombre", None),
    Column("entier", "integer", "Entier", None), Column("jour", "date", "Jour", None),
]  # fmt: skip
TEXTS = ["Éolien ; l’été", "=1+1", "+33", "@A1", "deux\nlignes", 'des "guillemets"', "a  b"]
ROWS = [[text, Decimal("1234.5"), 14000, date(2026, 3, 12)] for text in TEXTS]
#: Semicolons, quotes, UTF-8, from the first line, French; numbers and dates are recognised.
FRENCH = "CSV:59,34,76,1,,1036,false,true"


@pytest.fixture
def office(tmp_path):
    """Converts a file with LibreOffice; gives the path of what it wrote."""

    def convert(name, content, to, *options):
        source, out = tmp_path / name, tmp_path / "out"
        source.write_bytes(content)
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        command += [*options, "--convert-to", to, "--outdir", str(out), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603
        (written,) = out.iterdir()
        return written

    return convert


def test_it_reads_the_spreadsheet_with_its_types(office):
    written = office("a.ods", render_ods("T", [("F", COLUMNS, ROWS)]), "ods")
    names, *rows = cells(written.read_bytes())[: len(ROWS) + 1]

    assert names == [column.name for column in COLUMNS]
    assert rows == ROWS


def test_it_reads_the_spreadsheet_as_csv(office):
    written = office("a.ods", render_ods("T", [("F", COLUMNS, ROWS)]), "csv")
    with written.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))

    assert [row[0] for row in rows[1:]] == TEXTS
    assert {row[3] for row in rows[1:]} == {"12/03/2026"}


def test_it_reads_french_csv_with_numbers_and_dates_and_runs_no_formula(office):
    content = csv_file(COLUMNS, ROWS, is_french=True)
    written = office("a.csv", content, "ods", f"--infilter={FRENCH}")
    names, *rows = cells(written.read_bytes())[: len(ROWS) + 1]

    assert names == [column.name for column in COLUMNS]
    for text, (found, number, whole, day) in zip(TEXTS, rows, strict=True):
        assert found.lstrip("'") == text
        assert (number, whole, day) == (Decimal("1234.5"), 14000, date(2026, 3, 12))
