"""An archive with the sum of each of its parts, so that one sees whether it is whole.

It is a plain tar file: the parts, then ``manifest.json``, and ``SHA256SUMS`` last. What is
read may come from anywhere: only plain files with names of ours are taken, and whatever the
archive claims, no more than ``_CHUNK`` bytes and the sums of the parts are in memory.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Set
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from typing import IO, Any

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
#: Files of a site, at most.
MAX_PARTS = 1_000_000
#: Told how much is done: the bytes of one more part.
Progress = Callable[[int], object]
#: Where a part is written to as it is read, or None.
Target = Callable[[str], Path | None]

_CHUNK = 2**20
#: So many of the parts that are wrong are named.
_NAMED = 5
#: Signs of ASCII that any system can name a file with, in folders; nothing hidden.
_NAME = re.compile(r"(?:(?!\.)[!-.0-\[\]-~]{1,255}(?:/(?=.)|$)){1,10}")


class BackupError(Exception):
    """A backup or a restoration that cannot be made; the text says why."""


class BadArchive(BackupError):
    """An archive that cannot be restored; the text says why."""


class ArchiveWriter:
    """Writes the parts of an archive into ``tar``; ``finish`` it in the end."""

    def __init__(self, tar: tarfile.TarFile, progress: Progress) -> None:
        self._tar, self._progress = tar, progress
        self._sums: dict[str, str] = {}

    @property
    def names(self) -> Set[str]:
        """The names of the parts that it has."""
        return self._sums.keys()

    def add_file(self, name: str, path: Path) -> None:
        """Add a file, unless it has gone meanwhile, as a withdrawn request's act."""
        if len(self._sums) >= MAX_PARTS:
            raise BackupError(f"An archive holds {MAX_PARTS} files at most.")
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
        self._tar.members.clear()  # type: ignore[attr-defined]  # It would keep them all.
        self._progress(info.size)

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add what the archive is, and the sums, without which it is not whole."""
        self._add_bytes(MANIFEST, json.dumps(manifest, indent=1).encode())
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in self._sums.items())
        self._add_bytes(SUMS, sums.encode())

    def _add_bytes(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        self._tar.addfile(info, BytesIO(content))
        self._sums[name] = hashlib.sha256(content).hexdigest()


def is_part_name(name: str) -> bool:
    """Whether a part of an archive may be called ``name``."""
    return _NAME.fullmatch(name) is not None


def read_archive(
    path: Path, progress: Progress, target: Target
) -> tuple[dict[str, Any], set[str]]:
    """Read all of an archive; return its manifest and the names of its parts.

    Each part is written to ``target(name)`` on the way, unless that is None. Raise BadArchive
    where it is no archive, or any part is missing, cut off, altered, too many or no plain file.
    """
    try:
        with (
            _BoundedFile(FileIO(str(path))) as file,
            tarfile.open(fileobj=file, mode="r:") as tar,
        ):
            return _read_parts(tar, file, progress, target)
    except (tarfile.TarError, ValueError, RecursionError) as error:
        raise BadArchive(f"It is no archive, or it is cut off: {error}") from error


class _BoundedFile(BufferedReader):
    """A file of which no more is read than ``allowance``: tarfile believes what headers say."""

    allowance = _CHUNK

    def read(self, size: int | None = -1, /) -> bytes:
        """Read; raise BadArchive where more is asked for than a backup can need."""
        if size is None or not 0 <= size <= self.allowance:
            raise BadArchive("It holds what no backup does: a header without end.")
        self.allowance -= size
        return super().read(size)


def _read_parts(
    tar: tarfile.TarFile, file: _BoundedFile, progress: Progress, target: Target
) -> tuple[dict[str, Any], set[str]]:
    manifest: dict[str, Any] | None = None
    sums: dict[str, str] = {}
    folders: set[str] = set()
    is_whole = False
    while member := _next_member(tar, file):
        if is_whole or member.name in sums or len(sums) >= MAX_PARTS:
            raise BadArchive(f"It holds a part too many: {member.name}")
        parents = set(map(str, Path(member.name).parents))
        folders |= parents
        if member.name in folders or parents & sums.keys():
            raise BadArchive(f"It holds a file that is a folder too: {member.name}")
        part = tar.extractfile(member)
        if part is None:
            raise BadArchive(f"It holds what no backup does: {member.name}")
        if member.name == SUMS:
            _compare_sums(part, sums)
            is_whole = True
            continue
        if member.name == MANIFEST:
            manifest = _read_manifest(part)
            part.seek(0)
        sums[member.name] = _copy(part, target(member.name))
        progress(member.size)
    if not is_whole or manifest is None:
        raise BadArchive(f"It is cut off: {MANIFEST if is_whole else SUMS} is missing.")
    return manifest, sums.keys() - {MANIFEST}


def _next_member(tar: tarfile.TarFile, file: _BoundedFile) -> tarfile.TarInfo | None:
    """The next part: a plain file, all of which is there, with a name as a backup gives it."""
    file.allowance = _CHUNK
    member = tar.next()
    tar.members.clear()  # type: ignore[attr-defined]  # It would keep them all.
    if member is None:
        return None
    is_plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
    if not is_plain or not is_part_name(member.name):
        raise BadArchive(f"It holds what no backup does: {member.name[:200]!r}")
    if not 0 <= member.size <= os.fstat(file.fileno()).st_size - member.offset_data:
        raise BadArchive(f"It is cut off within {member.name}.")
    file.allowance = 3 * member.size + _CHUNK  # So often is the manifest read.
    return member


def _read_manifest(part: IO[bytes]) -> dict[str, Any]:
    manifest = json.loads(part.read(_CHUNK))
    if not isinstance(manifest, dict):
        raise BadArchive(f"{MANIFEST} is not as it was written.")
    return manifest


def _compare_sums(part: IO[bytes], sums: dict[str, str]) -> None:
    """Raise BadArchive unless ``part`` has the line of each part, and no other."""
    remaining = dict(sums)
    wrong: list[str] = []
    while (line := part.readline(_CHUNK)) and len(wrong) < _NAMED:
        sha256, _blanks, name = line.decode().rstrip("\n").partition("  ")
        if remaining.pop(name, None) != sha256:
            wrong.append(name[:200])
    if wrong := [*wrong, *remaining][:_NAMED]:
        raise BadArchive(f"These parts are not as they were written: {', '.join(wrong)}")


def _copy(part: IO[bytes], path: Path | None) -> str:
    """Write ``part`` to ``path``, if any; return its sum."""
    sha256 = hashlib.file_digest(part, "sha256").hexdigest()  # type: ignore[arg-type]
    if path is not None:
        part.seek(0)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            shutil.copyfileobj(part, target, _CHUNK)
    return sha256
