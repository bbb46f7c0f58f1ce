"""Who reported may ask once that another animator reads a dismissed report again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.moderation.reports.actions import appeal_dismissal, dismiss_reports
from forum.moderation.reports.models import APPEAL_DAYS, Report
from tests.factories import AUTHORITIES, start_thread
from tests.forum.moderation.report_helpers import reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture
def report(claire, jeanne, lucie, spaces, viewer_of):
    """Jeanne's report of a message by Claire, which Lucie has dismissed."""
    post = start_thread(claire, spaces["public"]).posts.get()
    report = reported(viewer_of(jeanne), post.get_absolute_url())
    dismiss_reports(report.pk, viewer_of(lucie), "C’est permis.", report.pk)
    return report


def status_page(report):
    """The address of the page that follows ``report``."""
    return reverse("report-status", args=[report.token])


def appealed(report, client, text="Le nom du foyer y est."):
    """The answer to the form that asks for a second reading."""
    return client.post(status_page(report), {"text": text})


def test_a_second_reading_is_another_animators_and_answered_as_the_first(
    report, lucie, make_person, browser_of
):
    guest = browser_of(None)  # Who has the link needs no account.
    assert "seconde lecture" in guest.get(status_page(report)).text
    answer = appealed(report, guest)
    again = Report.objects.get(appeal_of=report)
    assert answer.url == status_page(again)
    assert (again.post, again.reporter, again.is_open) == (report.post, report.reporter, True)

    assert browser_of(lucie).get(again.get_absolute_url()).status_code == 404
    assert browser_of(lucie).get("/").context["menu"].decisions == 0
    other = browser_of(make_person("Autre Animatrice", AUTHORITIES, is_animator=True))
    assert "seconde lecture" in other.get(reverse("review-queue")).text
    page = other.get(again.get_absolute_url())
    assert "C’est permis." in page.text and "Le nom du foyer y est." in page.text
    other.post(again.get_absolute_url(), {"answer": "Toujours permis.", "last_pk": again.pk})
    final = guest.get(status_page(again)).text
    assert "Toujours permis." in final and "Demander une seconde lecture" not in final


def test_it_is_asked_with_words_and_once(report, browser_of):
    guest = browser_of(None)
    assert appealed(report, guest, text="").status_code == 422
    assert appealed(report, guest).status_code == 302
    assert appealed(report, guest).status_code == 403
    assert Report.objects.count() == 2
    assert "Demander une seconde lecture" not in guest.get(status_page(report)).text


def test_what_is_open_or_was_decided_long_ago_is_not_read_again(
    report, jeanne, viewer_of, browser_of
):
    waiting = reported(viewer_of(jeanne), "/charte/")
    assert appealed(waiting, browser_of(None)).status_code == 403
    long_ago = timezone.now() - timedelta(days=APPEAL_DAYS + 1)
    Report.objects.filter(pk=report.pk).update(decided_at=long_ago)
    assert appealed(report, browser_of(None)).status_code == 403


def test_the_longest_address_is_read_again_as_well(lucie, viewer_of):
    report = reported(viewer_of(None), "/" + "a" * 499)
    Report.objects.filter(pk=report.pk).update(id=10**9)
    dismiss_reports(10**9, viewer_of(lucie), "Rien.", 10**9)

    again = appeal_dismissal(report.token, "Relisez.")
    assert len(again.subject) <= Report._meta.get_field("subject").max_length
