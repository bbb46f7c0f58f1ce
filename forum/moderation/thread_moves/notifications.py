"""What the inbox says of moves of threads: to those who wrote, who lost it, who proposed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.mailed_threads import mailed_by_thread
from forum.conversation.inbox.notification import (
    Notification,
    mailed_as,
    notification_source,
    waiting_source,
    with_reason,
)
from forum.conversation.threads.holds import WITHHELD
from forum.conversation.threads.models import Post
from forum.moderation.thread_moves.known_titles import known_titles, lost_before
from forum.moderation.thread_moves.models import (
    LostReader,
    MoveAnswer,
    ThreadMove,
    ThreadMoveQuerySet,
    asked_posts,
    asked_threads,
)

if TYPE_CHECKING:
    from forum.conversation.threads.querysets import PostQuerySet


#: The newest; nobody is asked about more at once.
_MAX_ROWS = 50


def _to_answer(rights: Rights, person_id: int) -> ThreadMoveQuerySet:
    condition = asked_threads(Viewer(*rights, person_id=person_id), "thread__")
    answered = MoveAnswer.objects.filter(author=person_id, move=OuterRef("pk"))
    moves = ThreadMove.objects.pending().exclude(proposed_by=person_id)
    moves = moves.filter(condition, ~Exists(answered)).select_related("proposed_by")
    return moves.order_by("-proposed_at")[:_MAX_ROWS]


def _completed(person_id: int) -> ThreadMoveQuerySet:
    agreed = MoveAnswer.objects.filter(author=person_id, move=OuterRef("pk"), agrees=True)
    moves = ThreadMove.objects.filter(Exists(agreed)).exclude(moved_at=None)
    return moves.order_by("-moved_at")[:_MAX_ROWS]


def _moved(rights: Rights, person_id: int) -> ThreadMoveQuerySet:
    viewer = Viewer(*rights, person_id=person_id)
    own = Post.objects.visible_to(viewer, visibility.own_posts)
    wrote = own.filter(thread=OuterRef("thread"), created_at__lt=OuterRef("moved_at"))
    lost = LostReader.objects.filter(person=person_id, move=OuterRef("pk"))
    moves = ThreadMove.objects.exclude(proposed_by=person_id).exclude(moved_at=None)
    moves = moves.filter(visibility.threads(viewer, "thread__"), Exists(wrote))
    moves = moves.filter(~Exists(lost), ~lost_before(person_id))
    moves = moves.select_related("space__group", "from_space__group", "thread__space")
    return moves.order_by("-moved_at")[:_MAX_ROWS]


def _lost(person_id: int) -> QuerySet[LostReader]:
    rows = LostReader.objects.filter(person=person_id).select_related("move")
    return rows.order_by("-pk")[:_MAX_ROWS]


def _withheld(person_id: int) -> PostQuerySet:
    own = Post.objects.visible_to(Viewer(person_id=person_id), asked_posts)
    answers = MoveAnswer.objects.filter(author=person_id, agrees=True)
    has_agreed = Exists(answers.filter(move=OuterRef("withheld_move")))
    agreed = has_agreed | Q(withheld_move__proposed_by=person_id)
    rows = own.filter(WITHHELD).annotate(has_agreed=agreed).select_related("withheld_move")
    return rows.order_by("-withheld_move__moved_at", "pk")[:_MAX_ROWS]


def _refused(person_id: int) -> QuerySet[MoveAnswer]:
    rows = MoveAnswer.objects.filter(
        agrees=False,
        move__proposed_by=person_id,
        move__moved_at=None,
        move__withdrawn_at=None,
    )
    return rows.select_related("author", "move").order_by("-answered_at")[:_MAX_ROWS]


_TO_ANSWER: CompiledQuery[ThreadMove] = CompiledQuery(_to_answer, "person_id")
_COMPLETED: CompiledQuery[ThreadMove] = CompiledQuery(_completed, "person_id")
_MOVED: CompiledQuery[ThreadMove] = CompiledQuery(_moved, "person_id")
_LOST: CompiledQuery[LostReader] = CompiledQuery(_lost, "person_id")
_WITHHELD: CompiledQuery[Post] = CompiledQuery(_withheld, "person_id")
_REFUSED: CompiledQuery[MoveAnswer] = CompiledQuery(_refused, "person_id")


@waiting_source(_TO_ANSWER)
def moves_to_answer(
    _person: User, viewer: Viewer, moves: list[ThreadMove]
) -> Iterator[Notification]:
    """The moves that wait for the person's word: they wrote there, and have not answered."""
    mailed = mailed_by_thread(viewer, [move.thread_id for move in moves])
    titles = known_titles(viewer, moves)
    for move in moves:
        text = _("%(who)s propose que d’autres lisent le fil « %(title)s » : l’acceptez-vous "
                 "pour vos messages ?")  # fmt: skip
        values = {"who": move.proposed_by.full_name, "title": titles[move.thread_id]}
        url = reverse("answer-move", args=[move.pk])
        yield Notification(move.proposed_at, text % values, url, True, **mailed[move.thread_id])


@notification_source(_COMPLETED)
def completed_moves(
    _person: User, viewer: Viewer, moves: list[ThreadMove]
) -> Iterator[Notification]:
    """The threads that moved with the person's word, or by their own proposal."""
    titles = known_titles(viewer, moves)
    for move in moves:
        text = _("Le fil « %(title)s » a changé d’espace, avec l’accord de ses auteurs.")
        url = reverse("answer-move", args=[move.pk])
        message = text % {"title": titles[move.thread_id]}
        assert move.moved_at is not None  # The query says so.
        yield Notification(move.moved_at, message, url, channel=Channel.SITE)


@notification_source(_WITHHELD)
def withheld_posts(_person: User, viewer: Viewer, posts: list[Post]) -> Iterator[Notification]:
    """The threads that moved without the person's posts, which they may still show there."""
    by_id = {it.withheld_move_id: it.withheld_move for it in posts}
    moves = [move for move in by_id.values() if move]
    agreed = {post.withheld_move_id for post in posts if post.has_agreed}  # type: ignore[attr-defined]
    mailed = mailed_by_thread(viewer, [move.thread_id for move in moves])
    titles = known_titles(viewer, moves)
    for move in moves:
        text = _("Le fil « %(title)s » a changé d’espace sans vos messages, que vous n’avez "
                 "pas accepté de montrer à d’autres. Vous les lisez ici, et pouvez encore "
                 "l’accepter.")  # fmt: skip
        if move.pk in agreed:
            text = _("Le fil « %(title)s » a changé d’espace sans un de vos messages : écrit "
                     "après votre accord, ou avec des mots de quelqu’un qui n’a pas accepté. "
                     "Vous le lisez ici, et pouvez encore l’accepter.")  # fmt: skip
        url = reverse("answer-move", args=[move.pk])
        message = text % {"title": titles[move.thread_id]}
        assert move.moved_at is not None  # Posts are withheld as it moves.
        yield Notification(move.moved_at, message, url, **mailed[move.thread_id])


@notification_source(_MOVED)
def narrowed_moves(
    _person: User, _viewer: Viewer, moves: list[ThreadMove]
) -> Iterator[Notification]:
    """The threads that the person wrote in and still reads, and that fewer people read now."""
    for move in moves:
        if not move.space.is_within(move.from_space):
            continue
        text = _("Le fil « %(title)s », où vous avez écrit, a changé d’espace : moins de "
                 "personnes le lisent.") % {"title": move.title}  # fmt: skip
        url = reverse("answer-move", args=[move.pk])
        mailed = mailed_as(move.thread.space)
        assert move.moved_at is not None  # The query says so.
        yield Notification(move.moved_at, with_reason(text, move.reason), url, **mailed)


@notification_source(_LOST)
def lost_threads(
    _person: User, _viewer: Viewer, losses: list[LostReader]
) -> Iterator[Notification]:
    """The threads that the person wrote in or followed, and does not read any more."""
    for lost in losses:
        text = _("Le fil « %(title)s » a changé d’espace : vous ne le lisez plus. Vos messages "
                 "restent à vous.") % {"title": lost.move.title}  # fmt: skip
        message = with_reason(text, lost.move.reason)
        assert lost.move.moved_at is not None  # It is lost as it moves.
        yield Notification(
            lost.move.moved_at,
            message,
            reverse("own-posts"),
            channel=Channel.SITE,
            subject=lost.pk,
        )


@waiting_source(_REFUSED)
def refused_moves(
    _person: User, viewer: Viewer, answers: list[MoveAnswer]
) -> Iterator[Notification]:
    """The authors who do not agree to a move that the person proposed, while it waits."""
    mailed = mailed_by_thread(viewer, [answer.move.thread_id for answer in answers])
    for answer in answers:
        text = _("%(who)s n’accepte pas que d’autres lisent ses messages dans le fil "
                 "« %(title)s ».")  # fmt: skip
        values = {"who": answer.author.full_name, "title": answer.move.title}
        url = reverse("move-thread", args=[answer.move.thread_id])
        about, at = mailed[answer.move.thread_id], answer.answered_at
        yield Notification(at, text % values, url, True, subject=answer.pk, **about)
