"""The ZIP file of all that one takes along: data as JSON and as a page, and one's files.

It is written piece by piece while it is sent: nothing of it is kept, in memory or on a disk.
"""

import io
import json
from collections.abc import Iterable, Iterator
from itertools import batched
from pathlib import PurePath
from time import localtime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from accounts.base.data_export import export_labels, export_sections
from accounts.base.text import fold
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.files.names import clean_name
from forum.members.data_export.labels import FIELD_LABELS
from forum.members.data_export.queries import account_data, exported_sections

#: Where the data stand in the page. No text of ours has it.
_MARK = "\x00"
_ROWS_AT_ONCE = 20


class _Pieces(io.RawIOBase):
    """A file to write to, whose bytes are taken away as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        """Yes; it can be neither read nor sought in."""
        return True

    def write(self, content: Any) -> int:
        """Keep ``content`` until it is taken."""
        self._written.append(bytes(content))
        return len(content)

    def take(self) -> bytes:
        """What was written since the last time."""
        content, self._written = b"".join(self._written), []
        return content


def archive(person: User, viewer: Viewer) -> Iterator[bytes]:
    """The pieces of the ZIP file of what ``person``, who is ``viewer``, takes along.

    Files are stored as they are: pressing hundreds of megabytes would take a server's minute.
    """
    texts = {
        "donnees.html": _page(person, viewer),
        "donnees.json": data_as_json(person, viewer),
    }
    pieces = _Pieces()
    with ZipFile(pieces, "w", ZIP_DEFLATED) as file:
        for name, text in texts.items():
            with file.open(name, "w") as entry:
                for piece in text:
                    entry.write(piece.encode())
                    yield pieces.take()
        for name, stored in _named_apart(_own_files(person)):
            about = ZipInfo(name, localtime()[:6])
            with stored.open("rb") as source, file.open(about, "w") as entry:
                for chunk in source.chunks():
                    entry.write(chunk)
                    yield pieces.take()
    yield pieces.take()


def data_as_json(person: User, viewer: Viewer) -> Iterator[str]:
    """The pieces of one object: what the account says, and a list of rows for each section."""
    before = "{"
    for name, value in account_data(person).items():
        yield f"{before}\n {_as_json(name)}: {_as_json(value)}"
        before = ","
    for name, rows in exported_sections(person, viewer):
        yield f",\n {_as_json(name)}: ["
        before = ""
        for row in rows:
            yield f"{before}\n  {_as_json(row)}"
            before = ","
        yield "]"
    yield "\n}"


def _as_json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _page(person: User, viewer: Viewer) -> Iterator[str]:
    """The pieces of a page of the same. Empty values and sections are left out."""
    head, foot = render_to_string("members/data_export/archive.html", {"data": _MARK}).split(
        _MARK
    )
    names = {section.name: model._meta.verbose_name for model, section in export_sections()}
    yield head
    labels = FIELD_LABELS | export_labels()
    yield _rows_page("", [account_data(person)], labels)
    for name, rows in exported_sections(person, viewer):
        label = labels.get(name, names[name])
        for chunk in batched(rows, _ROWS_AT_ONCE, strict=False):
            yield _rows_page(label, chunk, labels)
            label = ""
    yield foot


def _rows_page(
    label: str | Promise | None,
    rows: Iterable[dict[str, Any]],
    labels: dict[str, Any],
) -> SafeString:
    context = {"label": label, "rows": [_pairs(row, labels) for row in rows]}
    return render_to_string("members/data_export/archive_rows.html", context)


def _pairs(row: dict[str, Any], labels: dict[str, Any]) -> list[tuple[str | Promise, Any]]:
    return [
        (labels.get(name, name.replace("_", " ")), value)
        for name, value in row.items()
        if value not in (None, "")
    ]


def _named_apart(
    files: Iterable[tuple[str, str, FieldFile]],
) -> Iterator[tuple[str, FieldFile]]:
    """``(name in the archive, file)``: of two that would have one name, the second a number."""
    numbers: dict[str, int] = {}  # The numbers of each name that were given so far.
    for folder, name, stored in files:
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        free, key = name, fold(f"{folder}/{name}")
        while (full_name := fold(f"{folder}/{free}")) in numbers:
            numbers[key] += 1
            free = f"{stem} ({numbers[key]}){dot}{ending}"
        numbers[full_name] = 1
        yield f"fichiers/{folder}/{free}", stored


def _own_files(person: User) -> Iterator[tuple[str, str, FieldFile]]:
    """``(section, name, file)`` of what the person sent, where it is still there.

    A file is called as ``donnees.json`` calls it; an act, which has no name, by its number.
    """
    if person.photo and person.photo.storage.exists(person.photo.name or ""):
        yield "account", "photo.webp", person.photo
    for model, section in export_sections():
        fields = [it for it in model._meta.concrete_fields if isinstance(it, FileField)]
        rows = section.objects_of(model, person)
        for row in rows.order_by("pk").iterator() if fields else ():
            for field in fields:
                stored = getattr(row, field.attname)
                if stored and stored.storage.exists(stored.name):
                    name = getattr(row, "name", f"{row.pk}{PurePath(stored.name).suffix}")
                    yield section.name, clean_name(name), stored
