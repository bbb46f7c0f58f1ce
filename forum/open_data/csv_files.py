"""Tables as CSV: the plain form for programs, and the one that French spreadsheets open."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import StringIO

from forum.open_data.tables import Column, Value

#: A cell that begins with one of these may be run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


def csv_file(
    columns: Iterable[Column], rows: Iterable[list[Value]], *, is_french: bool = False
) -> bytes:
    """The table with a line of names. French: semicolons, decimal commas, days first, a BOM.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    out = StringIO(newline="")
    written = csv.writer(out, delimiter=";" if is_french else ",", lineterminator="\r\n")
    written.writerow([column.name for column in columns])
    cell = _french if is_french else _plain
    written.writerows([cell(value) for value in row] for row in rows)
    return ((_BOM if is_french else "") + out.getvalue()).encode()


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
