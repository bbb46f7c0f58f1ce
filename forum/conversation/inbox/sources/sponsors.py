"""Organisations that look for sponsors, for the members who may be one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admission.queries import candidates_to_sponsor
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, waiting_source

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


#: The oldest that wait; the page to which each leads has them all.
_MAX_CANDIDATES = 20


@waiting_source()
def candidates(person: User, viewer: Viewer) -> Iterator[Notification]:
    """The organisations that the person may sponsor, each while it waits."""
    if settings.FORUM_ADMISSION != "sponsored" or not viewer.seat_id:
        return
    for organisation in candidates_to_sponsor(person, viewer)[:_MAX_CANDIDATES]:
        text = _("« %(name)s » a signé la charte et cherche deux parrains.")
        values = {"name": organisation.name}
        yield Notification(
            organisation.created_at,
            text % values,
            reverse("candidates"),
            True,
            Channel.DIGEST,
            subject=organisation.pk,
        )
