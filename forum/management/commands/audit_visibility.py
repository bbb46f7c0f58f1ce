"""``manage.py audit_visibility``: put canaries into private places and look who sees them."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from forum.visibility_audit import workspace
from forum.visibility_audit.actions import record_audit
from forum.visibility_audit.audit import audit


class Command(BaseCommand):
    """Ask every page as every role; fail where one says or tells what it must not."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser):
        """The names of pages to ask; whether this is the process apart."""
        parser.add_argument("pages", nargs="*", help="names of pages; all where none is given")
        parser.add_argument("--apart", action="store_true", help="used by the command itself")

    def handle(self, *, pages, apart, **options):
        """Print what was found. Raise CommandError where something was."""
        if apart:
            settings.ALLOWED_HOSTS = ["testserver"]  # The host of Django's client.
            scratch = None if connection.vendor == "sqlite" else workspace.rolled_back
            report = audit(frozenset(pages) or None, scratch)
            self.stdout.write(json.dumps(report.as_json()))
            return
        started_at = timezone.now()
        report = workspace.audit_apart(pages)
        record_audit(started_at, report)
        for one in report["findings"]:
            self.stdout.write(" · ".join(filter(None, one.values())))
        summary = f"{report['request_count']} pages asked, {len(report['findings'])} findings"
        if report["findings"]:
            raise CommandError(summary)
        self.stdout.write(summary)
