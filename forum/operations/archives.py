"""An archive with the sum of each of its parts, so that one sees whether it is whole.

It is a tar file: ``manifest.json`` first, then the parts, and ``SHA256SUMS`` last.
"""

import hashlib
import json
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
#: Told how much is done: the bytes of one more part.
Progress = Callable[[int], object]


class BadArchive(Exception):
    """An archive that cannot be restored; the text says why."""


class ArchiveWriter:
    """Writes the parts of an archive into ``tar``; ``finish`` it in the end."""

    def __init__(
        self, tar: tarfile.TarFile, manifest: dict[str, Any], progress: Progress
    ) -> None:
        self._tar, self._progress = tar, progress
        self._sums: dict[str, str] = {}
        self._add_bytes(MANIFEST, json.dumps(manifest, indent=1).encode())

    def add_file(self, name: str, path: Path) -> None:
        """Add a file, unless it has gone meanwhile, as a withdrawn request's act."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            self._sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            info = self._tar.gettarinfo(arcname=name, fileobj=file)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            self._tar.addfile(info, file)
        self._progress(info.size)

    def finish(self) -> None:
        """Add the sums, without which the archive is not whole."""
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in self._sums.items())
        self._add_bytes(SUMS, sums.encode())

    def _add_bytes(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        self._tar.addfile(info, BytesIO(content))
        self._sums[name] = hashlib.sha256(content).hexdigest()


def read_archive(path: Path, progress: Progress) -> dict[str, Any]:
    """Read all of an archive and return its manifest.

    Raise BadArchive where it is none, or any part is missing, cut off, altered or too many.
    """
    try:
        with tarfile.open(path) as tar:
            manifest, found, sums = _read_parts(tar, progress)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise BadArchive(f"It is no archive, or it is cut off: {error}") from error
    if sums is None or manifest is None:
        raise BadArchive(f"It is cut off: {MANIFEST if sums else SUMS} is missing.")
    names = sorted(sums.keys() | found.keys())
    if wrong := [name for name in names if sums.get(name) != found.get(name)]:
        raise BadArchive(f"These parts are not as they were written: {', '.join(wrong[:5])}")
    return manifest


def _read_parts(tar: tarfile.TarFile, progress: Progress) -> tuple[Any, dict[str, str], Any]:
    """The manifest, ``{name: hash}`` of the parts, and what SHA256SUMS says that they are."""
    manifest, sums = None, None
    found: dict[str, str] = {}
    for member in tar:
        file = tar.extractfile(member)
        if file is None or ".." in Path(member.name).parts or member.name.startswith("/"):
            raise BadArchive(f"It holds what no backup does: {member.name}")
        if member.name == SUMS:
            lines = (line.partition("  ") for line in file.read().decode().splitlines())
            sums = {name: sha256 for sha256, _blanks, name in lines}
            continue
        found[member.name] = hashlib.file_digest(file, "sha256").hexdigest()
        progress(member.size)
        if member.name == MANIFEST:
            file.seek(0)
            manifest = json.load(file)
    return manifest, found, sums
