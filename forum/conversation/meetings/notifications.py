"""What the inbox says of meetings, to who registered: changes, and a place that is theirs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import (
    Notification,
    mailed_as,
    notification_source,
)
from forum.conversation.meetings.models import Registration, RegistrationQuerySet
from forum.conversation.threads.models import Post

#: The newest.
_MAX_REGISTRATIONS = 50
#: A place is mailed by itself (``mail.py``).
_OWN_MAIL = Channel.DIGEST
_READABLE = partial(visibility.threads, prefix="meeting__thread__")


def _registrations(rights: Rights, person_id: int) -> RegistrationQuerySet:
    """The person's registrations for meetings that they see, with news since then."""
    is_placed = Q(placed_at__gt=F("registered_at"))
    is_changed = Q(meeting__changed_at__gt=F("registered_at"))
    is_reminded = Q(meeting__reminded_at__gt=F("placed_at"))
    news = is_placed | is_changed | is_reminded | Q(meeting__cancelled_at__isnull=False)
    own = Registration.objects.visible_to(rights, _READABLE).filter(news, person=person_id)
    own = own.select_related("meeting__thread__space")
    return own.order_by("-meeting__starts_at", "-pk")[:_MAX_REGISTRATIONS]


_REGISTRATIONS = CompiledQuery(_registrations, "person_id")


@notification_source(_REGISTRATIONS)
def meeting_news(
    _person: User, _viewer: Viewer, registrations: list[Registration]
) -> Iterator[Notification]:
    """The meetings of the person that changed, or in which they got a place."""
    for registration in registrations:
        for at, text, channel in _news_of(registration):
            meeting = registration.meeting
            url = meeting.get_absolute_url()
            mailed = mailed_as(meeting.thread.space, url)
            post = Post(thread=meeting.thread, number=1)
            yield Notification(at, text, url, channel=channel, post=post, **mailed)


def _news_of(registration: Registration) -> Iterator[tuple[datetime, str, Channel]]:
    """``(moment, text, channel)`` of what there is to say, in order."""
    meeting = registration.meeting
    values = {"title": meeting.thread.title, "when": meeting.when}
    if registration.placed_at and registration.placed_at > registration.registered_at:
        words = _("Une place est à vous pour la rencontre « %(title)s », %(when)s.")
        yield registration.placed_at, words % values, _OWN_MAIL
    reminded_at = meeting.reminded_at if meeting.is_open else None
    if reminded_at and registration.placed_at and reminded_at > registration.placed_at:
        words = _reminder(meeting.starts_at - reminded_at)
        yield reminded_at, words % values, Channel.MAIL
    if meeting.cancelled_at:
        words = _("La rencontre « %(title)s », %(when)s, est annulée.")
        yield meeting.cancelled_at, words % values, Channel.MAIL
    elif meeting.changed_at and meeting.changed_at > registration.registered_at:
        words = _("La rencontre « %(title)s » a changé : %(when)s. Voyez où.")
        yield meeting.changed_at, words % values, Channel.MAIL


def _reminder(before: timedelta) -> str:
    """What a reminder says that comes so long before."""
    if before >= timedelta(days=7):
        return _("Dans sept jours\u00a0: la rencontre «\u00a0%(title)s\u00a0», %(when)s.")
    if before >= timedelta(days=1):
        return _("Demain\u00a0: la rencontre «\u00a0%(title)s\u00a0», %(when)s.")
    return _("Dans une heure\u00a0: la rencontre «\u00a0%(title)s\u00a0», %(when)s.")
