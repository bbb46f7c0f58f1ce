"""Making a report, and deciding about all open ones of one subject."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.review_queue.actions import require_unclaimed
from accounts.users.models import User
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base.rules import require, require_moderator
from forum.moderation.measures.models import Measure, MeasureKind
from forum.moderation.reports.mail import mail_decision
from forum.moderation.reports.models import SUBJECT_KEYS, Report, ReportStatus
from forum.moderation.reports.queries import reports_about
from forum.moderation.reports.subjects import find_subject, is_address_of


def make_report(viewer: Viewer, address: str, **values: Any) -> Report:
    """Report for ``viewer`` what is at ``address``; return the report.

    What they see there is copied. Who sees nothing there reports the address alone. Sent again
    with the same ``idempotency_key`` it is the report that was made. ``values``: the fields of
    the report that the reporter gives.
    """
    sent_before = Report.objects.filter(idempotency_key=values["idempotency_key"])
    try:
        return sent_before.first() or _make_report(viewer, address, values)
    except IntegrityError:  # Two at once.
        return sent_before.get()


@transaction.atomic(durable=True)
def _make_report(viewer: Viewer, address: str, values: dict[str, Any]) -> Report:
    subject = find_subject(viewer, address)
    report = Report(
        address=subject.address,
        subject=subject.name,
        post=subject.post,
        thread=subject.thread,
        person=subject.person,
        organisation=subject.organisation,
        reported_text=subject.text,
        reporter_id=viewer.person_id,
        token=get_random_string(32),
        **values,
    )
    report.follow_up_url += f"{report.token}/"
    _add(report)
    return report


#: Characters of a subject that leave room for the number of the first report.
_SUBJECT_LENGTH = 490


@transaction.atomic(durable=True)
def appeal_dismissal(token: str, text: str) -> Report:
    """Ask that another animator reads the report of this ``token`` again; return the new one.

    It waits as a report of its own, which whoever dismissed the first does not see. Raise
    Refused where it was not dismissed, or too long ago, or this was asked before.
    """
    rows = Report.objects.select_for_update(of=("self",), no_key=True)
    first = rows.get(token=token)
    require(first.may_be_appealed, _("Cette décision n’est pas, ou n’est plus, à revoir."))
    appeal = Report.objects.get(pk=first.pk)
    appeal.pk, appeal.appeal_of, appeal.text = None, first, text
    appeal.subject = f"{first.subject[:_SUBJECT_LENGTH]}-appeal-{first.pk}"
    appeal.token, appeal.idempotency_key = get_random_string(32), uuid4()
    appeal.follow_up_url = first.follow_up_url.replace(first.token, appeal.token)
    appeal.status, appeal.decided_at, appeal.decided_by = ReportStatus.OPEN, None, None
    appeal.answer, appeal.created_at = "", timezone.now()
    appeal._state.adding = True
    _add(appeal)
    return appeal


@transaction.atomic(durable=True)
def dismiss_reports(
    pk: int, actor: Viewer, answer: str, last_pk: int, *, is_remedied: bool = False
) -> list[Report]:
    """Close the report ``pk`` and the others of its subject, to ``last_pk``; return them.

    No measure comes of them. ``is_remedied``: what was reported has been changed all the same,
    as by a move, another name, or its author. Each reporter is given ``answer``. Raise
    DoesNotExist where ``actor`` may not see it, and PermissionDenied where it is decided, or
    another animator has claimed it.
    """
    reports = _lock_open(pk, actor, last_pk)
    if is_remedied:
        status, action = ReportStatus.REMEDIED, LoggedAction.REMEDY_REPORT
    else:
        status, action = ReportStatus.DISMISSED, LoggedAction.DISMISS_REPORT
    _decide(reports, actor, status, answer=answer)
    record_action(action, actor.person_id, reason=answer, **_named(reports[0]))
    return reports


def uphold_reports(pk: int, actor: Viewer, measure: Measure) -> list[Report]:
    """Answer the report ``pk`` and all open ones of its subject by ``measure``; return them.

    Called in the transaction of the action that takes the measure. Each reporter is told what
    was done and on what ground. Whoever took it may take another from the same report, which
    answers nothing more. Raise as ``dismiss_reports``.
    """
    first = Report.objects.visible_to(actor).get(pk=pk)
    reports = [] if first.is_upheld_by(actor.person_id) else _lock_open(pk, actor)
    words = _("Ce signalement concerne autre chose : décidez-le sur sa page.")
    require(_concerns(measure, first), words)
    answer_reports(reports, actor, measure)
    return reports


def lock_reports_about(measure: Measure, actor: Viewer) -> list[Report]:
    """The open reports of the very thing that ``measure`` is about, locked, the oldest first.

    Whoever takes it has decided them, wherever they pressed, and also those that somebody else
    has claimed: there is nothing left to decide. The refusal of an edit leaves what stands, and
    answers none. ``measure`` need not be saved.
    """
    if measure.kind == MeasureKind.REFUSE_EDIT:
        return []
    rows = Report.objects.visible_to(actor).open().filter(reports_about(measure))
    rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return [
        report
        for report in rows
        if report.names_something or is_address_of(report.address, measure)
    ]


def answer_reports(reports: list[Report], actor: Viewer, measure: Measure) -> None:
    """Answer ``reports``, which are locked, with ``measure``."""
    if reports:
        _decide(reports, actor, ReportStatus.UPHELD, measure=measure)
        named = {"measure_id": measure.pk} | _named(reports[0])
        record_action(LoggedAction.UPHOLD_REPORT, actor.person_id, **named)


@transaction.atomic(durable=True)
def reveal_reporter(pk: int, actor: Viewer) -> Report:
    """Note in the log that ``actor`` reads who made the report ``pk``; return it.

    Raise DoesNotExist where they may not see it.
    """
    require_moderator(actor)
    report = Report.objects.visible_to(actor).select_related("reporter").get(pk=pk)
    record_action(LoggedAction.REVEAL_REPORTER, actor.person_id, **_named(report))
    return report


def delete_old_reports() -> int:
    """Delete the reports decided ``FORUM_RETENTION["reports"]`` days ago; return how many."""
    days = settings.FORUM_RETENTION["reports"]
    old = Report.objects.filter(decided_at__lt=timezone.now() - timedelta(days=days))
    return old.delete()[0]


def _add(report: Report) -> None:
    """Save a new report and note it in the log: neither whom it concerns nor who made it.

    They would read there that somebody had reported them.
    """
    report.save()
    record_action(LoggedAction.REPORT, None, **_named(report))


def _lock_open(pk: int, actor: Viewer, last_pk: int | None = None) -> list[Report]:
    """Lock the open reports of the subject of ``pk``, the oldest first."""
    require_moderator(actor)
    report = Report.objects.visible_to(actor).get(pk=pk)
    locked = Report.objects.visible_to(actor).open().filter(subject=report.subject)
    if last_pk is not None:  # One that came after the page was shown has not been read.
        locked = locked.filter(pk__lte=last_pk)
    locked = locked.select_for_update(of=("self",), no_key=True).order_by("pk")
    reports = list(locked)
    require_animator(User(pk=actor.person_id))  # Now, and not when the page was asked for.
    if not reports:
        raise PermissionDenied(_("Ce signalement est déjà décidé."))
    seen = find_subject(actor, reports[0].address)  # The reporter may have seen nothing there.
    words = _("Ce signalement vous concerne : un autre membre de l’équipe en décide.")
    require(seen.person is None or seen.person.pk != actor.person_id, words)
    assert actor.person_id is not None  # An animator has an account.
    require_unclaimed("signalements", reports[0].pk, actor.person_id)
    return reports


def _decide(reports: list[Report], actor: Viewer, status: ReportStatus, **values: Any) -> None:
    """Write the decision, with a task for each mail."""
    now = timezone.now()
    pks = [report.pk for report in reports]
    Report.objects.filter(pk__in=pks).update(
        status=status, decided_at=now, decided_by=actor.person_id, **values
    )
    for report in reports:
        if report.reporter_email:
            mail_decision.enqueue(report.pk)


def _concerns(measure: Measure | None, report: Report) -> bool:
    """Whether ``measure`` is about what ``report`` names, or about whoever wrote it.

    One that names an address alone may be about anything that stands there.
    """
    named = [(getattr(report, key), getattr(measure, key)) for key in SUBJECT_KEYS]
    is_same = any(own == other is not None for own, other in named)
    return is_same or not report.names_something


def _named(report: Report) -> dict[str, Any]:
    """What the log says of a report, but for the people."""
    return {
        "report_id": report.pk,
        "post_id": report.post_id,
        "thread_id": report.thread_id,
        "organisation_id": report.organisation_id,
    }
