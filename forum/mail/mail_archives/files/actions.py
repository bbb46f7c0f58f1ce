"""Keeping the files of mails with their archive, then giving them to the posts of these.

Before, they are rows of the archive, which nobody opens and which go with it. Objects are
written before the rows that readers see: what an interruption leaves, the sweeper takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum

from forum.conversation.files.models import StoredFile
from forum.conversation.files.objects.actions import write_object
from forum.conversation.files.quotas import stored_bytes
from forum.conversation.files.tasks import prepare_file
from forum.conversation.files.uploads.actions import unsaved_file
from forum.mail.incoming_mail.attachments import picture_description
from forum.mail.mail_archives.importing.parsed_mail import ParsedMail
from forum.mail.mail_archives.models import ArchivedFile, ArchivedMail, FileLeftOut, MailArchive

if TYPE_CHECKING:
    from django.db.models import QuerySet


#: Bytes of files that an archive keeps in all; rows of one statement.
MAX_BYTES, _ROWS = 2_000_000_000, 20

type Files = list[tuple[str, bytes]]


def files_within_quota(
    archive: MailArchive, mails: Sequence[ParsedMail], left_out: Counter[str]
) -> list[Files]:
    """The files of each of ``mails`` for which there is room; others are counted and named."""
    files_of_mails: list[Files] = []
    remaining = _remaining_bytes(archive) if any(mail.files for mail in mails) else 0
    for mail in mails:
        files: Files = []
        for name, content in mail.files:
            if len(content) <= remaining:
                remaining -= len(content)
                files.append((name, content))
            else:
                mail.attachments.append([name, len(content)])
                left_out[FileLeftOut.QUOTA.value] += 1
        files_of_mails.append(files)
    return files_of_mails


def save_files(files: Iterable[tuple[ArchivedMail, Files]]) -> None:
    """Save the files of each mail with it."""
    ArchivedFile.objects.bulk_create(
        (
            ArchivedFile(
                mail=mail, position=position, name=name, size=len(content), content=content
            )
            for mail, files_of_mail in files
            for position, (name, content) in enumerate(files_of_mail)
        ),
        batch_size=_ROWS,
    )


def write_files(mails: Iterable[ArchivedMail]) -> dict[int, list[StoredFile]]:
    """Write the objects of the files of ``mails``; return their rows, unsaved, by mail."""
    authors = {mail.pk: mail.author.unclaimed_id for mail in mails if mail.author}
    rows: dict[int, list[StoredFile]] = {}
    waiting = ArchivedFile.objects.filter(mail__in=authors).order_by("mail", "position")
    for archived_file in waiting.iterator(chunk_size=1):
        upload = SimpleUploadedFile(archived_file.name, bytes(archived_file.content))
        author_id = authors[archived_file.mail_id]
        assert author_id is not None
        row = unsaved_file(author_id, upload, archived_file.name)
        row.position = archived_file.position
        if row.is_image:
            row.description = picture_description(archived_file.name)
        row.content.name = write_object(row.object_name(), upload)
        rows.setdefault(archived_file.mail_id, []).append(row)
    return rows


def give_to_posts(
    mails: Iterable[ArchivedMail], files: Mapping[int, Sequence[StoredFile]]
) -> None:
    """Give the written ``files`` to the posts of their ``mails``, which lose them."""
    rows = []
    for mail in mails:
        for row in files.get(mail.pk, ()):
            row.post = mail.post
            rows.append(row)
    StoredFile.objects.bulk_create(rows, batch_size=_ROWS)
    for row in rows:
        if row.needs_preparing:
            prepare_file.enqueue(str(row.pk))
    ArchivedFile.objects.filter(mail__in=files).delete()


def _remaining_bytes(archive: MailArchive) -> int:
    """Bytes of files that may still be kept: in this archive, and on the site."""
    in_archive = _sum(ArchivedFile.objects.filter(mail__archive=archive))
    waiting = _sum(ArchivedFile.objects.all())
    site: int = settings.FORUM_FILE_LIMITS["site"] - waiting - stored_bytes()
    return min(MAX_BYTES - in_archive, site)


def _sum(rows: QuerySet[ArchivedFile]) -> int:
    total: int | None = rows.aggregate(total=Sum("size"))["total"]
    return total or 0
