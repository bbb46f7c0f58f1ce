"""A measure answers the reports of what it is about, wherever its button was pressed."""

import pytest
from django.urls import reverse

from accounts.moderation_log.models import ModerationLogEntry
from forum.moderation.actions import hide_post, lock_thread, slow_thread
from forum.moderation.measures.actions import impose_on_person
from forum.moderation.measures.models import Measure, MeasureKind
from forum.moderation.organisations.actions import strike_organisation
from forum.moderation.recent_posts.actions import hide_recent_posts
from forum.moderation.reports.actions import appeal_dismissal, dismiss_reports
from forum.moderation.reports.models import Report, ReportStatus
from tests.factories import SUPPORT, moderation_reason, post_reply, start_thread
from tests.forum.moderation.report_helpers import STRANGER, reported, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]
OPEN, UPHELD = ReportStatus.OPEN, ReportStatus.UPHELD


@pytest.fixture
def asked(claire, spaces):
    """Claire's public question."""
    return start_thread(claire, spaces["public"])


@pytest.fixture
def reply(asked, jeanne):
    """Jeanne's reply to it."""
    return post_reply(jeanne, asked)


def status_of(report):
    return Report.objects.get(pk=report.pk).status


def test_hiding_a_reported_post_in_its_thread_answers_who_reported_and_says_where_it_came_from(
    reply, claire, jeanne, lucie, viewer_of, browser_of
):
    report = reported(viewer_of(claire), reply.get_absolute_url())
    form = {"reason": moderation_reason().slug, "facts": "Injurie le maire.", "report_id": ""}
    browser_of(lucie).post(reverse("hide-post", args=[reply.pk]), form)

    measure = Measure.objects.get()
    assert measure.report_id == report.pk
    statement = browser_of(jeanne).get(measure.get_absolute_url()).text
    assert "Un signalement" in statement and "propre initiative" not in statement
    told = browser_of(claire).get(reverse("report-status", args=[report.token])).text
    assert "Suivi d’une mesure" in told and "Message masqué" in told
    inbox = browser_of(claire).get(f"{reverse('inbox')}?voir=tout").text
    assert "répond à votre signalement" in inbox
    assert ModerationLogEntry.objects.filter(action="uphold_report").count() == 1
    page = browser_of(lucie).get(report.get_absolute_url()).text
    assert "Pourquoi ce contenu reste" not in page


def test_a_measure_that_nobody_reported_is_of_the_animators_own_motion(
    reply, claire, lucie, viewer_of, asked
):
    other = reported(viewer_of(claire), asked.get_absolute_url())
    hide_post(reply, viewer_of(lucie), "Des faits.")
    assert Measure.objects.get().report_id is None
    assert status_of(other) == OPEN, "it is about the thread, not about this reply"


def test_a_reported_thread_is_answered_by_hiding_its_first_post_and_by_closing_it(
    asked, reply, jeanne, lucie, viewer_of
):
    for act in (
        lambda: hide_post(asked.posts.get(number=1), viewer_of(lucie), "Des faits."),
        lambda: lock_thread(asked, viewer_of(lucie), True, "Des faits."),
        lambda: slow_thread(asked, viewer_of(lucie), 30, "Des faits."),
    ):
        report = reported(viewer_of(jeanne), asked.get_absolute_url())
        of_reply = reported(viewer_of(jeanne), reply.get_absolute_url())
        act()
        assert (status_of(report), status_of(of_reply)) == (UPHELD, OPEN)
        assert Measure.objects.latest("pk").report_id == report.pk


def test_a_reported_person_or_organisation_is_answered_from_their_own_page(
    asked, claire, jeanne, lucie, viewer_of
):
    town = claire.seats.get().organisation
    of_person = reported(viewer_of(jeanne), claire.get_absolute_url())
    of_town = reported(viewer_of(jeanne), town.get_absolute_url())
    of_post = reported(viewer_of(jeanne), asked.posts.get().get_absolute_url())
    impose_on_person(MeasureKind.WARN, claire, viewer_of(lucie), "Faits.", moderation_reason())
    assert (status_of(of_person), status_of(of_town)) == (UPHELD, OPEN)
    strike_organisation(town, viewer_of(lucie), "N’existe pas.", moderation_reason())
    assert (status_of(of_town), status_of(of_post)) == (UPHELD, OPEN)


def test_what_is_hidden_at_once_answers_the_reports_of_each_post(
    asked, reply, claire, jeanne, lucie, viewer_of
):
    first = reported(viewer_of(claire), reply.get_absolute_url())
    another = post_reply(jeanne, start_thread(claire, asked.space))
    second = reported(viewer_of(claire), another.get_absolute_url())
    hide_recent_posts(
        jeanne, viewer_of(lucie), "Réclame.", moderation_reason(), report_id=first.pk
    )
    for report, post in ((first, reply), (second, another)):
        decided = Report.objects.get(pk=report.pk)
        assert (decided.status, decided.measure.post) == (UPHELD, post)


def test_a_second_reading_that_waits_is_answered_as_well(
    reply, claire, lucie, make_person, viewer_of
):
    other = viewer_of(make_person("Autre Animatrice", SUPPORT, is_animator=True))
    report = reported(viewer_of(claire), reply.get_absolute_url())
    dismiss_reports(report.pk, viewer_of(lucie), "C’est permis.", report.pk)
    again = appeal_dismissal(report.token, "Relisez.")
    hide_post(reply, other, "Des faits.")
    assert status_of(again) == UPHELD and Measure.objects.get().report_id == again.pk


def test_whoever_saw_nothing_at_an_address_is_answered_by_what_is_done_there(
    claire, jeanne, lucie, spaces, browser_of, viewer_of
):
    asked = start_thread(claire, spaces["network"])
    reply = post_reply(jeanne, asked)
    first = asked.posts.get(number=1)
    addresses = {
        f"/messages/{reply.pk}/": reply,
        f"http://testserver{asked.get_absolute_url()}#post-2": reply,
        asked.get_absolute_url(): first,
        reverse("thread-short", args=[asked.pk]): first,
    }
    made = {}
    for address, post in addresses.items():
        sent(browser_of(None), address, **STRANGER)
        made[Report.objects.latest("pk")] = post
    elsewhere = reported(viewer_of(None), f"/messages/{reply.pk + 900}/")
    hide_post(reply, viewer_of(lucie), "Des faits.")
    assert [status_of(one) for one in made] == [UPHELD, UPHELD, OPEN, OPEN]
    hide_post(first, viewer_of(lucie), "Des faits.")
    assert {status_of(one) for one in made} == {UPHELD}
    assert status_of(elsewhere) == OPEN


def test_what_was_changed_without_a_measure_is_not_called_without_result(
    reply, claire, lucie, viewer_of, browser_of
):
    report = reported(viewer_of(claire), reply.get_absolute_url())
    form = {"answer": "Le fil est passé dans l’espace du réseau.", "last_pk": report.pk}
    browser_of(lucie).post(report.get_absolute_url(), form | {"is_remedied": "on"})

    assert status_of(report) == ReportStatus.REMEDIED
    told = browser_of(claire).get(reverse("report-status", args=[report.token])).text
    assert "Suivi d’effet" in told and "sans suite" not in told
    assert "passé dans l’espace du réseau" in told and "seconde lecture" in told
    assert ModerationLogEntry.objects.filter(action="remedy_report").count() == 1
