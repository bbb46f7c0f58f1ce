"""The ZIP file of all that one takes along: a page to begin with, JSON, and one's files.

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

from django.core.files.storage import Storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import FileField
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.base.data_export import export_labels, export_sections
from accounts.base.text import fold
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.files.names import clean_name
from forum.members.data_export.labels import FIELD_LABELS
from forum.members.data_export.queries import account_data, exported_sections

type Labels = dict[str, str | Promise]
type _Pair = tuple[str | Promise, Any]
#: Where a file is: a storage, and its name there.
type _Stored = tuple[Storage, str]

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

    Its names are words of the person's language. Files are stored as they are: pressing
    hundreds of megabytes would take a server's minute.
    """
    files = list(_named_apart(_own_files(person)))
    texts = {
        "index.html": _page(person, viewer, [name for name, _stored in files]),
        gettext("donnees.json"): data_as_json(person, viewer),
    }
    pieces = _Pieces()
    with ZipFile(pieces, "w", ZIP_DEFLATED) as file:
        for name, text in texts.items():
            with file.open(name, "w") as entry:
                for piece in text:
                    entry.write(piece.encode())
                    yield pieces.take()
        for name, (storage, stored_name) in files:
            about = ZipInfo(name, localtime()[:6])
            with storage.open(stored_name) as source, file.open(about, "w") as entry:
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


def _page(person: User, viewer: Viewer, files: list[str]) -> Iterator[str]:
    """The pieces of a page of the same, which begins with what is in it and in the archive.

    Empty values and sections are left out.
    """
    labels = FIELD_LABELS | export_labels()
    context = {"contents": _contents(person, labels), "files": files, "data": _MARK}
    page = render_to_string("members/data_export/archive.html", context)
    head, foot = page.split(_MARK)
    yield head
    yield _rows_page("account", [_pairs(account_data(person), labels, {})], labels)
    choices = {section.name: section.choices_of(model) for model, section in export_sections()}
    for name, rows in exported_sections(person, viewer):
        heading = name
        for chunk in batched(rows, _ROWS_AT_ONCE, strict=False):
            pairs = [_pairs(row, labels, choices[name]) for row in chunk]
            yield _rows_page(heading, pairs, labels)
            heading = ""
    yield foot


def _contents(person: User, labels: Labels) -> Iterator[tuple[str, str | Promise, int]]:
    """``(name, label, number of rows)`` of each section that has some."""
    for model, section in export_sections():
        if count := section.objects_of(model, person).count():
            yield section.name, labels[section.name], count


def _rows_page(name: str, rows: list[list[_Pair]], labels: Labels) -> SafeString:
    """Rows of the section ``name``, "" where it goes on."""
    context = {"name": name, "label": labels.get(name), "rows": rows}
    return render_to_string("members/data_export/archive_rows.html", context)


def _pairs(
    row: dict[str, Any], labels: Labels, choices: dict[str, dict[Any, str | Promise]]
) -> list[_Pair]:
    """``(label, value)`` of what ``row`` says, with the words of what was chosen."""
    return [
        (
            labels.get(name, name.replace("_", " ")),
            choices[name].get(value, value) if name in choices else value,
        )
        for name, value in row.items()
        if value not in (None, "")
    ]


def _named_apart(
    files: Iterable[tuple[str, str, _Stored]],
) -> Iterator[tuple[str, _Stored]]:
    """``(name in the archive, file)``: of two that would have one name, the second a number."""
    numbers: dict[str, int] = {}  # The numbers of each name that were given so far.
    for folder, name, stored in files:
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        free, key = name, fold(f"{folder}/{name}")
        while (full_name := fold(f"{folder}/{free}")) in numbers:
            numbers[key] += 1
            free = f"{stem} ({numbers[key]}){dot}{ending}"
        numbers[full_name] = 1
        yield f"{folder}/{free}", stored


def _own_files(person: User) -> Iterator[tuple[str, str, _Stored]]:
    """``(folder, name, file)`` of what the person sent, where it is still there.

    A folder is called as the section is, a file as ``donnees.json`` calls it; one that has no
    name, as what it is: *acte*.
    """
    labels, files = FIELD_LABELS | export_labels(), gettext("fichiers")
    if person.photo and person.photo.storage.exists(person.photo.name or ""):
        stored = person.photo.storage, person.photo.name or ""
        yield f"{files}/{labels['account']}", gettext("photo") + ".webp", stored
    for model, section in export_sections():
        fields = [it for it in model._meta.concrete_fields if isinstance(it, FileField)]
        rows = section.objects_of(model, person)
        for row in rows.order_by("pk").iterator() if fields else ():
            for field in fields:
                file = getattr(row, field.attname)
                if file and file.storage.exists(file.name):
                    suffix = PurePath(file.name).suffix
                    name = getattr(row, "name", f"{field.verbose_name}{suffix}")
                    folder = f"{files}/{labels[section.name]}"
                    yield folder, clean_name(name), (file.storage, file.name)
