"""The ZIP file of all that one takes along: data as JSON and as a page, and one's files.

It is written piece by piece while it is sent: nothing of it is kept, in memory or on a disk.
"""

import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain, count
from pathlib import PurePath
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string

from accounts.base.data_export import export_sections
from accounts.base.text import fold
from accounts.models import User
from forum.data_export.labels import FIELD_LABELS, SECTION_LABELS
from forum.files.names import clean_name


class _Pieces(io.RawIOBase):
    """A file to write to, whose bytes are taken away as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []

    def writable(self) -> bool:
        """Yes; it can be neither read nor sought in."""
        return True

    def write(self, some: Any) -> int:
        """Keep ``some`` until it is taken."""
        self._written.append(bytes(some))
        return len(some)

    def take(self) -> bytes:
        """What was written since the last time."""
        written, self._written = b"".join(self._written), []
        return written


def archive(data: dict[str, Any], person: User) -> Iterator[bytes]:
    """The pieces of the ZIP file of ``data``, the personal data of ``person``."""
    page = render_to_string("data_export/archive.html", {"parts": readable_parts(data)})
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    pieces = _Pieces()
    with ZipFile(pieces, "w", ZIP_DEFLATED) as file:
        file.writestr("donnees.html", page)
        file.writestr("donnees.json", text)
        yield pieces.take()
        for name, stored in _named_apart(_own_files(person)):
            with stored.open("rb") as source, file.open(name, "w") as entry:
                for chunk in source.chunks():
                    entry.write(chunk)
                    yield pieces.take()
    yield pieces.take()


def readable_parts(data: dict[str, Any]) -> list[tuple[Any, list[list[tuple[Any, Any]]]]]:
    """``(label, rows)`` of each section of ``data``; a row is ``(label, value)`` pairs.

    The first is what the account itself says. Empty values and sections are left out.
    """
    account = {name: value for name, value in data.items() if not isinstance(value, list)}
    names = {section.name: model._meta.verbose_name for model, section in export_sections()}
    parts = [("", [_pairs(account)])]
    for name, rows in data.items():
        if isinstance(rows, list) and rows:
            parts.append((SECTION_LABELS.get(name, names[name]), [_pairs(row) for row in rows]))
    return parts


def _pairs(row):
    return [
        (FIELD_LABELS.get(name, name.replace("_", " ")), value)
        for name, value in row.items()
        if value not in (None, "")
    ]


def _named_apart(
    files: Iterable[tuple[str, str, FieldFile]],
) -> Iterator[tuple[str, FieldFile]]:
    """``(name in the archive, file)``: of two that would bear one name, the second a number."""
    given: set[str] = set()
    for folder, name, stored in files:
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        names = (f"{stem} ({n}){dot}{ending}" for n in count(2))
        free = next(it for it in chain([name], names) if fold(f"{folder}/{it}") not in given)
        given.add(fold(f"{folder}/{free}"))
        yield f"fichiers/{folder}/{free}", stored


def _own_files(person: User) -> Iterator[tuple[str, str, FieldFile]]:
    """``(section, name, file)`` of what the person sent, where it is still there.

    A file is called as ``donnees.json`` calls it; an act, which has no name, by its number.
    """
    for model, section in export_sections():
        fields = [it for it in model._meta.concrete_fields if isinstance(it, FileField)]
        rows = model._default_manager.filter(section.condition, **{section.key: person.pk})
        for row in rows.order_by("pk") if fields else ():
            for field in fields:
                stored = getattr(row, field.attname)
                if stored and stored.storage.exists(stored.name):
                    name = getattr(row, "name", f"{row.pk}{PurePath(stored.name).suffix}")
                    yield section.name, clean_name(name), stored
