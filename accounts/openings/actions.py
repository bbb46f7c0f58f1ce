"""Opening a college's room, and closing it. Lock, ask, write."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.locks import locked
from accounts.openings.models import Opening
from accounts.openings.rule import may_open, says_why
from accounts.people.models import User
from accounts.viewers import of_person

#: For how many hours a room may be opened.
HOURS = (1, 8, 24, 72)


class CannotOpen(PermissionDenied):
    """A room cannot be opened like this. ``field`` is what would have to change."""

    def __init__(self, why, field=None):
        """Keep where to say ``why``."""
        super().__init__(why)
        self.field = field


@transaction.atomic(durable=True)
def open_room(person, college, reason, hours):
    """Let ``person`` read the rooms of ``college`` for ``hours``; return the opening.

    Opening twice with the same words is one outcome. Raise CannotOpen to who may not, for a
    college of one's own, without a written reason, and where it is open already for another
    reason or time: the college reads each.
    """
    person = locked(User, person.pk)
    viewer = of_person(person)
    if not may_open(viewer, person):
        raise CannotOpen(_("Ceci revient à l’équipe d’animation et aux administrateurs."))
    if college.pk in viewer.colleges:
        raise CannotOpen(_("C’est votre collège : sa pièce vous est déjà ouverte."), "college")
    if not says_why(reason) or hours not in HOURS:
        raise CannotOpen(_("Dites au collège pourquoi, en une phrase."), "reason")
    now, lasts = timezone.now(), timedelta(hours=hours)
    current = Opening.objects.current(now).filter(person=person, college=college).first()
    if current is None:
        return Opening.objects.create(
            college=college,
            person=person,
            reason=reason.strip(),
            opened_at=now,
            closes_at=now + lasts,
        )
    if (current.reason, current.closes_at) != (reason.strip(), current.opened_at + lasts):
        words = _(
            "Cette pièce vous est déjà ouverte, pour un autre motif ou une autre durée. "
            "Refermez-la d’abord, plus bas sur cette page."
        )
        raise CannotOpen(words, "college")
    return current


@transaction.atomic(durable=True)
def close_room(opening, person):
    """End ``opening`` now; return it. Raise PermissionDenied to anyone but who opened."""
    opening = locked(Opening, opening.pk)
    if opening.person_id != person.pk:
        raise PermissionDenied(_("Qui a ouvert la pièce la referme."))
    if opening.is_open:
        opening.closed_at = timezone.now()
        opening.save(update_fields=["closed_at"])
    return opening
