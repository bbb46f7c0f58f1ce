"""What the inbox says to who lost a registration, and not for which meeting."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.inbox.notification import Notification, notification_source
from forum.conversation.meetings.lost_registrations.models import (
    LostRegistration,
    LostRegistrationQuerySet,
)


def _lost(person_id: int) -> LostRegistrationQuerySet:
    return LostRegistration.objects.filter(person=person_id)


@notification_source(CompiledQuery(_lost, "person_id"))
def lost_registrations(
    _person: User, _viewer: Viewer, lost: list[LostRegistration]
) -> Iterator[Notification]:
    """That their registration was taken back, since others waited for a place."""
    for one in lost:
        words = _(
            "Votre inscription à une rencontre est retirée\u00a0: vous ne pouvez plus la lire, "
            "et d’autres attendaient une place."
        )
        yield Notification(one.lost_at, words, reverse("meetings"), subject=one.pk)
