"""What the inbox says of meetings to who registered, to who set one, and to who follows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.base.rules import may_edit_thread
from forum.conversation.follows.models import Channel, Follow, Level, muted_author
from forum.conversation.inbox.notification import (
    Notification,
    mailed_as,
    notification_source,
    reminder_moment,
)
from forum.conversation.meetings.models import (
    REMINDERS,
    Meeting,
    MeetingQuerySet,
    Registration,
    RegistrationQuerySet,
    has_minutes,
)
from forum.conversation.threads.models import Post

#: The newest.
_MAX_REGISTRATIONS, _MAX_SET, _MAX_WITHOUT_MINUTES = 50, 50, 5
#: A place is mailed by itself, and what changes to who has one (``mail.py``).
_OWN_MAIL = Channel.DIGEST
#: A meeting that is set so soon after its thread is in the mail of that, which waits so long.
_WITH_THREAD = timedelta(minutes=5)
#: For how long who set a meeting is asked for its minutes.
_MINUTES_PERIOD = timedelta(days=30)
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


def _set_later(rights: Rights, person_id: int, at: datetime) -> MeetingQuerySet:
    """Meetings to come that others set in threads that the person followed by then.

    Not those that came with their thread, whose mail announces them, and not those for which
    they are registered.
    """
    follows = Follow.objects.filter(
        person=person_id,
        thread=OuterRef("thread"),
        level=Level.ALL,
        followed_at__lte=OuterRef("created_at"),
    )
    meetings = Meeting.objects.visible_to(rights).open().filter(ends_at__gt=at)
    meetings = meetings.annotate(channel=Subquery(follows.values("channel")))
    own = Registration.objects.filter(meeting=OuterRef("pk"), person=person_id)
    left_out = Q(author=person_id) | muted_author(person_id) | Exists(own)
    meetings = meetings.filter(
        Q(("channel__isnull", False)),
        created_at__gt=F("thread__created_at") + _WITH_THREAD,
    )
    meetings = meetings.exclude(left_out).select_related("thread__space")
    return meetings.order_by("-created_at", "starts_at", "pk")[:_MAX_SET]


@notification_source(CompiledQuery(_set_later, "person_id", "at"))
def meetings_set_later(
    _person: User, _viewer: Viewer, meetings: list[Meeting]
) -> Iterator[Notification]:
    """The meetings that were set in a thread that the person follows: once for all its dates.

    By the channel that they chose for the thread, else as whatever else concerns them.
    """
    for (_thread, at), dates in groupby(meetings, lambda it: (it.thread_id, it.created_at)):
        meeting, *others = dates
        text = ngettext(
            "Une rencontre est prévue dans «\u00a0%(title)s\u00a0»\u00a0: %(when)s.",
            "%(n)s\u00a0rencontres sont prévues dans «\u00a0%(title)s\u00a0»\u00a0: la "
            "première, %(when)s.",
            len(others) + 1,
        )
        title = meeting.thread.title
        text %= {"n": len(others) + 1, "title": title, "when": meeting.when_with_zone}
        url = meeting.get_absolute_url()
        channel = Channel(vars(meeting)["channel"] or Channel.MAIL)
        post, mailed = (
            Post(thread=meeting.thread, number=1),
            mailed_as(meeting.thread.space, url),
        )
        yield Notification(at, text, url, channel=channel, post=post, **mailed)


def _without_minutes(rights: Rights, person_id: int, at: datetime) -> MeetingQuerySet:
    """The last meetings that the person set, and nobody summed up since."""
    meetings = Meeting.objects.visible_to(rights).filter(author=person_id, cancelled_at=None)
    meetings = meetings.filter(ends_at__lte=at).exclude(has_minutes(rights)["has_minutes"])
    meetings = meetings.select_related("thread__space").order_by("-ends_at", "-pk")
    return meetings[:_MAX_WITHOUT_MINUTES]


@notification_source(CompiledQuery(_without_minutes, "person_id", "at"))
def meetings_without_minutes(
    _person: User, viewer: Viewer, meetings: list[Meeting]
) -> Iterator[Notification]:
    """The meetings of the person that are to be summed up, from the day after on."""
    for meeting in meetings:
        is_old = meeting.ends_at < timezone.now() - _MINUTES_PERIOD
        if is_old or not may_edit_thread(viewer, meeting.thread):
            continue
        day = timezone.localdate(meeting.ends_at) + timedelta(days=1)
        text = _("Le compte rendu\u202f? La rencontre «\u00a0%(title)s\u00a0» a eu lieu.")
        url = reverse("edit-summary", args=[meeting.thread_id])
        yield Notification(
            reminder_moment(day),
            text % {"title": meeting.thread.title},
            url,
            subject=meeting.pk,
            **mailed_as(meeting.thread.space, url),
        )


def _news_of(registration: Registration) -> Iterator[tuple[datetime, str, Channel]]:
    """``(moment, text, channel)`` of what there is to say, in order."""
    meeting = registration.meeting
    values = {"title": meeting.thread.title, "when": meeting.when}
    changes = _OWN_MAIL if registration.placed_at else Channel.MAIL
    if registration.placed_at and registration.placed_at > registration.registered_at:
        words = _("Une place est à vous pour la rencontre « %(title)s », %(when)s.")
        yield registration.placed_at, words % values, _OWN_MAIL
    reminded_at = meeting.reminded_at if meeting.is_open else None
    if reminded_at and registration.placed_at and reminded_at > registration.placed_at:
        words = _reminder(meeting, reminded_at)
        yield reminded_at, words, Channel.MAIL
    if meeting.cancelled_at:
        words = _("La rencontre « %(title)s », %(when)s, est annulée.")
        yield meeting.cancelled_at, words % values, changes
    elif meeting.changed_at and meeting.changed_at > registration.registered_at:
        words = _("La rencontre « %(title)s » a changé : %(when)s. Voyez où.")
        yield meeting.changed_at, words % values, changes


def _reminder(meeting: Meeting, at: datetime) -> str:
    """What a reminder says that was given ``at`` a moment, late where the worker was away."""
    days = (meeting.local_start.date() - meeting.local_time(at).date()).days
    if meeting.starts_at - at <= min(REMINDERS):
        words = _("Dans l’heure\u00a0: la rencontre «\u00a0%(title)s\u00a0», %(when)s.")
    elif days == 0:
        words = _("Aujourd’hui\u00a0: la rencontre «\u00a0%(title)s\u00a0», %(when)s.")
    elif days == 1:
        words = _("Demain\u00a0: la rencontre «\u00a0%(title)s\u00a0», %(when)s.")
    else:
        words = _(
            "Dans %(days)s\u00a0jours\u00a0: la rencontre «\u00a0%(title)s\u00a0», %(when)s."
        )
    return words % {"title": meeting.thread.title, "when": meeting.when, "days": days}
