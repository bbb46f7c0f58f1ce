"""The files of the open data: by name, what is in each and what it is sent as."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.base.translations import network_name
from forum.library.open_data import ods, tables
from forum.library.open_data.csv_files import csv_file
from forum.library.open_data.data_package import data_package, schema_of
from forum.library.open_data.feeds import sheets_feed, threads_feed
from forum.library.open_data.queries import (
    public_threads,
    public_versions_of_feed,
    public_versions_of_file,
)
from forum.library.sheets.public_versions.models import PublicVersion


class FileQuery(NamedTuple):
    """A query for a file: its page, its own path, and what makes paths addresses."""

    page: int
    path: str
    absolute: Callable[[str], str]

    def versions(self) -> Iterator[PublicVersion]:
        """The sheets of that page, which are read as one goes through them."""
        return public_versions_of_file(self.page)


class DataFile(NamedTuple):
    """A file: its bytes, by query; its media type; whether a browser saves it."""

    content: Callable[[FileQuery], bytes]
    media_type: str
    is_saved: bool = False


_CSV, _JSON = "text/csv; charset=utf-8", "application/json"
_ATOM = "application/atom+xml; charset=utf-8"


def _csv(table: tables.Table, *, is_french: bool = False) -> DataFile:
    def content(query: FileQuery) -> bytes:
        rows = table.values(query.versions(), query.absolute)
        return csv_file(table.columns, rows, is_french=is_french)

    return DataFile(content, _CSV, is_saved=True)


def _spreadsheet(query: FileQuery) -> bytes:
    figures: list[list[tables.Value]] = []  # Of the sheets that the first table has.

    def sheets() -> Iterator[PublicVersion]:
        for version in query.versions():
            figures.extend(tables.FIGURES.values([version], query.absolute))
            yield version

    first, second = tables.SHEETS, tables.FIGURES
    sheet_tables = [
        (first.title, first.columns, first.values(sheets(), query.absolute)),
        (second.title, second.columns, figures),
    ]
    return ods.render_ods(f"Fiches publiques : {network_name().name}", sheet_tables)


def _json(query: FileQuery) -> bytes:
    """The sheets, each with its figures in it."""
    encoded = []
    for version in query.versions():
        (sheet,) = _records(tables.SHEETS, [version], query)
        figures = _records(tables.FIGURES, [version], query)
        sheet["chiffres"] = [
            {name: value for name, value in row.items() if name != "fiche"} for row in figures
        ]
        # Without an indent, which is slow to write.
        encoded.append(json.dumps(sheet, ensure_ascii=False).encode())
    network = json.dumps(network_name().name, ensure_ascii=False).encode()
    return b'{"reseau": %b, "fiches": [\n%b\n]}\n' % (network, b",\n".join(encoded))


def _records(table: tables.Table, versions: Sequence[PublicVersion], query: FileQuery) -> Any:
    names = [column.name for column in table.columns]
    rows = table.values(versions, query.absolute)
    return [dict(zip(names, map(_json_value, row), strict=True)) for row in rows]


def _json_value(value: tables.Value) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return str(value)
    return None if value == "" else value


def _schema(table: tables.Table) -> DataFile:
    return DataFile(lambda _asked: _dumped(schema_of(table)), _JSON)


def _package(query: FileQuery) -> bytes:
    return _dumped(data_package(network_name().name, query.absolute))


def _sheets_feed(query: FileQuery) -> bytes:
    versions = public_versions_of_feed()
    return sheets_feed(versions, network_name().name, query.absolute, query.path)


def _threads_feed(query: FileQuery) -> bytes:
    return threads_feed(public_threads(), network_name().name, query.absolute, query.path)


def _dumped(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


#: By name and ending.
FILES: dict[tuple[str, str], DataFile] = {
    ("fiches", "csv"): _csv(tables.SHEETS),
    ("chiffres", "csv"): _csv(tables.FIGURES),
    ("fiches-tableur", "csv"): _csv(tables.SHEETS, is_french=True),
    ("chiffres-tableur", "csv"): _csv(tables.FIGURES, is_french=True),
    ("experiences", "ods"): DataFile(_spreadsheet, ods.MEDIA_TYPE, is_saved=True),
    ("experiences", "json"): DataFile(_json, _JSON),
    ("fiches-schema", "json"): _schema(tables.SHEETS),
    ("chiffres-schema", "json"): _schema(tables.FIGURES),
    ("datapackage", "json"): DataFile(_package, _JSON),
    ("fiches", "atom"): DataFile(_sheets_feed, _ATOM),
    ("fils", "atom"): DataFile(_threads_feed, _ATOM),
}
