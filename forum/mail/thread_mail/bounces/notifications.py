"""What the inbox says of an address that is mailed no more: to its person, who may resume."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, waiting_source
from forum.mail.thread_mail.bounces.models import PauseReason
from forum.mail.thread_mail.bounces.queries import pauses_of

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer
    from forum.mail.thread_mail.bounces.models import BounceCount


_PAUSES = CompiledQuery(pauses_of, "person_id")


@waiting_source(_PAUSES)
def paused_mail(
    _person: User, _viewer: Viewer, pauses: Iterable[BounceCount]
) -> Iterator[Notification]:
    """The pause, until mail is sent again or the address is another."""
    for pause in pauses:
        if pause.reason == PauseReason.COMPLAINT:
            text = _(
                "Votre messagerie a signalé nos courriels comme indésirables : nous ne vous en"
                " envoyons plus à %(address)s."
            )
        else:
            text = _(
                "Nos courriels vers %(address)s nous reviennent : nous n’y en envoyons plus."
            )
        values = {"address": pause.address}
        url = reverse("mail-settings")
        assert pause.paused_at is not None
        yield Notification(pause.paused_at, text % values, url, True, Channel.SITE)
