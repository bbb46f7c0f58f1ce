"""Tables as an OpenDocument spreadsheet: a zip of four small files, cells with their types.

Written by hand, as texts are in ``accounts/charter/act_templates/odt.py``: the libraries that
write it are old or slow. The same rows give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from io import BytesIO
from re import Match
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from accounts.base.text import without_controls
from forum.library.open_data.tables import Column, Value

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = (
    f'xmlns:office="{_URN}:office:1.0" xmlns:style="{_URN}:style:1.0" '
    f'xmlns:text="{_URN}:text:1.0" xmlns:table="{_URN}:table:1.0" '
    f'xmlns:number="{_URN}:datastyle:1.0" xmlns:fo="{_URN}:xsl-fo-compatible:1.0" '
    f'xmlns:meta="{_URN}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'office:version="1.3"'
)
#: Dates as one writes them in French, and the first line in bold.
_STYLES = (
    "<office:automatic-styles>"
    '<number:date-style style:name="day" number:language="fr" number:country="FR"'
    ' number:automatic-order="false"><number:day number:style="long"/>'
    "<number:text>/</number:text>"
    '<number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles>"
)
#: What a paragraph would swallow: spaces in a row, and tabs.
_BLANKS = re.compile(r"  +|\t")
#: Characters of a cell that spreadsheets take.
_MAX_CELL = 32_000


def render_ods(
    title: str, tables: Iterable[tuple[str, Iterable[Column], Iterable[list[Value]]]]
) -> bytes:
    """The bytes of a spreadsheet of ``tables``: each its name, columns and rows."""
    files = {
        "META-INF/manifest.xml": _manifest(),
        "meta.xml": f"{_XML}<office:document-meta {_NAMESPACES}><office:meta>"
        f"<dc:title>{escape(title)}</dc:title><dc:language>fr-FR</dc:language>"
        "</office:meta></office:document-meta>",
    }
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        # First and not compressed, so that its bytes say what the file is.
        package.writestr(ZipInfo("mimetype"), MEDIA_TYPE, ZIP_STORED)
        for name, content in files.items():
            package.writestr(ZipInfo(name), content, ZIP_DEFLATED)
        about = ZipInfo("content.xml")
        about.compress_type = ZIP_DEFLATED
        with package.open(about, "w") as content_file:
            for text in _content(tables):
                content_file.write(text.encode())
    return buffer.getvalue()


def _content(
    tables: Iterable[tuple[str, Iterable[Column], Iterable[Sequence[Value]]]],
) -> Iterator[str]:
    """The texts of the file of cells, a row at a time: all together take much memory."""
    yield f"{_XML}<office:document-content {_NAMESPACES}>{_STYLES}<office:body>"
    yield "<office:spreadsheet>"
    for table in tables:
        yield from _table(*table)
    yield "</office:spreadsheet></office:body></office:document-content>"


def _table(
    name: str, columns: Iterable[Column], rows: Iterable[Sequence[Value]]
) -> Iterator[str]:
    columns = tuple(columns)
    head = "".join(_text(column.name, 'table:style-name="head"') for column in columns)
    yield (
        f'<table:table table:name="{escape(name)}">'
        f'<table:table-column table:number-columns-repeated="{len(columns)}"/>'
        f"<table:table-header-rows><table:table-row>{head}</table:table-row>"
        "</table:table-header-rows>"
    )
    for row in rows:
        yield f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"
    yield "</table:table>"


def _cell(value: Value) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, int | Decimal):
        number = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return (
            f'<table:table-cell office:value-type="float" office:value="{number}">'
            f"<text:p>{number}</text:p></table:table-cell>"
        )
    if isinstance(value, date):
        return (
            '<table:table-cell table:style-name="date" office:value-type="date"'
            f' office:date-value="{value}"><text:p>{value:%d/%m/%Y}</text:p></table:table-cell>'
        )
    return _text(value)


def _text(words: str, style: str = "") -> str:
    shown = without_controls(words)[:_MAX_CELL]
    paragraphs = "".join(f"<text:p>{_spaced(it)}</text:p>" for it in shown.splitlines() or [""])
    style = f" {style}" if style else ""
    return (
        f'<table:table-cell{style} office:value-type="string">{paragraphs}</table:table-cell>'
    )


def _spaced(words: str) -> str:
    def blank(match: Match[str]) -> str:
        if match[0] == "\t":
            return "<text:tab/>"
        return f' <text:s text:c="{len(match[0]) - 1}"/>'

    return _BLANKS.sub(blank, escape(words))


def _manifest() -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (
            ("/", MEDIA_TYPE),
            ("content.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    return (
        f'{_XML}<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" manifest:version="1.3">'
        f"{entries}</manifest:manifest>"
    )
