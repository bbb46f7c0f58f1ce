"""``manage.py import_mbox``: the mails of an old list, to become threads of a space."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from forum.mail.incoming_mail.mbox import MailboxUnreadable
from forum.mail.mail_archives.importing.actions import (
    ArchiveBusy,
    ImportCounts,
    UnknownSlug,
    find_by_slug,
    import_mbox,
)
from forum.mail.mail_archives.models import FileLeftOut, LeftOut
from forum.mail.mail_archives.queries import ArchiveFigures, archive_figures
from forum.models import Space, Topic

#: What is left out, in the order of the report.
_REASONS = {
    LeftOut.SPAM: "marked as spam",
    LeftOut.EMPTY: "empty, or encrypted",
    LeftOut.AUTOMATIC: "automatic replies and bounces",
    LeftOut.ADMINISTRATIVE: "administrative mails of the list",
    LeftOut.UNREADABLE: "unreadable, or without a sender",
    LeftOut.SEVERAL_AUTHORS: "of several senders",
    LeftOut.OVERSIZED: "too large",
}
#: Why files of this run are not kept.
_FILE_REASONS = {
    FileLeftOut.TYPE: "of a type that is not taken, or not what their names say",
    FileLeftOut.SIZE: "empty or too large",
    FileLeftOut.NUMBER: "too many, or too large together, for one post",
    FileLeftOut.QUOTA: "more than there is room for",
}


class Command(BaseCommand):
    """Reads an mbox into the archive of a space, which animators then open or discard."""

    help = (
        "Import the mails of a mailing list from an mbox file. Nobody but animators sees them "
        "before one opens the archive. The same file, or a newer one, adds what is new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the space that its mails become threads of, and on what topic."""
        parser.add_argument("file", help="an mbox, as Sympa, Mailman or Framalistes export it")
        parser.add_argument("--space", required=True, metavar="SLUG")
        parser.add_argument(
            "--topic", default="vie-du-reseau", metavar="SLUG", help="default: vie-du-reseau"
        )

    def handle(self, *, file: str, space: str, topic: str, **options: Any) -> None:
        """Read the file; say what was found, and what an animator has to do."""
        places = _found(Space, space, "space"), _found(Topic, topic, "topic")
        quiet, counts = None if options["verbosity"] else True, ImportCounts()
        try:
            with open(file, "rb") as mails:
                archive = import_mbox(
                    mails,
                    *places,
                    lambda entries: tqdm(entries, unit=" mails", disable=quiet),
                    counts,
                )
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.") from problem
        except MailboxUnreadable:
            raise CommandError(
                f"{file} is no mbox: its first line is not that of a mail (From …)."
            ) from None
        except ArchiveBusy:
            raise CommandError(
                "An archive of this space is being opened. Try again when that is done."
            ) from None
        for words in _run_report(counts.as_report()):
            self.stdout.write(words)
        if archive is None:
            self.stdout.write("Nothing new: no mail of this file waits to be opened.")
            return
        for words in _archive_report(archive.report, archive_figures(archive)):
            self.stdout.write(words)
        self.stdout.write(f"An animator opens it here: {archive.get_absolute_url()}")
        if archive.list_address:
            self.stdout.write(
                f"The list's address, {archive.list_address}, can become the space's: see "
                "docs/operators.md."
            )


def _found[Row: (Space, Topic)](model: type[Row], slug: str, name: str) -> Row:
    try:
        return find_by_slug(model, slug)
    except UnknownSlug as unknown:
        known = ", ".join(unknown.slugs) or "none; load the reference data first"
        raise CommandError(f"There is no {name} « {slug} ». There are: {known}.") from None


def _run_report(report: Mapping[str, Any]) -> list[str]:
    """The lines that say what one run read, and the subjects of what it left out."""
    left_out, subjects = report["left_out"], report.get("subjects", {})
    lines = [
        f"Mails read: {report['read']}",
        f"  new: {report['new']}",
        f"  already there: {report['known']}",
        f"  left out: {sum(left_out.values())}",
    ]
    for it, words in _REASONS.items():
        if it in left_out:
            lines.append(f"    {words}: {left_out[it]}")
            lines += (f"      « {subject} »" for subject in subjects[it])
    return lines


def _archive_report(report: Mapping[str, Any], figures: ArchiveFigures) -> list[str]:
    """The lines that say what the archive holds now."""
    files = report.get("files_left_out", {})
    return [
        "The archive holds, for animators only:",
        f"  threads: {figures.threads}",
        f"  posts: {figures.mails}",
        f"  people: {figures.people}",
        f"  files, which their posts will have: {figures.files_kept}",
        f"  files, named and not kept: {figures.attachments}",
        *(f"    {words}: {files[it]}" for it, words in _FILE_REASONS.items() if it in files),
    ]
