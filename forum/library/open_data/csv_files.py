"""Tables as CSV: the plain form for programs, and the one that French spreadsheets open."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain

from forum.library.open_data.tables import Column, Value

#: A cell that begins with one of these may be run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


def csv_file(
    columns: Iterable[Column], rows: Iterable[list[Value]], *, is_french: bool = False
) -> bytes:
    """The table with a line of names. French: semicolons, decimal commas, days first, a BOM.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    buffer, line = BytesIO(), StringIO(newline="")
    buffer.write(_BOM.encode() if is_french else b"")
    writer = csv.writer(line, delimiter=";" if is_french else ",", lineterminator="\r\n")
    cell = _french if is_french else _plain
    names: list[Value] = [column.name for column in columns]
    for row in chain([names], rows):  # A line at a time: text takes more memory than bytes.
        writer.writerow([cell(value) for value in row])
        buffer.write(line.getvalue().encode())
        line.seek(0), line.truncate()
    return buffer.getvalue()


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | date):
        return str(value)
    return f"'{value}" if value.startswith(_FORMULA) else value


def _french(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return _plain(value)
