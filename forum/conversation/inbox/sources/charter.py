"""The version of the charter that waits for one's signature."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.dates import date_format
from accounts.charter.queries import pending_signatures
from forum.conversation.inbox.notification import Notification, waiting_source

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


#: Before the end of the grace period, besides at its beginning and half-way.
_REMINDERS = (timedelta(days=7), timedelta(days=1))


@waiting_source()
def versions_to_sign(person: User, _viewer: Viewer) -> Iterator[Notification]:
    """Each version to sign when it was published, with reminders until its grace period ends.

    Then, that member spaces are closed until it is signed.
    """
    for pending in pending_signatures(person):
        if pending.is_refused:
            continue
        end, start = pending.closes_at, pending.newest.published_at
        values = {
            "name": pending.newest.name,
            "for": pending.organisation.name,
            "day": date_format(timezone.localtime(end), "j F Y"),
        }
        charter, subject = reverse("charter"), pending.organisation.pk
        text = _("La version %(name)s de la charte attend votre signature pour « %(for)s », "
                 "avant le %(day)s.")  # fmt: skip
        moments = {start, start + (end - start) / 2, *(end - before for before in _REMINDERS)}
        for moment in moments:
            if start <= moment < end:
                yield Notification(moment, text % values, charter, True, subject=subject)
        text = _("Votre siège pour « %(for)s » n’ouvre plus les espaces des membres depuis "
                 "le %(day)s : la charte a changé. Signez la version %(name)s, et tout se "
                 "rouvre.")  # fmt: skip
        yield Notification(max(end, start), text % values, charter, True, subject=subject)
