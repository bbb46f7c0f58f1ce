"""Files of the open data: typed, whole, safe to open, and of what a guest sees alone."""

import csv
import json
import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.urls import reverse

from accounts.viewers.rate_limits import ReadingRateLimit
from forum.library.open_data import queries, views
from forum.library.open_data.csv_files import csv_file
from forum.library.open_data.files import FILES
from forum.library.open_data.ods import render_ods
from forum.library.open_data.tables import SHEETS, TABLES, Column
from forum.library.sheets.models import PARTS
from forum.library.sheets.public_versions.actions import ConsentValues, answer_public_version
from tests.forum.library.sheets.public_helpers import SUMMARY, make_public
from tests.forum.library.sheets.sheet_helpers import TITLE, draft_of, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "files_folder")]

NAMESPACES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for name in ("office", "table", "text")
}


@pytest.fixture
def public(sheet, claire):
    """A sheet that all may read."""
    return make_public(sheet, claire)


def get(guest, name, ending, **headers):
    return guest.get(reverse("open-data-file", args=[name, ending]), headers=headers)


def cells(content, number=0):
    """The rows of a table of a spreadsheet, each cell as its type says."""
    body = ElementTree.fromstring(ZipFile(BytesIO(content)).read("content.xml"))
    table = body.findall(".//table:table", NAMESPACES)[number]
    office = f"{{{NAMESPACES['office']}}}"
    found = []
    for row in table.findall(".//table:table-row", NAMESPACES):
        values = []
        for cell in row.findall("table:table-cell", NAMESPACES):
            match cell.get(f"{office}value-type"):
                case "float":
                    values.append(Decimal(cell.get(f"{office}value")))
                case "date":
                    values.append(date.fromisoformat(cell.get(f"{office}date-value")))
                case "string":
                    lines = cell.findall("text:p", NAMESPACES)
                    values.append("\n".join(map(_words, lines)))
                case _:
                    values.append(None)
        found.append(values)
    return found


def _words(paragraph):
    """The text of a paragraph, its spaces in a row and tabs as they were."""
    found = paragraph.text or ""
    for part in paragraph:
        if part.tag == f"{{{NAMESPACES['text']}}}s":
            found += " " * int(part.get(f"{{{NAMESPACES['text']}}}c", 1))
        elif part.tag == f"{{{NAMESPACES['text']}}}tab":
            found += "\t"
        else:
            found += _words(part)
        found += part.tail or ""
    return found


def test_every_part_of_a_sheet_has_a_column():
    read = {column.name for column in SHEETS.columns}

    assert len(PARTS) == 8 and {"contexte", "realisation", "resultats", "sources"} <= read
    assert len(read) == len(SHEETS.columns)


def test_csv_for_programs_is_read_back_as_it_was(public, browser_of):
    answer = get(browser_of(None), "fiches", "csv")
    (row,) = csv.DictReader(StringIO(answer.content.decode()))

    assert answer["Content-Type"].startswith("text/csv")
    assert row["titre"] == TITLE and row["resume"] == SUMMARY
    assert row["habitants"] == "14000" and row["mise_en_service"] == "2023-10"
    assert date.fromisoformat(row["publiee_le"])
    assert row["adresse"] == f"http://testserver/experiences/publiques/{public.sheet_id}/"
    figures = list(csv.DictReader(StringIO(get(browser_of(None), "chiffres", "csv").text)))
    cost = figures[1]
    assert (cost["nature"], cost["valeur"], cost["unite"]) == ("investment", "450000", "€")
    assert (cost["saisi"], cost["annee"], cost["taxe"]) == ("450 k€ HT", "2023", "HT")


def test_csv_for_french_spreadsheets_has_a_bom_semicolons_and_decimal_commas():
    columns = [Column(name, "string", name, None) for name in "abc"]
    rows = [["x;y", Decimal("1.5"), date(2026, 3, 12)]]
    written = csv_file(columns, rows, is_french=True)

    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig") == 'a;b;c\r\n"x;y";1,5;12/03/2026\r\n'


@pytest.mark.parametrize("is_french", [False, True])
@pytest.mark.parametrize("typed", ["=1+1", "+33 2", "- un", "@SOMME(A1)", "\t=1", "\r=1"])
def test_no_text_in_csv_is_run_as_a_formula(typed, is_french):
    columns = [Column("a", "string", "a", None), Column("b", "number", "b", None)]
    written = csv_file(columns, [[typed, Decimal(-3)]], is_french=is_french)
    text, delimiter = written.decode("utf-8-sig"), ";" if is_french else ","
    _names, (cell, number) = csv.reader(StringIO(text, newline=""), delimiter=delimiter)

    assert cell == f"'{typed}" and number == "-3"


def test_the_spreadsheet_has_typed_cells_and_formulas_are_texts(
    draft, place, topics, claire, spaces, viewer_of, browser_of
):
    hostile = '=HYPERLINK("http://x")\n<b>&  deux\tmots\x0b\uffff'
    draft = draft_of(viewer_of(claire), place, topics[0], results=hostile)
    make_public(publish(draft, viewer_of(claire), spaces["network"]), claire)
    answer = get(browser_of(None), "experiences", "ods")
    package = ZipFile(BytesIO(answer.content))
    first = package.infolist()[0]

    assert answer["Content-Type"] == package.read("mimetype").decode()
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    names, row = cells(answer.content)
    said = dict(zip(names, row, strict=True))
    assert said["habitants"] == 14000 and isinstance(said["publiee_le"], date)
    assert said["resultats"] == '=HYPERLINK("http://x")\n<b>&  deux\tmots'
    figures = cells(answer.content, 1)
    assert figures[1][figures[0].index("valeur")] == 300
    assert b"table:formula" not in package.read("content.xml")


def test_the_same_rows_give_the_same_spreadsheet():
    columns = [Column("a", "string", "a", None)]
    once, again = (render_ods("T", [("F", columns, [["x"]])]) for _n in range(2))

    assert once == again


def test_json_has_the_sheets_with_their_figures(public, browser_of):
    data = json.loads(get(browser_of(None), "experiences", "json").content)
    (one,) = data["fiches"]

    assert one["titre"] == TITLE and one["habitants"] == 14000
    assert [it["valeur"] for it in one["chiffres"]] == [300, 450000]
    assert one["auteurs"].startswith("Claire Le Bihan, ")


def test_the_data_package_says_every_column_of_every_csv(public, browser_of):
    guest = browser_of(None)
    package = json.loads(get(guest, "datapackage", "json").content)

    assert package["profile"] == "tabular-data-package"
    assert {one["name"] for one in package["licenses"]} == {"etalab-2.0", "cc-by-sa-4.0"}
    assert len(package["resources"]) == 4
    for resource in package["resources"]:
        delimiter = resource.get("dialect", {}).get("delimiter", ",")
        text = guest.get(resource["path"]).content.decode("utf-8-sig")
        rows = list(csv.DictReader(StringIO(text), delimiter=delimiter))
        fields = resource["schema"]["fields"]
        assert rows and list(rows[0]) == [field["name"] for field in fields]
        for row in rows:
            for field in fields:
                _hold(field, row[field["name"]])


def _hold(field, cell):
    """Hold a cell to its field, as a validator of Table Schema does."""
    constraints = field.get("constraints", {})
    if not cell:
        assert not constraints.get("required"), field["name"]
        return
    if field["type"] == "integer":
        int(cell)
    elif field["type"] == "number":
        Decimal(cell.replace(field.get("decimalChar", "."), "."))
    elif field["type"] == "date":
        datetime.strptime(cell, field.get("format", "%Y-%m-%d"))  # noqa: DTZ007
    assert re.fullmatch(constraints.get("pattern", ".*"), cell, re.DOTALL)
    assert cell in constraints.get("enum", [cell])


@pytest.mark.parametrize("name", TABLES)
def test_each_table_has_a_schema_of_its_own(name, browser_of):
    schema = json.loads(get(browser_of(None), f"{name}-schema", "json").content)

    assert [one["name"] for one in schema["fields"]] == [
        one.name for one in TABLES[name].columns
    ]
    assert "primaryKey" in schema or schema["foreignKeys"][0]["fields"] == "fiche"


@pytest.mark.parametrize(("name", "ending"), FILES)
def test_a_browser_asks_again_each_time_and_is_told_what_changed(
    name, ending, public, claire, viewer_of, browser_of
):
    guest = browser_of(None)
    first = get(guest, name, ending)
    assert first.status_code == 200 and first["Cache-Control"] == "no-cache"
    again = get(guest, name, ending, if_none_match=first["ETag"])
    assert again.status_code == 304 and not again.content
    assert get(browser_of(claire), name, ending).content == first.content

    answer_public_version(public.pk, viewer_of(claire), ConsentValues("no"))
    after = get(guest, name, ending, if_none_match=first["ETag"])
    is_of_sheets = "schema" not in name and name not in ("datapackage", "fils")
    assert after.status_code == (200 if is_of_sheets else 304)
    assert TITLE.encode() not in after.content


def test_all_are_called_what_the_pages_call_them(public, browser_of):
    guest, name = browser_of(None), "Fiches publiques\u00a0:"
    spreadsheet = get(guest, "experiences", "ods").content
    package = json.loads(get(guest, "datapackage", "json").content)

    assert name in ZipFile(BytesIO(spreadsheet)).read("meta.xml").decode()
    assert name in get(guest, "fiches", "atom").content.decode()
    assert package["title"].startswith(name)
    assert "expériences publiques" not in guest.get(reverse("open-data")).text.lower()


def test_files_are_french_whoever_asks(public, browser_of):
    guest = browser_of(None)
    french = get(guest, "chiffres", "csv").content

    assert get(guest, "chiffres", "csv", accept_language="en").content == french


def test_files_have_pages(public, sheet, draft, place, topics, claire, spaces, viewer_of,
                          browser_of, monkeypatch):  # fmt: skip
    actor, other = viewer_of(claire), "Une autre chaufferie au bois, plus petite"
    second = draft_of(actor, place, topics[0], title=other)
    make_public(publish(second, actor, spaces["network"]), claire)
    monkeypatch.setattr(queries, "FILE_SHEETS", 1)
    guest = browser_of(None)
    found = [guest.get(f"/donnees-ouvertes/fiches.csv?page={n}").text for n in (1, 2, 3)]

    assert TITLE in found[0] and other in found[1] and found[2].count("\r\n") == 1


def test_a_file_that_there_is_not_is_not_found(browser_of):
    for name, ending in (("fiches", "xlsx"), ("comptes", "csv")):
        assert get(browser_of(None), name, ending).status_code == 404


def test_files_are_asked_for_so_often_and_no_oftener(browser_of, monkeypatch):
    limit = ReadingRateLimit("open_data_tried", people="2/10m/user", guests="2/10m/ip")
    monkeypatch.setattr(views, "_FILES", limit)
    guest = browser_of(None)
    assert [get(guest, "fiches", "atom").status_code for _n in range(3)] == [200, 200, 429]
