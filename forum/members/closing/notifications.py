"""What the inbox says of an account that will be closed: to its person, who may keep it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.dates import date_format
from accounts.closing.models import AccountClosing
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, waiting_source

if TYPE_CHECKING:
    from accounts.closing.models import AccountClosingQuerySet
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


def _closings(person_id: int) -> AccountClosingQuerySet:
    return AccountClosing.objects.filter(person=person_id, is_for_inactivity=False)


_CLOSINGS = CompiledQuery(_closings, "person_id")


@waiting_source(_CLOSINGS)
def closing_of_account(
    _person: User, _viewer: Viewer, closings: list[AccountClosing]
) -> Iterator[Notification]:
    """The closing that waits, until its day or until the person takes it back."""
    for closing in closings:
        day = date_format(localtime(closing.due_at), "j F Y")
        text = _("Votre compte sera fermé le %(day)s. Vous pouvez encore le garder.")
        url = reverse("close-account")
        yield Notification(closing.asked_at, text % {"day": day}, url, True, Channel.DIGEST)
