"""Reading an mbox file into the archive of a space, in small transactions.

What is read twice is kept once: a run that was killed, or a newer file of the same list, adds
what is missing. When a whole file was read, its mails are grouped into threads to be, anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from accounts.base.locks import lock_row
from forum.base.spaces.models import Space, Topic
from forum.mail.incoming_mail.mbox import MboxEntry, read_mbox
from forum.mail.incoming_mail.message import MAX_BYTES
from forum.mail.mail_archives.files.actions import files_within_quota, save_files
from forum.mail.mail_archives.grouping.actions import group_archive
from forum.mail.mail_archives.importing.parsed_mail import ParsedMail, parse_mail, subject_of
from forum.mail.mail_archives.models import ArchivedMail, LeftOut, MailArchive, MailAuthor

#: Mails of one transaction, and bytes of their files, about.
_BATCH, _BATCH_BYTES = 100, 20_000_000
#: Of the mails that are left out for one reason, as many as a report names.
_MAX_SUBJECTS = 500


class ArchiveBusy(RuntimeError):
    """An archive of the space is being published: new mails cannot be compared with it yet."""


@dataclass
class ImportCounts:
    """What one run read: mails in all, new ones, those that were there, and those left out."""

    read: int = 0
    new: int = 0
    known: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    subjects: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    files_left_out: Counter[str] = field(default_factory=Counter)
    list_addresses: Counter[str] = field(default_factory=Counter)

    def leave_out(self, entry: MboxEntry, reason: LeftOut) -> None:
        """Count the mail of ``entry``; note its subject, of the first of each ``reason``."""
        self.left_out[reason.value] += 1
        if len(self.subjects[reason.value]) < _MAX_SUBJECTS:
            self.subjects[reason.value].append(subject_of(entry))

    def as_report(self) -> dict[str, object]:
        """As ``MailArchive.report`` holds it."""
        report = {
            "read": self.read,
            "new": self.new,
            "known": self.known,
            "left_out": dict(self.left_out),
        }
        if self.subjects:
            report["subjects"] = dict(self.subjects)
        if self.files_left_out:
            report["files_left_out"] = dict(self.files_left_out)
        for address, _number in self.list_addresses.most_common(1):
            report["list_address"] = address
        return report


class UnknownSlug(LookupError):
    """No space, or topic, has this slug; ``slugs`` are those that there are."""

    def __init__(self, slugs: list[str]) -> None:
        super().__init__(slugs)
        self.slugs = slugs


def find_by_slug[Row: (Space, Topic)](model: type[Row], slug: str) -> Row:
    """The space, or topic, with this slug, whoever reads it. Raise UnknownSlug."""
    rows = {row.slug: row for row in model._base_manager.order_by("slug")}
    if slug not in rows:
        raise UnknownSlug(list(rows))
    return rows[slug]


def import_mbox(
    file: BinaryIO,
    space: Space,
    topic: Topic,
    progress: Callable[[Iterable[MboxEntry]], Iterable[MboxEntry]] = iter,
    counts: ImportCounts | None = None,
) -> MailArchive | None:
    """Read the mails of ``file``, an mbox, into the unopened archive of ``space``; return it.

    None where nothing is in it: all is in threads already, or left out. Its threads will be
    about ``topic``. ``progress`` is given the mails as they are read, ``counts`` what became of
    them. Raise MailboxUnreadable, and ArchiveBusy while the worker makes threads of another
    archive of the space.
    """
    counts, now = counts or ImportCounts(), timezone.now()
    entries = iter(progress(read_mbox(file, MAX_BYTES)))
    first = next(entries, None)
    archive = _begin(space, topic)
    if first is not None:
        parsed = _parsed(_chained(first, entries), counts, now)
        for batch in _batches(parsed):
            _save_mails(archive, batch, counts)
    return _finish(archive, counts, now)


def _chained(first: MboxEntry, others: Iterator[MboxEntry]) -> Iterator[MboxEntry]:
    yield first
    yield from others


def _parsed(
    entries: Iterable[MboxEntry], counts: ImportCounts, now: datetime
) -> Iterator[ParsedMail]:
    """The mails to save; the others are counted."""
    for entry in entries:
        counts.read += 1
        parsed = parse_mail(entry, now)
        if isinstance(parsed, LeftOut):
            counts.leave_out(entry, parsed)
        else:
            if parsed.list_address:
                counts.list_addresses[parsed.list_address] += 1
            yield parsed


def _batches(mails: Iterable[ParsedMail]) -> Iterator[list[ParsedMail]]:
    """``mails`` by _BATCH, or fewer where their files are many bytes."""
    batch: list[ParsedMail] = []
    size = 0
    for mail in mails:
        batch.append(mail)
        size += sum(len(content) for _name, content in mail.files)
        if len(batch) == _BATCH or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@transaction.atomic(durable=True)
def _begin(space: Space, topic: Topic) -> MailArchive:
    lock_row(Space, space.pk)
    archives = MailArchive.objects.filter(space=space)
    if archives.filter(opened_at__isnull=False, published_at=None).exists():
        raise ArchiveBusy
    archive: MailArchive
    archive, _is_new = archives.get_or_create(
        opened_at=None, defaults={"space": space, "topic": topic}
    )
    archive.topic, archive.finished_at = topic, None
    archive.save(update_fields=["topic", "finished_at"])
    return archive


@transaction.atomic(durable=True)
def _save_mails(
    archive: MailArchive, mails: Sequence[ParsedMail], counts: ImportCounts
) -> None:
    """Add those of ``mails`` that the space does not have."""
    archive = lock_row(MailArchive, archive.pk)
    if archive.opened_at:
        raise ArchiveBusy
    by_identity = {mail.identity: mail for mail in mails}
    counts.known += len(mails) - len(by_identity)
    existing = ArchivedMail.objects.filter(space=archive.space_id, identity__in=by_identity)
    known = set(existing.values_list("identity", flat=True))
    new = [mail for mail in by_identity.values() if mail.identity not in known]
    counts.known += len(known)
    counts.new += len(new)
    authors = _authors_of(new)
    counts.files_left_out.update(it.value for mail in new for it in mail.files_left_out)
    files = files_within_quota(archive, new, counts.files_left_out)
    rows = ArchivedMail.objects.bulk_create(
        ArchivedMail(
            archive=archive,
            space_id=archive.space_id,
            author=authors[mail.address],
            **{name: getattr(mail, name) for name in _COPIED},
        )
        for mail in new
    )
    save_files(zip(rows, files, strict=True))


_COPIED = (
    "identity", "message_id", "references", "subject", "subject_key", "is_reply", "sent_at",
    "text", "folded", "attachments",
)  # fmt: skip


def _authors_of(mails: Iterable[ParsedMail]) -> dict[str, MailAuthor]:
    """The authors of ``mails`` by address, named as their latest mail names them."""
    addresses = {mail.address for mail in mails}
    MailAuthor.objects.bulk_create(
        (MailAuthor(address=it) for it in sorted(addresses)), ignore_conflicts=True
    )
    locked = MailAuthor.objects.select_for_update(no_key=True).order_by("pk")
    authors = {it.address: it for it in locked.filter(address__in=addresses)}
    renamed = set()
    for mail in mails:
        author = authors[mail.address]
        named_at = mail.sent_at
        is_newer = not author.named_at or bool(named_at and named_at > author.named_at)
        if mail.name and (is_newer or not author.name):
            author.name, author.named_at = mail.name, named_at
            renamed.add(author)
    MailAuthor.objects.bulk_update(renamed, ["name", "named_at"])
    return authors


@transaction.atomic(durable=True)
def _finish(archive: MailArchive, counts: ImportCounts, now: datetime) -> MailArchive | None:
    """Group all mails that wait into threads; return the archive, None where it is empty."""
    archive = lock_row(MailArchive, archive.pk)
    if archive.opened_at:
        raise ArchiveBusy
    if not archive.mails.exists():
        archive.delete()
        return None
    group_archive(archive, now)
    known = {"list_address": archive.list_address} if archive.list_address else {}
    archive.finished_at, archive.report = timezone.now(), known | counts.as_report()
    archive.save(update_fields=["finished_at", "report"])
    return archive
