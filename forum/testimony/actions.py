"""Saying on what one can testify. Lock, ask, write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.locks import locked
from accounts.models import User
from forum.testimony.models import Testimony


@transaction.atomic(durable=True)
def testify_on(topics, actor):
    """``actor`` can testify on ``topics`` from now on, and on no others.

    Raise PermissionDenied for who is not registered or is suspended.
    """
    if not actor.is_registered:
        raise PermissionDenied(_("Votre compte ne peut pas figurer dans l’annuaire."))
    locked(User, actor.person_id)
    own = Testimony.objects.filter(person=actor.person_id)
    own.exclude(topic__in=topics).delete()
    said = [Testimony(person_id=actor.person_id, topic=topic) for topic in topics]
    Testimony.objects.bulk_create(said, ignore_conflicts=True)
