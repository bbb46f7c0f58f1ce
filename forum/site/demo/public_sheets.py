"""The sheets of the demonstration that are public, and one that waits for an author's word."""

from datetime import datetime, timedelta

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    propose_public_version,
)
from forum.library.sheets.public_versions.consents.models import ShownName
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.public_versions.snapshot import Proposal
from forum.site.demo import source_data
from forum.site.demo.people import demo_email


def create_public_sheets(now: datetime) -> None:
    """Propose those of the data, and answer for their authors, as many days ago as they say."""
    people = {demo_email(row): row["id"] for row in source_data.people()}
    for row in source_data.public_sheets():
        key = source_data.post_key(row["slug"], 1)
        sheet = ExperienceSheet.objects.select_related("author").get(idempotency_key=key)
        proposal = Proposal(row["summary"], row["licence"])
        actor = viewer_of_person(sheet.author)
        assert sheet.thread_id is not None
        version = propose_public_version(sheet.thread_id, actor, proposal)
        authors = User.objects.filter(public_sheet_consents__version=version)
        for person in authors.order_by("pk"):
            if (name := people[person.email]) not in row["waits_for"]:
                shown = row["names"].get(name, ShownName.NAME)
                values = ConsentValues("yes", shown, row["without_prices"])
                answer_public_version(version.pk, viewer_of_person(person), values)
        _date_back(version, now - timedelta(days=row["days_ago"]))


def _date_back(version: PublicVersion, at: datetime) -> None:
    """Have it be of then, and its answers of the days before."""
    proposed_at = at - timedelta(days=6)
    version.consents.exclude(answer="").update(answered_at=at)
    versions = PublicVersion.objects.filter(pk=version.pk)
    versions.update(proposed_at=proposed_at, changed_at=at)
    versions.filter(published_at__isnull=False).update(published_at=at)
