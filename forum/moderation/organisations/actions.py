"""Striking organisations from the network, bringing them back, renaming and merging them.

The register of signatures keeps its rows: nothing here changes a signature. Each raises
PermissionDenied unless the actor is an animator, asked under the lock.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.exceptions import FieldRefusal
from accounts.base.text import fold
from accounts.models import (
    EmailDomain,
    Organisation,
    Seat,
    Signature,
    SignedVersion,
    User,
)
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.organisations.actions import adopt_seat, lock_organisation
from accounts.organisations.queries import contact_seats
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.addressees.actions import carry_questions
from forum.moderation.measures.actions import (
    close_measures,
    create_measure,
    no_own_measure,
    require_in_force,
)
from forum.moderation.measures.models import Measure, MeasureKind, ModerationReason


class CannotRename(FieldRefusal):
    """The organisation cannot be given this name."""


class CannotMerge(FieldRefusal):
    """The two organisations cannot be made one."""


@transaction.atomic(durable=True)
def strike_organisation(
    organisation: Organisation,
    actor: Viewer,
    facts: str,
    reason: ModerationReason,
    report_id: int | None = None,
) -> Measure:
    """Strike ``organisation`` from the network; return the measure, which may be ended.

    It is admitted no more, nor is what was merged into it: its seats grant nothing, no list,
    count or territory names it. Its
    contact, or else who signed first for it, is given the statement of reasons. Not one's own.
    """
    organisation = _lock(organisation, actor)
    _require_not_own(organisation, actor)
    in_force = Measure.objects.in_force().filter(kind=MeasureKind.STRIKE_ORGANISATION)
    if earlier := in_force.filter(organisation=organisation).first():
        return earlier
    concerned = _who_speaks_for(organisation)
    organisation.admitted_at, organisation.struck_at = None, timezone.now()
    organisation.save(update_fields=["admitted_at", "struck_at"])
    merged = Organisation.objects.filter(merged_into=organisation, admitted_at__isnull=False)
    merged.update(admitted_at=None, struck_at=organisation.struck_at)
    about: dict[str, Any] = {
        "organisation": organisation,
        "person_id": concerned,
        "report_id": report_id,
    }
    return create_measure(MeasureKind.STRIKE_ORGANISATION, actor, facts, reason, **about)


def restore_organisation(measure: Measure, actor: Viewer, ending_reason: str) -> None:
    """Bring a struck organisation back, in the action's own transaction.

    It is admitted again if it was, or if a seat that needs no sponsors was confirmed meanwhile.
    So is what was merged into it. Not one's own.
    """
    assert measure.organisation is not None  # It concerns one.
    organisation = _lock(measure.organisation, actor)
    require_in_force(measure)
    _require_not_own(organisation, actor)
    merged = Organisation.objects.filter(merged_into=organisation)
    struck_with_it = merged.filter(struck_at=organisation.struck_at)
    struck_with_it.update(admitted_at=timezone.now(), struck_at=None)
    confirmed = organisation.seats.filter(confirmed_at__isnull=False)
    was_admitted = (
        SignedVersion.objects.in_register().filter(pk=organisation.pk).exists()
        or not organisation.needs_sponsors
        and confirmed.exists()
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
    others = Organisation.objects.exclude(pk=organisation.pk)
    if others.filter(folded_name=fold(name)).exists():
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


@transaction.atomic(durable=True)
def merge_organisations(
    source: Organisation, target: Organisation, actor: Viewer, reason: str
) -> Organisation:
    """Make ``source`` a part of ``target``, of the same college; return that.

    The page of ``source`` leads to that of ``target``, which has its territories, domains and
    questions. Signatures stay as they are: who has signed for ``target`` sits there from now
    on, others keep the rights of their seat until they sign for it, which moves their seat.
    Raise CannotMerge where they cannot be one.
    """
    first, second = sorted((source.pk, target.pk))
    rows = {pk: lock_organisation(pk) for pk in (first, second)}
    require_animator(User(pk=actor.person_id))
    source, target = rows[source.pk], rows[target.pk]
    if source.merged_into_id == target.pk:
        return target
    _require_mergeable(source, target)
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    Organisation.objects.filter(merged_into=source).update(merged_into=target)
    target.territories.add(*source.territories.all())
    signatories = Signature.objects.current().filter(organisation=target).values("person")
    for person in User.objects.filter(pk__in=signatories, seats__organisation=source):
        adopt_seat(person, target)
    _pass_on(source, target)
    record_action(
        LoggedAction.MERGE_ORGANISATIONS,
        actor.person_id,
        person_id=_who_speaks_for(source),
        organisation_id=target.pk,
        reason=f"{source.name} → {target.name}. {reason}",
    )
    return target


@transaction.atomic(durable=True)
def separate_organisation(
    organisation: Organisation, actor: Viewer, ending_reason: str
) -> Organisation:
    """Make ``organisation``, which was merged into another, one of its own again; return it.

    What has moved stays where it is: seats, territories, questions. Twice is once. Raise
    Refused while it is struck together with the other, whose measure brings both back.
    """
    organisation = _lock(organisation, actor)
    target = organisation.merged_into
    if target is None:
        return organisation
    words = _("L’une des deux n’est pas dans le réseau, ou n’y est plus.")
    require(organisation.struck_at is None, words)
    organisation.merged_into = None
    organisation.save(update_fields=["merged_into"])
    record_action(
        LoggedAction.SEPARATE_ORGANISATIONS,
        actor.person_id,
        person_id=_who_speaks_for(organisation),
        organisation_id=organisation.pk,
        reason=f"{organisation.name} / {target.name}. {ending_reason}",
    )
    return organisation


def _require_mergeable(source: Organisation, target: Organisation) -> None:
    if source.pk == target.pk:
        raise CannotMerge(_("Choisissez une autre organisation que celle-ci."), "target")
    if source.college_id != target.college_id:
        words = _("Elles sont de deux collèges : leurs membres ne lisent pas la même chose.")
        raise CannotMerge(words, "target")
    if source.merged_into_id:
        raise CannotMerge(_("Celle-ci fait déjà partie d’une autre."), "target")
    if target.merged_into_id or not target.admitted_at or source.struck_at:
        words = _("L’une des deux n’est pas dans le réseau, ou n’y est plus.")
        raise CannotMerge(words, "target")


def _pass_on(source: Organisation, target: Organisation) -> None:
    """Put to ``target`` what was asked of ``source``, and give it the domains of that."""
    carry_questions(source, target)
    theirs = EmailDomain.objects.filter(organisation=target).values("domain")
    domains = EmailDomain.objects.filter(organisation=source)
    domains.exclude(domain__in=theirs).update(organisation=target)


def _require_not_own(organisation: Organisation, actor: Viewer) -> None:
    condition = Q(organisation=organisation) | Q(organisation__merged_into=organisation)
    own = Seat.objects.current().filter(condition, person=actor.person_id)
    require(not own.exists(), no_own_measure())


def _lock(organisation: Organisation, actor: Viewer) -> Organisation:
    organisation = lock_organisation(organisation.pk)
    require_animator(User(pk=actor.person_id))
    return organisation


def _who_speaks_for(organisation: Organisation) -> int | None:
    """The id of its contact, else of whoever signed for it first, or None."""
    people = contact_seats(organisation.pk).values_list("person", flat=True)
    contact: int | None = people.first()
    signed = organisation.signatures.live().values_list("person", flat=True)
    return contact or signed.first()
