"""Two animators at once claim one thing once, and decide it once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from accounts.moderation_log.models import ModerationLogEntry
from accounts.review_queue.actions import claim_item
from accounts.review_queue.models import ReviewClaim
from accounts.review_queue.sources import review_sources
from forum.moderation.reports.actions import dismiss_reports
from forum.moderation.reports.models import Report
from tests.factories import AUTHORITIES, start_thread
from tests.forum.moderation.report_helpers import reported

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]


@pytest.fixture
def animators(lucie, make_person):
    """Two animators."""
    return lucie, make_person("Autre Animatrice", AUTHORITIES, is_animator=True)


@pytest.fixture
def report(claire, jeanne, spaces, viewer_of):
    """A report."""
    post = start_thread(claire, spaces["public"]).posts.get()
    return reported(viewer_of(jeanne), post.get_absolute_url())


def at_once(act, people):
    """What ``act`` gives for each of ``people``, all at once; None where it is refused."""
    start = Barrier(len(people))

    def run(person):
        try:
            start.wait()
            return act(person)
        except PermissionDenied:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(run, people))


def test_one_of_two_claims_holds(animators, report):
    (source,) = (source for source in review_sources() if source.name == "signalements")
    claims = at_once(lambda person: claim_item(source, report.pk, person), animators)
    assert [claim for claim in claims if claim] == [ReviewClaim.objects.get()]


def test_one_of_two_decisions_is_made(animators, report, viewer_of):
    def dismiss(person):
        return dismiss_reports(report.pk, viewer_of(person), person.full_name, report.pk)

    decided = [reports for reports in at_once(dismiss, animators) if reports]
    assert len(decided) == 1
    stored = Report.objects.get()
    assert stored.answer == stored.decided_by.full_name
    assert ModerationLogEntry.objects.filter(action="dismiss_report").count() == 1


def test_a_report_sent_twice_at_once_is_one(jeanne, claire, spaces, viewer_of):
    address = start_thread(claire, spaces["public"]).get_absolute_url()
    viewer, key = viewer_of(jeanne), uuid4()
    made = at_once(lambda _person: reported(viewer, address, idempotency_key=key), [jeanne] * 4)

    assert made == [Report.objects.get()] * 4
