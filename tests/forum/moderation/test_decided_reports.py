"""Animators decide about reports together, with reasons; and read no more than they may."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.review_queue.actions import claim_item
from accounts.review_queue.sources import review_sources
from forum.base.rules import Refused
from forum.moderation.measures.models import Measure, MeasureKind
from forum.moderation.reports import actions
from forum.moderation.reports.mail import mail_decision
from forum.moderation.reports.models import Report, ReportStatus
from forum.moderation.reports.review_items import subject_label
from forum.moderation.reports.tasks import delete_old_reports
from tests.factories import AUTHORITIES, break_glass, moderation_reason, start_thread
from tests.forum.moderation.report_helpers import STRANGER, reported, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture
def post(claire, spaces):
    """A public message by Claire."""
    return start_thread(claire, spaces["public"]).posts.get()


@pytest.fixture
def report(post, jeanne, viewer_of):
    """Jeanne's report of it."""
    return reported(viewer_of(jeanne), post.get_absolute_url())


def page_of(report, client):
    """The page where ``report`` is decided."""
    return client.get(report.get_absolute_url())


def dismissed(report, client, answer="C’est une opinion, et elle est permise.", **fields):
    """The answer to the form that dismisses ``report``."""
    values = {"answer": answer, "last_pk": report.pk} | fields
    return client.post(report.get_absolute_url(), values)


def logged():
    """The actions in the log, the oldest first."""
    return list(ModerationLogEntry.objects.order_by("pk").values_list("action", flat=True))


def test_reports_of_the_same_message_are_one_thing_to_do_and_decided_together(
    report, post, lucie, browser_of, viewer_of
):
    sent(browser_of(None), f"/messages/{post.pk}/", **STRANGER)
    desk = browser_of(lucie)
    rows = desk.get(reverse("review-queue")).context["rows"]
    assert [item.title for _source, item, _claim in rows] == [
        f"{subject_label(report)}\N{NO-BREAK SPACE}: Manquement à la charte · "
        "2\N{NO-BREAK SPACE}signalements"
    ]

    last = Report.objects.latest("pk")
    assert dismissed(report, desk, last_pk=last.pk).status_code == 302

    assert set(Report.objects.values_list("status", flat=True)) == {"dismissed"}
    assert desk.get(reverse("review-queue")).context["rows"] == []
    assert logged() == ["report", "report", "dismiss_report"]
    mail.outbox.clear()
    mail_decision.call(last.pk)
    (message,) = mail.outbox
    assert last.follow_up_url in message.body
    assert "C’est une opinion" in browser_of(None).get(last.follow_up_url).text


def test_a_report_that_came_after_the_page_was_shown_is_not_decided_with_it(
    report, post, lucie, browser_of, viewer_of
):
    later = reported(viewer_of(None), post.get_absolute_url())
    dismissed(report, browser_of(lucie))
    report.refresh_from_db()
    later.refresh_from_db()
    assert (report.is_open, later.is_open) == (False, True)


def test_who_reported_reads_the_answer_in_their_inbox(report, jeanne, lucie, browser_of):
    dismissed(report, browser_of(lucie))
    page = browser_of(jeanne)
    inbox = page.get(reverse("inbox")).text
    assert "répond à votre signalement" in inbox
    status = page.get(reverse("report-status", args=[report.token])).text
    assert "Classé sans suite" in status and "saisir un" in status


def test_a_decision_needs_its_reasons_and_is_made_once(report, lucie, browser_of):
    desk = browser_of(lucie)
    answer = dismissed(report, desk, answer="")
    assert answer.status_code == 422 and "réponse motivée" in answer.text
    dismissed(report, desk)
    answer = dismissed(report, desk, answer="Autrement.")
    assert answer.status_code == 403 and "déjà décidé" in answer.text
    assert "Votre texte n’est pas perdu" in answer.text and "Autrement." in answer.text
    assert Report.objects.get().answer == "C’est une opinion, et elle est permise."


def test_what_another_animator_has_claimed_is_theirs_to_decide(
    report, lucie, make_person, browser_of
):
    other = make_person("Autre Animatrice", AUTHORITIES, is_animator=True)
    (source,) = (source for source in review_sources() if source.name == "signalements")
    claim_item(source, report.pk, other)
    desk = browser_of(lucie)
    assert "Autre Animatrice s’en occupe" in page_of(report, desk).text
    answer = dismissed(report, desk, answer="Gardé.")
    assert answer.status_code == 403 and "Gardé." in answer.text
    assert Report.objects.get().is_open
    assert dismissed(report, browser_of(other)).status_code == 302


def test_a_measure_answers_all_reports_of_what_it_is_about(
    report, post, lucie, jeanne, viewer_of, browser_of
):
    reported(viewer_of(None), post.get_absolute_url())
    measure = Measure.objects.create(
        kind=MeasureKind.HIDE_POST, person=post.author, post=post, thread=post.thread,
        reason=moderation_reason(), facts="Nomme un foyer.", taken_by=lucie,
    )  # fmt: skip
    with transaction.atomic():
        decided = actions.uphold_reports(report.pk, viewer_of(lucie), measure)
    assert len(decided) == 2
    assert set(Report.objects.values_list("status", flat=True)) == {ReportStatus.UPHELD}
    status = browser_of(jeanne).get(reverse("report-status", args=[report.token])).text
    assert "Message masqué" in status and "Manquement à la charte" in status
    assert "Nomme un foyer" not in status, "the facts are for the person concerned"
    assert logged()[-1] == LoggedAction.UPHOLD_REPORT


def test_a_measure_about_something_else_answers_no_report(
    report, jeanne, lucie, spaces, viewer_of
):
    other = start_thread(jeanne, spaces["public"]).posts.get()
    measure = Measure.objects.create(
        kind=MeasureKind.HIDE_POST, person=jeanne, post=other, thread=other.thread,
        reason=moderation_reason(), facts="Autre chose.", taken_by=lucie,
    )  # fmt: skip
    with pytest.raises(Refused), transaction.atomic():
        actions.uphold_reports(report.pk, viewer_of(lucie), measure)
    assert Report.objects.get().is_open


def test_what_a_stranger_does_not_see_the_animator_finds_by_its_address(
    claire, lucie, spaces, browser_of
):
    post = start_thread(claire, spaces["network"]).posts.get()
    sent(browser_of(None), f"http://testserver/messages/{post.pk}/", **STRANGER)
    page = page_of(Report.objects.get(), browser_of(lucie))
    assert (page.context["seen"].post, page.context["concerned"]) == (post, claire)
    assert f"{reverse('hide-post', args=[post.pk])}?signalement=" in page.text


def test_an_organisation_is_struck_from_its_report(claire, lucie, viewer_of, browser_of):
    organisation = claire.seats.get().organisation
    report = reported(viewer_of(None), organisation.get_absolute_url())
    desk, strike = browser_of(lucie), reverse("strike-organisation", args=[organisation.slug])
    assert page_of(report, desk).text.count(f"{strike}?signalement={report.pk}") == 1
    form = desk.get(strike, {"signalement": report.pk}).context["form"]
    values = {name: form[name].value() for name in form.fields}
    desk.post(strike, values | {"reason": moderation_reason().slug, "facts": "N’existe pas."})
    assert Report.objects.get().measure.kind == MeasureKind.STRIKE_ORGANISATION


def test_who_reported_is_read_by_animators_alone_and_the_log_says_so(
    report, claire, jeanne, lucie, browser_of
):
    desk, address = browser_of(lucie), reverse("reveal-reporter", args=[report.pk])
    assert jeanne.full_name not in page_of(report, desk).text.partition("<main")[2]
    assert jeanne.full_name in desk.post(address).text.partition("<main")[2]
    assert logged()[-1] == LoggedAction.REVEAL_REPORTER
    for person in (claire, jeanne):
        assert browser_of(person).post(address).status_code == 404
        assert page_of(report, browser_of(person)).status_code == 404


def test_the_log_names_neither_who_reported_nor_whom(report, lucie, browser_of):
    dismissed(report, browser_of(lucie))
    entries = ModerationLogEntry.objects.order_by("pk")
    assert list(entries.values_list("person", "actor")) == [(None, None), (None, lucie.pk)]


def test_an_animator_decides_nothing_about_themselves_nor_learns_of_it(
    lucie, jeanne, spaces, make_person, viewer_of, browser_of
):
    post = start_thread(lucie, spaces["public"]).posts.get()
    report = reported(viewer_of(jeanne), post.get_absolute_url())
    desk = browser_of(lucie)
    assert page_of(report, desk).status_code == 404
    assert desk.get(reverse("review-queue")).context["rows"] == []
    assert desk.get("/").context["menu"].decisions == 0
    assert desk.get(reverse("moderation-log")).context["rows"] == []
    other = make_person("Autre Animatrice", AUTHORITIES, is_animator=True)
    assert browser_of(other).get("/").context["menu"].decisions == 1
    assert len(browser_of(other).get(reverse("moderation-log")).context["rows"]) == 1
    with pytest.raises(Report.DoesNotExist):
        actions.dismiss_reports(report.pk, viewer_of(lucie), "Non.", report.pk)


def test_of_a_private_room_an_animator_reads_the_reported_text_and_no_more(
    claire, lucie, spaces, make_person, viewer_of, browser_of
):
    thread = start_thread(claire, spaces[AUTHORITIES], title="Secret du collège")
    colleague = make_person("Une Collègue", AUTHORITIES)
    report = reported(viewer_of(colleague), thread.posts.get().get_absolute_url())
    desk = browser_of(lucie)

    for page in (page_of(report, desk), desk.get(reverse("review-queue"))):
        assert thread.posts.get().text.split()[0] in page.text
        assert "ecret du coll" not in page.text and "secret-du-college" not in page.text
    page = page_of(report, desk)
    link = f'href="{reverse("post", args=[thread.posts.get().pk])}"'
    assert "ouvrez-la" in page.text and link not in page.text
    assert claire.full_name not in page.text and page.context["concerned"] is None

    break_glass(lucie, AUTHORITIES)
    page = page_of(report, browser_of(lucie))
    assert link in page.text and "Secret du collège" in page.text
    assert page.context["concerned"] == claire


def test_the_address_of_a_group_that_an_animator_is_not_in_is_not_shown(
    claire, lucie, spaces, viewer_of, browser_of
):
    space, desk = spaces["group"], browser_of(lucie)
    for address in (
        reverse("space", args=[space.slug]),
        reverse("group", args=[space.group.slug]),
        reverse("tag", args=["mot-secret"]),
    ):
        page = page_of(reported(viewer_of(claire), address), desk)
        assert address not in page.text and "un espace que vous ne lisez pas" in page.text
    public = reported(viewer_of(claire), reverse("space", args=[spaces["public"].slug]))
    assert public.address in page_of(public, desk).text


def test_decided_reports_are_deleted_after_their_time(report, lucie, browser_of, settings):
    dismissed(report, browser_of(lucie))
    settings.FORUM_RETENTION = settings.FORUM_RETENTION | {"reports": 10}
    assert delete_old_reports.call() == 0
    Report.objects.update(decided_at=timezone.now() - timedelta(days=11))
    assert delete_old_reports.call() == 1


def test_only_who_animates_decides(report, claire, viewer_of):
    with pytest.raises(PermissionDenied):
        actions.dismiss_reports(report.pk, viewer_of(claire), "Non.", report.pk)


def test_an_animator_decides_no_report_of_what_they_wrote_where_the_reporter_saw_nothing(
    lucie, spaces, viewer_of
):
    own = start_thread(lucie, spaces["network"]).posts.get()
    report = reported(viewer_of(None), own.get_absolute_url())
    assert report.person is None

    with pytest.raises(Refused, match="vous concerne"):
        actions.dismiss_reports(report.pk, viewer_of(lucie), "Rien.", report.pk)
