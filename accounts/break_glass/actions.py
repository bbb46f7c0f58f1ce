"""Opening and closing a break-glass access."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.exceptions import FieldRefusal
from accounts.base.locks import lock_row
from accounts.break_glass.models import BreakGlassAccess
from accounts.break_glass.rules import is_sufficient_reason, may_break_glass
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.users.models import User
from accounts.viewers.viewers import viewer_of_person

if TYPE_CHECKING:
    from accounts.organisations.models import College


#: The durations that an access may have.
ALLOWED_HOURS = (1, 8, 24, 72)


class BreakGlassDenied(FieldRefusal):
    """The access cannot be opened with these values."""

    status = 403


@transaction.atomic(durable=True)
def open_access(person: User, college: College, reason: str, hours: int) -> BreakGlassAccess:
    """Let ``person`` read the private spaces of ``college`` for ``hours``; return the access.

    Opening twice with the same values has one effect. Raise BreakGlassDenied where they may
    not, where it is their own college, without a sufficient reason, and where an access is
    open with another reason or duration.
    """
    person = lock_row(User, person.pk)
    viewer = viewer_of_person(person)
    if not may_break_glass(viewer, person):
        raise BreakGlassDenied(_("Ceci revient à l’équipe d’animation et aux administrateurs."))
    if college.pk in viewer.college_ids:
        raise BreakGlassDenied(
            _("C’est votre collège : sa pièce vous est déjà ouverte."), "college"
        )
    if not is_sufficient_reason(reason) or hours not in ALLOWED_HOURS:
        raise BreakGlassDenied(_("Dites au collège pourquoi, en une phrase."), "reason")
    now, duration = timezone.now(), timedelta(hours=hours)
    current = (
        BreakGlassAccess.objects.current(now).filter(person=person, college=college).first()
    )
    if current is None:
        words = f"{college.name} : {reason.strip()}"
        record_action(LoggedAction.BREAK_GLASS, person.pk, reason=words)
        return BreakGlassAccess.objects.create(
            college=college,
            person=person,
            reason=reason.strip(),
            opened_at=now,
            closes_at=now + duration,
        )
    if (current.reason, current.closes_at) != (reason.strip(), current.opened_at + duration):
        words = _(
            "Cette pièce vous est déjà ouverte, pour un autre motif ou une autre durée. "
            "Refermez-la d’abord, plus bas sur cette page."
        )
        raise BreakGlassDenied(words, "college")
    return current


@transaction.atomic(durable=True)
def close_access(access: BreakGlassAccess, person: User) -> BreakGlassAccess:
    """End ``access`` now; return it. Raise PermissionDenied where it is someone else's."""
    access = lock_row(BreakGlassAccess, access.pk)
    if access.person_id != person.pk:
        raise PermissionDenied(_("Qui a ouvert la pièce la referme."))
    if access.is_open:
        access.closed_at = timezone.now()
        access.save(update_fields=["closed_at"])
    return access
