"""Which files of a mail of a list its archive keeps, and why not the others."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.conf import settings

from accounts.base.text import printable_line
from forum.conversation.files.file_types import HEAD_SIZE, accepted_endings, is_what_it_says
from forum.conversation.files.names import clean_name, ending_of
from forum.mail.incoming_mail.addresses import without_addresses
from forum.mail.incoming_mail.attachments import MailFile
from forum.mail.mail_archives.models import FileLeftOut

#: Files that are named, and characters of a name.
_MAX_ATTACHMENTS, _MAX_FILE_NAME = 50, 120


def sorted_files(
    files: Iterable[MailFile],
) -> tuple[list[tuple[str, bytes]], list[list[str | int]], list[FileLeftOut]]:
    """Those to keep, with their names, in which no address is; names and sizes of others.

    And why each of the others is left out. The limits are those of a post.
    """
    accepted: list[tuple[str, bytes]] = []
    others: list[list[str | int]] = []
    reasons: list[FileLeftOut] = []
    for file in islice(files, _MAX_ATTACHMENTS):
        shown = without_addresses(printable_line(file.name, _MAX_FILE_NAME)).replace("`", "")
        name, size = clean_name(shown), len(file.content)
        if reason := _reason_to_leave_out(
            name, file.content, sum(len(it) for _n, it in accepted)
        ):
            others.append([shown, size])
            reasons.append(reason)
        elif len(accepted) >= settings.FORUM_FILE_LIMITS["count"]:
            others.append([shown, size])
            reasons.append(FileLeftOut.NUMBER)
        else:
            accepted.append((name, file.content))
    return accepted, others, reasons


def _reason_to_leave_out(name: str, content: bytes, before: int) -> FileLeftOut | None:
    """Why a file is not kept of a mail of which ``before`` bytes are; None where it is."""
    limits, ending = settings.FORUM_FILE_LIMITS, ending_of(name)
    if not 0 < len(content) <= limits["file"]:
        return FileLeftOut.SIZE
    if ending not in accepted_endings() or not is_what_it_says(ending, content[:HEAD_SIZE]):
        return FileLeftOut.TYPE
    return FileLeftOut.NUMBER if before + len(content) > limits["post"] else None
