"""Measures: their rows, their lines in the log, and what they make of people's accounts.

What measures do to posts and threads is in ``forum/moderation/actions.py``. An action raises
Refused where the actor may not do it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.avatars.actions import remove_photo
from forum.conversation.threads.models import Post
from forum.moderation.measures.mail import MAILED_KINDS, mail_decision_about
from forum.moderation.measures.models import Measure, MeasureKind, ModerationReason
from forum.moderation.reports.actions import (
    answer_reports,
    lock_reports_about,
    uphold_reports,
)

#: What the log says of the end of each kind of measure.
_ENDINGS = {
    MeasureKind.HIDE_POST: LoggedAction.RESTORE_POST,
    MeasureKind.REFUSE_EDIT: LoggedAction.END_EDIT_REFUSAL,
    MeasureKind.LOCK_THREAD: LoggedAction.UNLOCK_THREAD,
    MeasureKind.SLOW_MODE: LoggedAction.END_SLOW_MODE,
    MeasureKind.WARN: LoggedAction.END_WARNING,
    MeasureKind.REMOVE_PHOTO: LoggedAction.ALLOW_PHOTO,
    MeasureKind.SILENCE: LoggedAction.END_SILENCE,
    MeasureKind.SUSPEND: LoggedAction.END_SUSPENSION,
    MeasureKind.STRIKE_ORGANISATION: LoggedAction.RESTORE_ORGANISATION,
}


def create_measure(
    kind: MeasureKind,
    actor: Viewer,
    facts: str,
    reason: ModerationReason | None = None,
    *,
    answers_report: bool = True,
    **fields: Any,
) -> Measure:
    """Add a measure and its line in the log, in the action's own transaction; return it.

    Without ``reason`` it is a breach of the charter. ``fields``: whom and what it concerns,
    when it ends, and the report from which one came, which it answers with all of its subject
    unless another measure does (``answers_report``). The open reports of the very thing are
    answered in any case, and led to it where none is named.
    """
    kind = MeasureKind(kind)
    reason = reason or _default_reason()
    measure = Measure(
        kind=kind, taken_by_id=actor.person_id, facts=facts, reason=reason, **fields
    )
    reports, came_from = lock_reports_about(measure, actor), measure.report_id
    if reports and not came_from:
        measure.report_id = reports[0].pk
    measure.save(force_insert=True)
    _record(LoggedAction(kind), actor, measure, f"{reason.name} : {facts}")
    if kind in MAILED_KINDS and measure.person_id:
        mail_decision_about.enqueue(measure.pk)
    if came_from and answers_report:
        answered = uphold_reports(came_from, actor, measure)
        reports = [report for report in reports if report not in answered]
    answer_reports(reports, actor, measure)
    return measure


def close_measures(
    kind: MeasureKind, actor: Viewer, ending_reason: str, **concerned: Any
) -> list[Measure]:
    """End what is in force of ``kind`` and ``concerned``; return it.

    The log has a line of each; and one where there was none: what is undone was done before
    there were measures.
    """
    rows = Measure.objects.in_force().filter(kind=kind, **concerned)
    measures = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for measure in measures:
        measure.ended_at, measure.ended_by_id = timezone.now(), actor.person_id
        measure.ending_reason = ending_reason
        measure.save(update_fields=["ended_at", "ended_by", "ending_reason"])
    for measure in measures or [Measure(kind=kind, **concerned)]:
        _record(_ENDINGS[MeasureKind(kind)], actor, measure, ending_reason)
    return measures


@transaction.atomic(durable=True)
def impose_on_person(
    kind: MeasureKind,
    person: User,
    actor: Viewer,
    facts: str,
    reason: ModerationReason,
    ends_at: datetime | None = None,
    report_id: int | None = None,
) -> Measure:
    """Warn, silence or suspend ``person`` until ``ends_at``, or remove their photo.

    Return the measure.

    A suspension may have no end. Neither oneself nor another animator, nor an administrator.
    Sent twice it is one measure; another of the kind that is in force is to be ended first.
    """
    person = _lock_people(person.pk, actor)
    require(person.pk != actor.person_id, no_own_measure())
    words = _("Une mesure contre un membre de l’équipe revient à l’exploitant du site.")
    require(not (person.is_animator or person.is_superuser), words)
    kind = MeasureKind(kind)
    earlier = Measure.objects.in_force().filter(kind=kind, person=person).first()
    if earlier and (earlier.facts, earlier.taken_by_id) == (facts, actor.person_id):
        return earlier
    if kind == MeasureKind.SUSPEND:
        _require_none(earlier)
        person.suspended_at, person.suspended_until = timezone.now(), ends_at
        person.save(update_fields=["suspended_at", "suspended_until"])
    elif kind == MeasureKind.SILENCE:
        _require_none(earlier)
        person.silenced_until = ends_at
        person.save(update_fields=["silenced_until"])
    elif kind == MeasureKind.REMOVE_PHOTO:
        remove_photo(person.pk)
    about: dict[str, Any] = {"person": person, "ends_at": ends_at, "report_id": report_id}
    return create_measure(kind, actor, facts, reason, **about)


def lift_from_person(measure: Measure, actor: Viewer, ending_reason: str) -> None:
    """End a silence or a suspension, in the action's own transaction."""
    assert measure.person_id is not None  # It concerns a person.
    person = _lock_people(measure.person_id, actor)
    require_in_force(measure)
    if measure.kind == MeasureKind.SUSPEND:
        person.suspended_at = person.suspended_until = None
    else:
        person.silenced_until = None
    person.save(update_fields=["suspended_at", "suspended_until", "silenced_until"])
    close_measures(MeasureKind(measure.kind), actor, ending_reason, person=person)


def require_in_force(measure: Measure) -> None:
    """Raise Refused where ``measure`` has ended, asked once what it changed is locked."""
    words = _("Cette mesure a déjà pris fin.")
    require(Measure.objects.get(pk=measure.pk).may_be_ended, words)


def hiding_reason(facts: str) -> str:
    """``facts`` as short as a hidden post has them; its measure has them whole."""
    longest: int | None = Post._meta.get_field("hiding_reason").max_length
    assert longest is not None
    return Truncator(facts).chars(longest)


def no_own_measure() -> str:
    """The reason given to an animator who would decide about themselves."""
    return _("On ne prend, ni ne lève, de mesure pour soi-même.")


def _lock_people(pk: int, actor: Viewer) -> User:
    """The person of this id, locked with the actor, who must still be an animator."""
    locked = {
        person_id: lock_row(User, person_id)
        for person_id in sorted({pk, actor.person_id or 0} - {0})
    }
    require_animator(locked.get(actor.person_id or 0) or locked[pk])
    return locked[pk]


def _require_none(earlier: Measure | None) -> None:
    words = _("Une mesure de cette nature est déjà en cours : levez-la d’abord.")
    require(earlier is None, words)


def _default_reason() -> ModerationReason:
    fields = {"name": "Manquement à la charte", "name_en": "Breach of the charter"}
    fields |= {"reference": "Charte du réseau", "reference_en": "Charter of the network"}
    return ModerationReason.objects.get_or_create(slug="charter", defaults=fields)[0]


def _record(action: LoggedAction, actor: Viewer, measure: Measure, words: str) -> None:
    record_action(
        action,
        actor.person_id,
        person_id=measure.person_id,
        organisation_id=measure.organisation_id,
        thread_id=measure.thread_id,
        post_id=measure.post_id,
        report_id=measure.report_id,
        measure_id=measure.pk,
        reason=words,
    )
