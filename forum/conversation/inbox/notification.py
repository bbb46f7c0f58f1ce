"""What a notification is, and the functions that find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import IntEnum
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.models import KEY_LENGTH

if TYPE_CHECKING:
    from forum.base.spaces.models import Space
    from forum.conversation.threads.models import Post


#: When the worker looks for what comes with time alone, to mail it.
REMINDER_TIME = time(8)


class Reason(IntEnum):
    """Why somebody is told that a post was written, from the weakest on."""

    ORGANISATION_NAMED = 1
    ANSWERED = 2
    QUOTED = 3
    NAMED = 4
    ASKED = 5


@dataclass(frozen=True)
class Notification:
    """One thing that happened ``at`` a moment, in a sentence, and the page that shows it.

    ``is_waiting``: whether it is until the person has acted, on that page. ``channel``:
    by which it reaches them at the fastest, besides the inbox: in the digest only what has a
    mail of its own or is no matter of theirs alone, on the site only what names something that
    they may no longer read, or what mails find by themselves. ``post``: the one that it tells
    of: it is read where its person is shown that. ``reason``: why it tells that this was
    written, None of what became of it. ``subject``: what tells it from others that
    lead to the same page. ``mail_text`` and ``mail_url``: what a mail says of it instead, where
    that is less. ``is_read``: whether it was read, or all that was there at its moment.
    ``is_welcome``: whether its person is a member since, whose mail says what is open to them.
    ``answers``: what they may answer to ``question``, each with what follows ``url`` where it
    is chosen; mails alone show them.
    """

    at: datetime
    text: str
    url: str
    is_waiting: bool = False
    channel: Channel = Channel.MAIL
    post: Post | None = None
    reason: Reason | None = None
    subject: int | None = None
    mail_text: str = ""
    mail_url: str = ""
    is_read: bool = False
    is_welcome: bool = False
    question: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What it is marked as read by, whatever its words: the same for all of one subject.

        And for all that tell of the first post of a thread, which some lead to by the thread.
        """
        address = self.url
        if self.reason and self.post and self.post.number == 1:
            address = f"thread {self.post.thread_id}"
        return sha256(f"{address} {self.subject}".encode()).hexdigest()[:KEY_LENGTH]

    @property
    def id(self) -> str:
        """What names it among those of its key, in a form."""
        return f"{self.key}-{self.at.astimezone(UTC):%Y%m%d%H%M%S%f}"

    def in_mail(self) -> Self:
        """The same as mails say it."""
        text, url = self.mail_text or self.text, self.mail_url or self.url
        answers = () if self.mail_text else self.answers
        return replace(self, text=text, url=url, answers=answers)


class MailedText(TypedDict, total=False):
    """What a mail says of a notification, by the names that this takes."""

    mail_text: str
    mail_url: str


class MailedThread(MailedText, total=False):
    """The same, and by which channel."""

    channel: Channel


def reminder_moment(day: date) -> datetime:
    """The moment of a reminder on ``day``, when the worker mails what comes with time alone."""
    return timezone.make_aware(datetime.combine(day, REMINDER_TIME))


def mailed_as(space: Space, url: str = "") -> MailedText:
    """``mail_text`` and ``mail_url`` of a notification that names a thread of ``space``.

    ``url``: one in which the title is not, where the notification's own has it.
    """
    if space.is_titled_in_mails:
        return {}
    text = _("Il y a du nouveau pour vous dans l’espace « %(space)s ».")
    return {"mail_text": text % {"space": space}, "mail_url": url}


def by_message(notifications: Iterable[Notification]) -> list[Notification]:
    """``notifications``, of each post that was written only the one of the strongest reason.

    At the moment of the latest, so that what reads it reads them all.
    """
    others: list[Notification] = []
    messages: dict[tuple[int, int], list[Notification]] = {}
    for it in notifications:
        if it.reason and it.post:
            messages.setdefault((it.post.thread_id, it.post.number), []).append(it)
        else:
            others.append(it)
    for same in messages.values():
        strongest = max(same, key=lambda it: (it.reason or 0, it.at))
        others.append(replace(strongest, at=max(it.at for it in same)))
    return others


def without_repeats(newest_first: Iterable[Notification]) -> list[Notification]:
    """The newest notification of each text and URL, in the order given."""
    newest: dict[tuple[str, str], Notification] = {}
    for notification in newest_first:
        newest.setdefault((notification.text, notification.url), notification)
    return list(newest.values())


#: Yields the notifications of a person, who looks as a viewer: ``find(person, viewer, *rows)``,
#: with the rows that each query of the source found.
Finder = Callable[..., Iterator[Notification]]


class NotificationSource(NamedTuple):
    """What finds notifications: ``queries``, which all sources have asked in one statement.

    Each takes ``person_id``, and the rights of the viewer or nothing. ``may_wait``: whether
    some of the notifications wait for the person.
    """

    find: Finder
    queries: tuple[CompiledQuery[Any], ...]
    may_wait: bool


#: All sources, by their full names: ``notification_source`` and ``waiting_source`` fill it.
NOTIFICATION_SOURCES: dict[str, NotificationSource] = {}


def notification_source(*queries: CompiledQuery[Any]) -> Callable[[Finder], Finder]:
    """Decorate a function that gives notifications of the rows that ``queries`` give it.

    It is in ``inbox/sources``, or in ``notifications.py`` of a feature.

    Each model that it reads declares ``inbox_watches``.
    """
    return partial(_add_source, queries, False)


def waiting_source(*queries: CompiledQuery[Any]) -> Callable[[Finder], Finder]:
    """The same, for one that finds what waits for the person: home asks it too."""
    return partial(_add_source, queries, True)


def _add_source(
    queries: tuple[CompiledQuery[Any], ...], may_wait: bool, find: Finder
) -> Finder:
    source = NotificationSource(find, queries, may_wait)
    NOTIFICATION_SOURCES[f"{find.__module__}.{find.__qualname__}"] = source
    return find


def with_reason(text: str, reason: str) -> str:
    """``text``, and why an animator did what it says, if they said so."""
    return f"{text} {_('Motif :')} {reason}" if reason else text
