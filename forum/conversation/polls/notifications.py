"""What the inbox says of polls: a last day, a close, a vote to cast, what came of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.dates import date_format
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.consultations.answer_links import answer_query
from forum.conversation.consultations.reminders import voter_reminders
from forum.conversation.consultations.rules import may_answer
from forum.conversation.follows.models import Channel, Follow, Level, is_at_level, muted_author
from forum.conversation.inbox.notification import (
    Notification,
    mailed_as,
    notification_source,
    reminder_moment,
    waiting_source,
)
from forum.conversation.polls.models import Poll, PollQuerySet, PollVote, PollVoter
from forum.conversation.threads.models import Post

#: The newest.
_MAX_POLLS = 50


def _closed_by_their_day(rights: Rights, person_id: int) -> PollQuerySet:
    """The polls of the person that their day has closed, of threads that they read.

    Not those whose voters are frozen, of which all of these are told what came.
    """
    polls = Poll.objects.visible_to(rights).filter(author=person_id, voter_kind="")
    polls = polls.filter(closed_at__isnull=False, closes_on__isnull=False)
    return polls.select_related("thread__space").order_by("-closed_at", "-pk")[:_MAX_POLLS]


_CLOSED = CompiledQuery(_closed_by_their_day, "person_id")


@notification_source(_CLOSED)
def closed_polls(_person: User, _viewer: Viewer, polls: list[Poll]) -> Iterator[Notification]:
    """The polls of the person that closed by their day."""
    for poll in polls:
        text = _("Votre sondage dans « %(title)s » est clos : voyez ce qu’il donne.")
        text %= {"title": poll.thread.title}
        url = poll.get_absolute_url()
        mailed = mailed_as(poll.thread.space, url)
        post = Post(thread=poll.thread, number=1)
        assert poll.closed_at is not None  # The query says so.
        yield Notification(poll.closed_at, text, url, post=post, **mailed)


def _on_their_last_day(rights: Rights, person_id: int, today: date) -> PollQuerySet:
    """The open polls of others whose last day it is, which the person follows unanswered.

    Not those whose voters are frozen, who are told whether they follow or not.
    """
    follows = Follow.objects.filter(
        person=person_id, thread=OuterRef("thread"), level=Level.ALL
    )
    polls = Poll.objects.visible_to(rights).open().filter(closes_on=today)
    annotations = {"channel": Subquery(follows.values("channel"))}
    polls = polls.annotate(**annotations)
    own = Q(author=person_id) | muted_author(person_id) | Exists(_votes_of(person_id))
    polls = polls.filter(Q(("channel__isnull", False)), voter_kind="").exclude(own)
    return polls.select_related("thread__space").order_by("-pk")[:_MAX_POLLS]


def _votes_of(person_id: int) -> QuerySet[PollVote]:
    return PollVote._base_manager.filter(poll=OuterRef("pk"), person=person_id)


_LAST_DAYS = CompiledQuery(_on_their_last_day, "person_id", "today")


@notification_source(_LAST_DAYS)
def last_days(_person: User, viewer: Viewer, polls: list[Poll]) -> Iterator[Notification]:
    """Polls on their last day, in threads that the person follows, where they may vote still.

    Not of those that began on that day. By the channel that they chose for the thread, else as
    whatever else concerns them.
    """
    for poll in polls:
        assert poll.closes_on is not None  # The query says so.
        at = reminder_moment(poll.closes_on)
        if poll.created_at >= at or not may_answer(viewer, poll.thread, poll):
            continue
        text = _("Dernier jour pour voter, le %(day)s, dans «\u00a0%(title)s\u00a0».")
        text %= {"day": date_format(poll.closes_on, "j F"), "title": poll.thread.title}
        url = poll.get_absolute_url()
        mailed = mailed_as(poll.thread.space, url)
        channel = Channel(poll.channel or Channel.MAIL)
        post, question, answers = (
            Post(thread=poll.thread, number=1),
            poll.question,
            _answers(poll),
        )
        yield Notification(
            at, text, url, channel=channel, post=post, question=question, answers=answers,
            **mailed,
        )  # fmt: skip


def _votes_to_cast(rights: Rights, person_id: int, at: datetime) -> PollQuerySet:
    """The open polls in which the person answers for a frozen voter that has not voted."""
    own = PollVoter.objects.of_person(person_id, at).filter(poll=OuterRef("pk"))
    polls = Poll.objects.visible_to(rights).open()
    polls = polls.filter(Exists(own.filter(has_voted=False)))
    polls = polls.exclude(is_at_level(person_id, "thread", Level.MUTED))
    return polls.select_related("thread__space").order_by("-pk")[:_MAX_POLLS]


_TO_CAST = CompiledQuery(_votes_to_cast, "person_id", "at")


@waiting_source(_TO_CAST)
def votes_to_cast(_person: User, viewer: Viewer, polls: list[Poll]) -> Iterator[Notification]:
    """Polls that wait for a vote of the person: at once, half-way and on the last day."""
    for poll in polls:
        if poll.closes_on is None or not may_answer(viewer, poll.thread, poll):
            continue
        values = {"title": poll.question, "day": date_format(poll.closes_on, "j F")}
        words = _("«\u00a0%(title)s\u00a0» attend votre vote, d’ici au %(day)s.")
        if poll.is_secret:
            words = _("«\u00a0%(title)s\u00a0» attend votre bulletin, d’ici au %(day)s.")
        answers = () if poll.is_secret else _answers(poll)
        url = poll.get_absolute_url()
        post, mailed = Post(thread=poll.thread, number=1), mailed_as(poll.thread.space, url)
        for at in voter_reminders(poll, poll.created_at):
            yield Notification(
                at, words % values, url, True, post=post, answers=answers, **mailed
            )


def _counted(rights: Rights, person_id: int, at: datetime) -> PollQuerySet:
    """The counted polls in which the person answers for a frozen voter, or which they made."""
    own = PollVoter.objects.of_person(person_id, at).filter(poll=OuterRef("pk"))
    polls = Poll.objects.visible_to(rights).filter(
        Q(Exists(own)) | Q(author=person_id), is_counted=True, closed_at__isnull=False
    )
    polls = polls.exclude(is_at_level(person_id, "thread", Level.MUTED))
    return polls.select_related("thread__space").order_by("-closed_at", "-pk")[:_MAX_POLLS]


_COUNTED = CompiledQuery(_counted, "person_id", "at")


@notification_source(_COUNTED)
def counted_polls(_person: User, _viewer: Viewer, polls: list[Poll]) -> Iterator[Notification]:
    """What came of the polls in which the person votes."""
    for poll in polls:
        assert poll.closed_at is not None  # The query says so.
        outcome = poll.outcome_text or _("les votes sont comptés")
        text = _("«\u00a0%(title)s\u00a0»\u00a0: %(outcome)s.")
        text %= {"title": poll.question, "outcome": outcome}
        url = poll.get_absolute_url()
        post, mailed = Post(thread=poll.thread, number=1), mailed_as(poll.thread.space, url)
        yield Notification(poll.closed_at, text, url, post=post, **mailed)


def _answers(poll: Poll) -> tuple[tuple[str, str], ...]:
    """Its choices, where mails bring what is written there; none of a poll about dates."""
    is_one_answer = poll.thread.space.is_quoted_in_mails and not poll.starts
    choices = poll.choice_list if is_one_answer else []
    return tuple((text, answer_query(number, poll.version)) for number, text in choices)
