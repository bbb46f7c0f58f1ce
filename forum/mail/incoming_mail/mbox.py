"""The mails of an mbox file, one after another, without reading the whole of it.

A mail begins after a blank line by *From*, a sender and a date as ``ctime`` writes it, which
other programs than the one that wrote the file add to. Lines of a mail that would be taken for
such bear a ``>`` more, which is taken off again (the *mboxrd* form; *mboxo* reads as well).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_SEPARATOR = re.compile(rb"From \S.*\d{1,2}:\d\d.*\b(?:19|20)\d\d\b")
_ESCAPED = re.compile(rb">+From ")
#: Bytes that are read at a time, of lines that are longer, and those of a *From* line.
_MAX_LINE, _MAX_SEPARATOR = 1 << 20, 500


class MailboxUnreadable(ValueError):
    """What is read is no mbox file."""


class MboxEntry(NamedTuple):
    """A mail as the file has it: its *From* line, its bytes, and whether these were too many.

    Of a mail that is longer than was asked for, ``raw`` is the beginning.
    """

    separator: str
    raw: bytes
    is_too_long: bool


def read_mbox(file: BinaryIO, max_bytes: int) -> Iterator[MboxEntry]:
    """The mails of ``file``, which is open for reading, each of ``max_bytes`` at most.

    Raise MailboxUnreadable where it begins by something else than a mail.
    """
    entry: _Entry | None = None
    is_after_blank = is_at_beginning = True
    while line := file.readline(_MAX_LINE):
        if is_at_beginning and is_after_blank and _SEPARATOR.match(line[:_MAX_SEPARATOR]):
            if entry:
                yield entry.finished()
            entry, is_after_blank = _Entry(line[:_MAX_SEPARATOR], max_bytes), False
            continue
        if entry is None:
            if line.strip(b"\xef\xbb\xbf\r\n \t"):
                raise MailboxUnreadable("no mail at its beginning")
            continue
        is_escaped = is_at_beginning and _ESCAPED.match(line)
        entry.add(line[1:] if is_escaped else line)
        is_after_blank = is_at_beginning and not line.strip(b"\r\n")
        is_at_beginning = line.endswith(b"\n")
    if entry:
        yield entry.finished()


class _Entry:
    """A mail that is being read."""

    def __init__(self, separator: bytes, max_bytes: int) -> None:
        self._separator, self._left = separator, max_bytes
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        """Take one more line, as far as there is room."""
        if self._left > 0:
            self._lines.append(line)
        self._left -= len(line)

    def finished(self) -> MboxEntry:
        """The mail, now that the next one begins."""
        separator = self._separator.decode("utf-8", errors="replace").strip()
        return MboxEntry(separator, b"".join(self._lines), self._left < 0)
