"""``manage.py audit_visibility``: put canaries into private places and look who sees them."""

import gc
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from forum.moderation.visibility_audit import workspace
from forum.moderation.visibility_audit.actions import record_audit
from forum.moderation.visibility_audit.audit import AuditReport, audit
from forum.moderation.visibility_audit.writes.audit import WriteReport, audit_writes
from forum.moderation.visibility_audit.writes.recorded_changes import changes_recorded


class Command(BaseCommand):
    """Ask every page, or send every form, as every role; fail where something is wrong."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Names of pages; whether forms are sent; whether this is the process apart."""
        parser.add_argument("pages", nargs="*", help="names of pages; all where none is given")
        parser.add_argument("--writes", action="store_true", help="send the forms instead")
        parser.add_argument("--apart", action="store_true", help="used by the command itself")

    def handle(
        self, *, pages: list[str], writes: bool, apart: bool, verbosity: int, **options: Any
    ) -> None:
        """Print what was found. Raise CommandError where something was."""
        if apart:
            progress = self._progress if verbosity else lambda message: None
            report = _report(frozenset(pages) or None, writes, progress)
            self.stdout.write(json.dumps(report.as_json()))
            return
        if writes and workspace.is_serving():
            raise CommandError(
                "Others are connected to this database, and would wait for the audit. Restore"
                " a backup into another, and set DATABASE_URL to that."
            )
        started_at = timezone.now()
        arguments = ["--writes"] if writes else []
        found = workspace.audit_apart(*pages, *arguments, f"-v{verbosity}")
        record_audit(started_at, found)
        for finding in found["findings"]:
            self.stdout.write(" · ".join(filter(None, finding.values())))
        summary = (_WRITES if writes else _PAGES).format(
            **found, finding_count=len(found["findings"])
        )
        if found["findings"]:
            raise CommandError(summary)
        self.stdout.write(summary)

    def _progress(self, message: str) -> None:
        self.stderr.write(message, style_func=str)


def _report(
    names: frozenset[str] | None, writes: bool, progress: Callable[[str], None]
) -> AuditReport | WriteReport:
    """What the audit of pages, or of writes, finds, in this process and on its database."""
    settings.ALLOWED_HOSTS = ["testserver"]  # The host of Django's client.
    gc.freeze()  # What is imported stays, and need not be looked at for what does not.
    gc.set_threshold(100_000, 20, 20)
    if writes:
        with changes_recorded():
            return audit_writes(names, progress)
    scratch = None if connection.vendor == "sqlite" else workspace.rolled_back
    return audit(names, scratch, progress)


_PAGES = (
    "{request_count} pages asked, {seen_count} of {place_count} canaries shown to who may see"
    " them, {finding_count} findings"
)
_WRITES = (
    "{request_count} forms sent: of {offered} to whom they were offered, {acted} changed"
    " something and {shown} showed a page; {others_acted} of {others} for others;"
    " {finding_count} findings"
)
