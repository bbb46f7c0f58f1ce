"""Making an appeal and deciding about it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.review_queue.actions import require_unclaimed
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.moderation.actions import lift_measure
from forum.moderation.appeals.models import Appeal
from forum.moderation.measures.actions import no_own_measure
from forum.moderation.measures.mail import mail_decision_about
from forum.moderation.measures.models import Measure


@transaction.atomic(durable=True)
def make_appeal(measure: Measure, actor: Viewer, text: str) -> Appeal:
    """Appeal for ``actor``, whom ``measure`` concerns, against it, once; return the appeal.

    Suspended or not. Raise DoesNotExist where it concerns someone else, and Refused where it
    has ended. Sent again it is the appeal that stands.
    """
    measure = lock_row(Measure, measure.pk)
    if measure.person_id is None or measure.person_id != actor.person_id:
        raise Measure.DoesNotExist
    require(measure.may_be_ended, _("Cette mesure a déjà pris fin."))
    fields = {"made_by_id": actor.person_id, "text": text}
    return Appeal.objects.get_or_create(measure=measure, defaults=fields)[0]


@transaction.atomic(durable=True)
def decide_appeal(appeal: Appeal, actor: Viewer, is_granted: bool, answer: str) -> Appeal:
    """Grant ``appeal``, which ends the measure, or reject it, with an ``answer``; return it.

    Neither who took the measure nor whom it concerns. Raise Refused where it is decided
    already, and PermissionDenied where another animator has claimed it.
    """
    measure = Measure.objects.visible_to(actor).get(pk=appeal.measure_id)
    words = _("Un autre membre de l’équipe que celui qui a pris la mesure en décide.")
    require(measure.taken_by_id != actor.person_id, words)
    require(measure.person_id != actor.person_id, no_own_measure())
    if is_granted and measure.may_be_ended:
        lift_measure(measure, actor, answer)
    appeal = lock_row(Appeal, appeal.pk)
    require_animator(User(pk=actor.person_id))
    require(appeal.decided_at is None, _("Ce recours est déjà décidé."))
    assert actor.person_id is not None  # An animator has an account.
    require_unclaimed("recours", appeal.pk, actor.person_id)
    appeal.is_granted, appeal.answer = is_granted, answer
    appeal.decided_by_id, appeal.decided_at = actor.person_id, timezone.now()
    appeal.save(update_fields=["is_granted", "answer", "decided_by", "decided_at"])
    mail_decision_about.enqueue(measure.pk)
    record_action(
        LoggedAction.ACCEPT_APPEAL if is_granted else LoggedAction.REJECT_APPEAL,
        actor.person_id,
        person_id=measure.person_id,
        organisation_id=measure.organisation_id,
        measure_id=measure.pk,
        reason=answer,
    )
    return appeal
