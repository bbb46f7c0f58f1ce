"""Setting the topics that one has experience of."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.expertise.models import Expertise

if TYPE_CHECKING:
    from forum.base.spaces.models import Topic


@transaction.atomic(durable=True)
def set_expertise(topics: Collection[Topic], actor: Viewer) -> None:
    """Make ``topics`` the expertise of ``actor``.

    Raise PermissionDenied where ``actor`` has no account or is suspended.
    """
    if not actor.is_registered:
        raise PermissionDenied(_("Votre compte ne peut pas figurer dans l’annuaire."))
    assert actor.person_id is not None  # Who is registered has an account.
    lock_row(User, actor.person_id)
    own = Expertise.objects.filter(person=actor.person_id)
    own.exclude(topic__in=topics).delete()
    rows = [Expertise(person_id=actor.person_id, topic=topic) for topic in topics]
    Expertise.objects.bulk_create(rows, ignore_conflicts=True)
