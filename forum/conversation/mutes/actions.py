"""Muting people and ending it. Both are one's own affair: nothing is told to anybody."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.mutes.models import Mute
from forum.conversation.mutes.queries import mutable_person

#: More are not folded one by one.
MAX_MUTES = 100


@transaction.atomic(durable=True)
def mute_person(pk: int, actor: Viewer) -> User:
    """Mute the person for ``actor``; return them. Twice is once.

    Raise User.DoesNotExist where ``actor`` knows of no such person but themselves, and Refused
    where they have no account, or have muted a hundred.
    """
    require(actor.is_registered, _("Pour cela, il faut un compte."))
    person = mutable_person(actor, pk)
    lock_row(User, actor.person_id)
    others = Mute.objects.filter(person=actor.person_id).exclude(muted=person)
    require(others.count() < MAX_MUTES, _("Vous avez déjà mis cent personnes en sourdine."))
    Mute.objects.get_or_create(person_id=actor.person_id, muted=person)
    return person


@transaction.atomic(durable=True)
def unmute_person(pk: int, actor: Viewer) -> None:
    """End that ``actor`` has muted the person, if they had."""
    muted = User.objects.filter(pk=pk)
    Mute.objects.filter(person=actor.person_id, muted__in=muted).delete()
