"""Opening a college's room, and closing it. Lock, ask, write."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.locks import locked
from accounts.openings.models import Opening
from accounts.openings.rule import may_open
from accounts.people.models import User
from accounts.viewers import of_person

#: Characters that a reason takes at least: a word is none.
SHORTEST_REASON = 20
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

    A room that is open already stays open as it is: twice is one outcome. Raise CannotOpen
    to who may not, for a college of one's own and without a written reason.
    """
    person = locked(User, person.pk)
    viewer = of_person(person)
    if not may_open(viewer, person):
        raise CannotOpen(_("Ceci revient à l’équipe d’animation et aux administrateurs."))
    if college.pk in viewer.colleges:
        raise CannotOpen(_("C’est votre collège : sa pièce vous est déjà ouverte."), "college")
    if len(reason.strip()) < SHORTEST_REASON or hours not in HOURS:
        raise CannotOpen(_("Dites au collège pourquoi, en une phrase."), "reason")
    now = timezone.now()
    if current := Opening.objects.current(now).filter(person=person, college=college).first():
        return current
    return Opening.objects.create(
        college=college,
        person=person,
        reason=reason.strip(),
        opened_at=now,
        closes_at=now + timedelta(hours=hours),
    )


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
