"""What the inbox says of an address that is mailed no more: to its person, who may resume."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, waiting_source
from forum.mail.thread_mail.bounces.models import PauseReason
from forum.mail.thread_mail.bounces.queries import pauses_of

_PAUSES = CompiledQuery(pauses_of, "person_id")


@waiting_source(_PAUSES)
def paused_mail(_person, _viewer, pauses):
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
        yield Notification(pause.paused_at, text % values, url, True, Channel.SITE)
