"""What the inbox says of consent rounds: to voters, that they are asked; what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.dates import date_format
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base.rules import may_reply
from forum.conversation.consent_rounds.choices import KIND_NAMES, Phase
from forum.conversation.consent_rounds.models import (
    ConsentRound,
    ConsentRoundQuerySet,
    RoundPosition,
    RoundVoter,
)
from forum.conversation.consultations.answer_links import answer_query
from forum.conversation.consultations.reminders import voter_reminders
from forum.conversation.consultations.rules import may_answer
from forum.conversation.follows.models import Level, is_at_level
from forum.conversation.inbox.notification import (
    Notification,
    mailed_as,
    notification_source,
    waiting_source,
)
from forum.conversation.threads.models import Post

#: The newest.
_MAX_ROUNDS = 50


def _to_answer(rights: Rights, person_id: int, at: datetime) -> ConsentRoundQuerySet:
    """The open rounds in which the person answers for a voter that has not, be it later."""
    answers = RoundPosition._base_manager.filter(
        voter=OuterRef("pk"), replaced_at=None, version=OuterRef("round__version")
    )
    own = RoundVoter.objects.of_person(person_id, at).filter(~Exists(answers))
    rounds = (
        ConsentRound.objects.visible_to(rights)
        .open()
        .filter(Exists(own.filter(round=OuterRef("pk"))))
    )
    rounds = rounds.exclude(is_at_level(person_id, "thread", Level.MUTED))
    return rounds.select_related("thread__space").order_by("-pk")[:_MAX_ROUNDS]


_TO_ANSWER = CompiledQuery(_to_answer, "person_id", "at")


@waiting_source(_TO_ANSWER)
def rounds_to_answer(
    person: User, viewer: Viewer, rounds: list[ConsentRound]
) -> Iterator[Notification]:
    """Rounds that ask the person for a position: at once, half-way and on the last day.

    Of those that others began with questions or reactions, that they are open.
    """
    for it in rounds:
        if it.phase != Phase.DECIDE and not it.is_over and may_reply(viewer, it.thread):
            words = _(
                "Un tour de consentement est ouvert\u00a0: «\u00a0%(title)s\u00a0». Dites "
                "dans le fil vos questions et ce que vous en pensez."
            )
            if it.author_id != person.pk:
                yield _about(it, it.created_at, words % {"title": it.title})
        if it.closes_on is None or not may_answer(viewer, it.thread, it):
            continue
        values = {"title": it.title, "day": date_format(it.closes_on, "j F")}
        if it.amended_at and it.amended_at == it.asked_at:
            words = _("« %(title)s » a changé : prenez position à nouveau, d’ici au %(day)s.")
        else:
            words = _("« %(title)s » attend votre position, d’ici au %(day)s.")
        for at in voter_reminders(it, it.asked_at):
            yield _about(it, at, words % values, is_waiting=True, answers=_answers(it))


def _answers(it: ConsentRound) -> tuple[tuple[str, str], ...]:
    kinds = KIND_NAMES.items()
    return tuple((str(name), answer_query(kind, it.version)) for kind, name in kinds)


def _to_decide(rights: Rights, person_id: int) -> ConsentRoundQuerySet:
    """The person's closed rounds without an outcome."""
    rounds = ConsentRound.objects.visible_to(rights).filter(author=person_id, decided_at=None)
    rounds = rounds.filter(closed_at__isnull=False).select_related("thread__space")
    return rounds.order_by("-closed_at", "-pk")[:_MAX_ROUNDS]


_TO_DECIDE = CompiledQuery(_to_decide, "person_id")


@waiting_source(_TO_DECIDE)
def rounds_to_decide(
    _person: User, _viewer: Viewer, rounds: list[ConsentRound]
) -> Iterator[Notification]:
    """The rounds of the person that are closed and wait for their outcome."""
    for it in rounds:
        assert it.closed_at is not None  # The query says so.
        words = _("Votre tour « %(title)s » est clos : écrivez son issue.")
        yield _about(it, it.closed_at, words % {"title": it.title}, is_waiting=True)


def _decided(rights: Rights, person_id: int, at: datetime) -> ConsentRoundQuerySet:
    """The rounds with an outcome in which the person votes, or which they opened."""
    own = RoundVoter.objects.of_person(person_id, at).filter(round=OuterRef("pk"))
    rounds = ConsentRound.objects.visible_to(rights).filter(
        Q(Exists(own)) | Q(author=person_id), decided_at__isnull=False
    )
    rounds = rounds.exclude(decided_by=person_id)
    rounds = rounds.exclude(is_at_level(person_id, "thread", Level.MUTED))
    return rounds.select_related("thread__space").order_by("-decided_at", "-pk")[:_MAX_ROUNDS]


_DECIDED = CompiledQuery(_decided, "person_id", "at")


@notification_source(_DECIDED)
def decided_rounds(
    _person: User, _viewer: Viewer, rounds: list[ConsentRound]
) -> Iterator[Notification]:
    """What came of the rounds in which the person votes."""
    for it in rounds:
        assert it.decided_at is not None  # The query says so.
        values = {"title": it.title, "outcome": it.get_outcome_display()}
        yield _about(it, it.decided_at, _("« %(title)s » : %(outcome)s.") % values)


def _about(
    it: ConsentRound,
    at: datetime,
    text: str,
    *,
    is_waiting: bool = False,
    answers: tuple[tuple[str, str], ...] = (),
) -> Notification:
    url = it.get_absolute_url()
    post = Post(thread=it.thread, number=1)
    mailed = mailed_as(it.thread.space, url)
    return Notification(at, text, url, is_waiting, post=post, answers=answers, **mailed)
