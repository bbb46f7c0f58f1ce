"""Saying on what one can testify. Lock, ask, write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from forum.expertise.models import Expertise


@transaction.atomic(durable=True)
def set_expertise(topics, actor):
    """``actor`` can testify on ``topics`` from now on, and on no others.

    Raise PermissionDenied for who is not registered or is suspended.
    """
    if not actor.is_registered:
        raise PermissionDenied(_("Votre compte ne peut pas figurer dans l’annuaire."))
    lock_row(User, actor.person_id)
    own = Expertise.objects.filter(person=actor.person_id)
    own.exclude(topic__in=topics).delete()
    said = [Expertise(person_id=actor.person_id, topic=topic) for topic in topics]
    Expertise.objects.bulk_create(said, ignore_conflicts=True)
