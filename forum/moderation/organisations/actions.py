"""Striking organisations from the network, bringing them back, renaming and merging them.

The register of signatures keeps its rows: nothing here changes a signature. Each raises
PermissionDenied unless the actor is an animator, asked under the lock.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admission.actions import REQUIRED_SPONSORS
from accounts.base.exceptions import FieldRefusal
from accounts.models import Organisation, User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.organisations.actions import lock_organisation
from accounts.organisations.lookup import find_by_name
from accounts.organisations.queries import contact_seats
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.moderation.measures.actions import close_measures, create_measure, no_own_measure
from forum.moderation.measures.models import Measure, MeasureKind, ModerationReason
from forum.rules import require


class CannotRename(FieldRefusal):
    """The organisation cannot be given this name."""


@transaction.atomic(durable=True)
def strike_organisation(
    organisation: Organisation,
    actor: Viewer,
    facts: str,
    reason: ModerationReason,
    report_id: int | None = None,
) -> Measure:
    """Strike ``organisation`` from the network; return the measure, which may be ended.

    It is admitted no more: its seats grant nothing, no list, count or territory names it. Its
    contact, or else who signed first for it, is given the statement of reasons. Not one's own.
    """
    organisation = _lock(organisation, actor)
    own = organisation.seats.current().filter(person=actor.person_id)
    require(not own.exists(), no_own_measure())
    in_force = Measure.objects.in_force().filter(kind=MeasureKind.STRIKE_ORGANISATION)
    if earlier := in_force.filter(organisation=organisation).first():
        return earlier
    concerned = _who_speaks_for(organisation)
    organisation.admitted_at, organisation.struck_at = None, timezone.now()
    organisation.save(update_fields=["admitted_at", "struck_at"])
    about = {"organisation": organisation, "person_id": concerned, "report_id": report_id}
    return create_measure(MeasureKind.STRIKE_ORGANISATION, actor, facts, reason, **about)


def restore_organisation(measure: Measure, actor: Viewer, ending_reason: str) -> None:
    """Bring a struck organisation back, in the action's own transaction.

    It is admitted again if it was, by a confirmed seat, by sponsors or by an animator.
    """
    organisation = _lock(measure.organisation, actor)
    was_admitted = (
        settings.FORUM_ADMISSION == "open"
        or organisation.admitted_by_id is not None
        or organisation.seats.filter(confirmed_at__isnull=False).exists()
        or organisation.sponsorships.count() >= REQUIRED_SPONSORS
    )
    organisation.struck_at = None
    organisation.admitted_at = timezone.now() if was_admitted else None
    organisation.save(update_fields=["admitted_at", "struck_at"])
    close_measures(
        MeasureKind.STRIKE_ORGANISATION, actor, ending_reason, organisation=organisation
    )


@transaction.atomic(durable=True)
def rename_organisation(
    organisation: Organisation, actor: Viewer, name: str, reason: str
) -> Organisation:
    """Give ``organisation`` another ``name``; return it. Its page keeps its address.

    The name that it had is shown beside. Raise CannotRename where another has the name.
    """
    organisation = _lock(organisation, actor)
    name = " ".join(name.split())
    if name == organisation.name:
        return organisation
    other = find_by_name(name)
    if other is not None and other.pk != organisation.pk:
        words = _("Une autre organisation porte ce nom : réunissez-les plutôt.")
        raise CannotRename(words, "name")
    organisation.former_name, organisation.name = organisation.name, name
    organisation.save(update_fields=["name", "folded_name", "former_name"])
    record_action(
        LoggedAction.RENAME_ORGANISATION,
        actor.person_id,
        person_id=_who_speaks_for(organisation),
        organisation_id=organisation.pk,
        reason=f"{organisation.former_name} → {name}. {reason}",
    )
    return organisation


def _lock(organisation, actor):
    organisation = lock_organisation(organisation.pk)
    require_animator(User(pk=actor.person_id))
    return organisation


def _who_speaks_for(organisation):
    """The id of its contact, else of whoever signed for it first, or None."""
    contact = contact_seats(organisation.pk).values_list("person", flat=True).first()
    signed = organisation.signatures.live().values_list("person", flat=True)
    return contact or signed.first()
