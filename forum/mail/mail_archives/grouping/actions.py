"""Which threads the mails of an archive will be, kept with the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import batched

from django.utils.translation import gettext as _

from accounts.base.text import excerpt, one_line
from forum.mail.incoming_mail.subjects import bare_subject, list_tags_of
from forum.mail.mail_archives.grouping.conversations import MailGroup, MailHeaders, group_mails
from forum.mail.mail_archives.models import ArchivedMail, ArchivedThread, MailArchive

#: Rows of one statement.
_ROWS = 500
_MAX_TITLE, _MAX_FIRST_WORDS = 160, 80


def group_archive(archive: MailArchive, now: datetime) -> None:
    """Group the mails of ``archive``, which is locked, again, in the caller's transaction.

    All mails of the space are looked at: some go on with threads that are there.
    """
    archive.threads.all().delete()
    headers, threads, subjects = _headers(archive)
    tags = list_tags_of(subjects.values())
    waiting = [
        (group, [mail.pk for mail in group.mails if mail.pk in subjects])
        for group in group_mails(headers, now)
    ]
    waiting = [(group, pks) for group, pks in waiting if pks]
    rows = [
        ArchivedThread(
            archive=archive,
            title=_title(subjects[pks[0]], tags, pks[0]),
            first_at=min(group.dates[pk] for pk in pks),
            last_at=max(group.dates[pk] for pk in pks),
            mail_count=len(pks),
            thread_id=next((threads[it.pk] for it in group.mails if it.pk in threads), None),
        )
        for group, pks in waiting
    ]
    rows = ArchivedThread.objects.bulk_create(rows, batch_size=_ROWS)
    placed = (
        mail
        for row, (group, pks) in zip(rows, waiting, strict=True)
        for mail in _placed(row, group, pks)
    )
    columns = ["archived_thread", "placed_at", "position", "shows_folded"]
    for batch in batched(placed, _ROWS, strict=False):
        ArchivedMail.objects.bulk_update(batch, columns)


def _headers(
    archive: MailArchive,
) -> tuple[list[MailHeaders], dict[int, int], dict[int, str]]:
    """What tells threads of all mails of the space; ``{id: thread}`` of those in threads.

    And ``{id: subject}`` of those of this archive.
    """
    columns = (
        "pk", "identity", "message_id", "references", "subject_key", "is_reply", "sent_at",
        "subject", "archive_id", "post__thread_id",
    )  # fmt: skip
    headers, threads, subjects = [], {}, {}
    rows = ArchivedMail.objects.filter(space=archive.space_id).values_list(*columns)
    for *own, subject, archive_id, thread_id in rows.iterator():
        headers.append(MailHeaders(*own))
        if archive_id == archive.pk:
            subjects[own[0]] = subject
        elif thread_id:
            threads[own[0]] = thread_id
    return headers, threads, subjects


def _placed(row: ArchivedThread, group: MailGroup, pks: list[int]) -> Iterator[ArchivedMail]:
    for position, pk in enumerate(pks, 1):
        yield ArchivedMail(
            pk=pk,
            archived_thread=row,
            placed_at=group.dates[pk],
            position=position,
            shows_folded=pk not in group.answering,
        )


def _title(subject: str, tags: frozenset[str], pk: int) -> str:
    """The title of a thread that begins by the mail ``pk``: its subject, else its words."""
    if title := bare_subject(subject, tags):
        return excerpt(title, _MAX_TITLE - 1)
    text = ArchivedMail.objects.values_list("text", flat=True).get(pk=pk)
    return excerpt(one_line(text), _MAX_FIRST_WORDS) or _("Sans objet")
