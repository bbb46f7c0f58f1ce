"""What pages and the command say of archives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet

from accounts.base.pagination import NumberedPage
from accounts.viewers.viewers import Viewer
from forum.mail.mail_archives.models import (
    ArchivedFile,
    ArchivedMail,
    ArchivedThread,
    FileLeftOut,
    LeftOut,
    MailArchive,
)


@dataclass(frozen=True)
class ArchiveFigures:
    """What an archive holds: threads, of which so many are made, mails, people, files, when.

    ``attachments`` are named alone, and ``files_kept`` wait for their posts. ``continued``: the
    threads of the space that it goes on with.
    """

    threads: int
    published: int
    continued: int
    mails: int
    people: int
    attachments: int
    files_kept: int
    first_at: datetime | None
    last_at: datetime | None


def archive_figures(archive: MailArchive) -> ArchiveFigures:
    """The figures of ``archive``, as the database has them now."""
    published = Count("pk", filter=Q(is_published=True))
    continued = Count("pk", filter=Q(is_published=False, thread__isnull=False))
    threads = archive.threads.order_by().aggregate(
        threads=Count("pk"),
        published=published,
        continued=continued,
        first_at=Min("first_at"),
        last_at=Max("last_at"),
    )
    mails = archive.mails.aggregate(mails=Count("pk"), people=Count("author", distinct=True))
    files = archive.mails.exclude(attachments=[]).values_list("attachments", flat=True)
    attachments = sum(map(len, files.iterator()))
    files_kept = ArchivedFile.objects.filter(mail__archive=archive).count()
    return ArchiveFigures(**threads, **mails, attachments=attachments, files_kept=files_kept)


def archives(viewer: Viewer) -> QuerySet[MailArchive]:
    """The archives that ``viewer`` may open or has opened, the newest first."""
    rows = MailArchive.objects.visible_to(viewer).select_related("space", "topic")
    counted: QuerySet[MailArchive] = rows.annotate(mail_count=Count("mails"))
    return counted.order_by("-started_at", "-pk")


def visible_archive(viewer: Viewer, pk: int) -> MailArchive:
    """The archive, with its space and what names that; raise DoesNotExist."""
    rows = MailArchive.objects.visible_to(viewer)
    rows = rows.select_related("space__college", "space__group", "topic", "opened_by")
    archive: MailArchive = rows.get(pk=pk)
    return archive


def threads_page(
    viewer: Viewer, archive: MailArchive, number: int
) -> NumberedPage[ArchivedThread]:
    """Page ``number`` of the threads of ``archive``, the oldest first."""
    rows = ArchivedThread.objects.visible_to(viewer).filter(archive=archive)
    return NumberedPage(rows.order_by("first_at", "pk"), number)


def visible_archived_thread(viewer: Viewer, pk: int) -> ArchivedThread:
    """The thread of an archive that is not a thread yet; raise DoesNotExist."""
    rows = ArchivedThread.objects.visible_to(viewer).filter(is_published=False)
    thread: ArchivedThread = rows.select_related("archive__space").get(pk=pk)
    return thread


def mails_page(
    viewer: Viewer, thread: ArchivedThread, number: int
) -> NumberedPage[ArchivedMail]:
    """Page ``number`` of the mails of ``thread``, in its order, with authors and files."""
    rows = ArchivedMail.objects.visible_to(viewer).filter(archived_thread=thread)
    files = Prefetch("files", ArchivedFile.objects.defer("content"))
    rows = rows.select_related("author").prefetch_related(files)
    return NumberedPage(rows.order_by("position"), number)


def left_out(archive: MailArchive) -> list[tuple[str, int, list[str]]]:
    """What the last import left out: why, in words, how many mails, and their subjects."""
    numbers, subjects = (archive.report.get(it, {}) for it in ("left_out", "subjects"))
    return [
        (str(it.label), numbers[it.value], subjects.get(it.value, []))
        for it in LeftOut
        if it.value in numbers
    ]


def files_left_out(archive: MailArchive) -> list[tuple[str, int]]:
    """Why the last import did not keep files, in words, and how many."""
    numbers = archive.report.get("files_left_out", {})
    return [(str(it.label), numbers[it.value]) for it in FileLeftOut if it.value in numbers]
