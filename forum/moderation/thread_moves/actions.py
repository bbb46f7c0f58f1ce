"""Moving threads to other spaces; from fewer readers to more, with the word of each author.

Each action raises DoesNotExist where the actor does not see the thread or the move, and Refused
where they may not do it.
"""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, rules, visibility
from forum.base.licences import Licence
from forum.base.rules import Refused, read_only_reason, require, require_moderator
from forum.base.spaces.models import Audience, Space, ThreadCount
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.thread_parts import move_parts
from forum.library.newsletter.actions import forget_notes
from forum.library.sheets.public_versions.queries import quotation_reason
from forum.moderation.thread_moves.agreed_posts import agreed_posts
from forum.moderation.thread_moves.consents import (
    agreeing_ids,
    author_ids,
    consents_of,
    first_author_ids,
    may_move_first,
    stamps_for,
    title_is_agreed,
    withheld_for,
)
from forum.moderation.thread_moves.models import LostReader, MoveAnswer, ThreadMove
from forum.moderation.thread_moves.queries import losing_people, own_posts_of, stamp_of_losing
from forum.moderation.thread_moves.rules import licence_of_move
from forum.moderation.thread_moves.withheld_posts.actions import show_withheld, withhold_posts


class LosingChanged(Refused):
    """Others lose the thread than the form named."""

    def __init__(self) -> None:
        super().__init__(
            _("Des personnes ne liraient plus ce fil : voyez qui, puis confirmez.")
        )


@transaction.atomic(durable=True)
def move_thread(
    thread: Thread,
    actor: Viewer,
    space: Space,
    reason: str = "",
    shown_losing: str | None = None,
    licence: str = Licence.ETALAB,
) -> ThreadMove:
    """Move ``thread`` to ``space``, or ask its authors; return the move.

    It moves at once where nobody gains sight of it, or the actor wrote all there is. Otherwise
    each author is asked, with the ``reason``, and it moves when the last agrees. Where it
    becomes public, it does so under ``licence``, one of PUBLIC_LICENCES. A move that was
    pending is withdrawn, unless it is the same. Raise Refused where the thread is there,
    and LosingChanged where it moves at once and others lose it than ``shown_losing`` says.
    """
    thread = thread_for_update(thread.pk, actor)
    require_moderator(actor)
    require(rules.may_pin_or_move(actor, thread), read_only_reason(thread.space))
    writable = Space.objects.visible_to(actor, visibility.writable_spaces)
    space = writable.select_related("group").get(pk=space.pk)
    require(space.pk != thread.space_id, _("Ce fil est déjà dans cet espace."))
    licence = licence_of_move(thread, space, licence)
    _require_unquoted(thread, actor, space)
    moves_now = space.is_within(thread.space) or author_ids(thread) <= {actor.person_id}
    if moves_now:
        require_shown_losing(losing_people(thread, space), shown_losing)
    if (pending := thread.moves.pending().first()) is not None:
        same = pending.space_id, pending.proposed_by_id, pending.licence
        if same == (space.pk, actor.person_id, licence):
            return pending
        _withdraw(pending)
    assert actor.person_id is not None  # An animator has an account.
    move = ThreadMove.objects.create(
        thread=thread, title=thread.title, from_space=thread.space, space=space,
        licence=licence, reason=reason, proposed_by_id=actor.person_id,
    )  # fmt: skip
    if moves_now:
        _move(thread, move)
    else:
        _record(LoggedAction.PROPOSE_MOVE, actor.person_id, move)
    return move


def require_shown_losing(losing: Collection[int], shown: str | None) -> None:
    """Raise LosingChanged where others are ``losing`` a thread than ``stamp_of_losing`` said.

    Without anybody nothing need have been shown; None: nothing was, and nothing is asked.
    """
    if losing and shown not in (None, stamp_of_losing(losing)):
        raise LosingChanged


@transaction.atomic(durable=True)
def answer_move(move: ThreadMove, actor: Viewer, agrees: bool) -> ThreadMove:
    """Note whether ``actor`` agrees that their posts are read where ``move`` leads; return it.

    The thread moves with the last author who agrees, without what others wrote after their
    yes; who changed its first post since is asked again before. Where it has moved without
    the actor's posts, agreeing shows them there, unless it has gone to more readers again
    since: then the move that waits for their answer is returned. An answer may be changed
    until then. Raise Refused where what is withheld is in a thread that others read than any
    move asked about.
    """
    withheld_posts = Post.objects.filter(withheld_move=move, deleted_at=None)
    threads = _lock_threads({move.thread_id, *withheld_posts.values_list("thread", flat=True)})
    if not own_posts_of(move, actor).exists():
        raise Thread.DoesNotExist
    move = ThreadMove.objects.visible_to(actor).select_related("space").get(pk=move.pk)
    require(move.withdrawn_at is None, _("Cette demande a été retirée : rien n’a changé."))
    withheld = withheld_for(move, actor.person_id)
    withheld = {post: people for post, people in withheld.items() if post.thread_id in threads}
    if move.moved_at:
        require(bool(withheld), _("Ce fil a déjà changé d’espace."))
    MoveAnswer.objects.update_or_create(
        move=move,
        author_id=actor.person_id,
        defaults={
            "agrees": agrees,
            "stamps": stamps_for(move, actor.person_id) if agrees else {},
            "answered_at": timezone.now(),
        },
    )
    if move.moved_at and agrees:
        return show_withheld(move, withheld, threads)
    thread = threads[move.thread_id]
    if move.is_pending and author_ids(thread) <= agreeing_ids(move):
        if not may_move_first(thread, move):
            ask_again_about_first(thread, move)
            return move
        _require_unquoted(threads[move.thread_id], actor, move.space)
        _move(threads[move.thread_id], move)
    return move


@transaction.atomic(durable=True)
def complete_move(move: ThreadMove, actor: Viewer) -> ThreadMove:
    """Move the thread without the posts of those who have not agreed; return the move.

    Those are withheld, each until its author agrees. Whoever opened the thread must agree.
    """
    thread, move = _lock_for_moderator(move, actor)
    require(
        move.is_pending and may_move_first(thread, move),
        _("Le fil ne change pas d’espace sans l’accord de qui l’a ouvert."),
    )
    _require_unquoted(thread, actor, move.space)
    _move(thread, move)
    return move


@transaction.atomic(durable=True)
def withdraw_move(move: ThreadMove, actor: Viewer) -> ThreadMove:
    """Withdraw the move: the thread stays where it is; return it."""
    _thread, move = _lock_for_moderator(move, actor)
    require(move.moved_at is None, _("Ce fil a déjà changé d’espace."))
    if move.is_pending:
        _withdraw(move)
        _record(LoggedAction.WITHDRAW_MOVE, actor.person_id, move)
    return move


def ask_again_about_first(thread: Thread, move: ThreadMove) -> None:
    """Have who agreed to another first post than that of today be asked again."""
    first = thread.posts.filter(deleted_at=None, number=1)
    for pk, people in consents_of(first, thread, move.space).items():
        changed = [person for person in people if not agreed_posts(move, {pk: {person}})]
        move.answers.filter(author__in=changed, agrees=True).delete()


def _lock_threads(pks: Iterable[int]) -> dict[int, Thread]:
    """``{id: thread}`` of these, locked in the order of their ids, with their spaces."""
    rows = Thread.objects.filter(pk__in=pks).order_by("pk")
    # Without a join: PostgreSQL would leave out one whose space changed during the wait.
    list(rows.select_for_update(no_key=True).values_list("pk"))
    return {row.pk: row for row in rows.select_related("space")}


def _require_unquoted(thread: Thread, actor: Viewer, space: Space) -> None:
    """Raise Refused where more would read a first post that quotes who is not asked."""
    if space.is_within(thread.space):
        return
    reason = quotation_reason(actor, thread.sheet, space) if thread.has_sheet else ""
    if not first_author_ids(thread, space) <= author_ids(thread):
        words = _("Le premier message cite quelqu’un que d’autres liraient et qui n’est pas "
                  "interrogé : son auteur peut le dire avec ses mots.")  # fmt: skip
        reason = reason or words
    if not title_is_agreed(thread):
        words = _("Qui a donné son titre à ce fil n’y a rien écrit et n’est pas interrogé : "
                  "donnez-lui un autre titre, puis déplacez-le.")  # fmt: skip
        reason = reason or words
    require(not reason, reason)


def _lock_for_moderator(move: ThreadMove, actor: Viewer) -> tuple[Thread, ThreadMove]:
    thread = thread_for_update(move.thread_id, actor)
    require_moderator(actor)
    require(rules.may_pin_or_move(actor, thread), read_only_reason(thread.space))
    return thread, ThreadMove.objects.select_related("space__group").get(pk=move.pk)


def _record(action: LoggedAction, actor_id: int | None, move: ThreadMove) -> None:
    about = {"person_id": move.thread.author_id, "thread_id": move.thread_id}
    record_action(action, actor_id, reason=move.reason, **about)


def _withdraw(move: ThreadMove) -> None:
    move.withdrawn_at = timezone.now()
    move.save(update_fields=["withdrawn_at"])


def _move(thread: Thread, move: ThreadMove) -> None:
    """Move the locked ``thread``, without the posts whose authors have not agreed."""
    space, space_before, now = move.space, thread.space, timezone.now()
    LostReader.objects.bulk_create(
        LostReader(move=move, person_id=pk) for pk in losing_people(thread, space)
    )
    changed = withhold_posts(thread, move)
    thread.space, thread.moved_at = space, now
    if thread.accepted_id in {post.pk for post in changed}:
        thread.accepted = None
    has_more_readers = not space.is_within(space_before)
    columns = move_parts(thread, has_more_readers=has_more_readers)
    if has_more_readers:
        forget_notes(thread)
    if move.licence or space.audience != Audience.PUBLIC:
        thread.licence = move.licence
    thread.save(update_fields=["space"])  # First: it moves contribution counts.
    places = (space_before.pk, thread.topic_id), (space.pk, thread.topic_id)
    ThreadCount.add(dict(zip(places, (-1, 1), strict=True)))
    move.moved_at = now
    move.save(update_fields=["moved_at"])
    _record(LoggedAction.MOVE_THREAD, move.proposed_by_id, move)
    if changed:
        events.record_all({thread: changed})
    names = ["moved_at", "accepted", "licence", *columns]
    events.record(thread, changed=names, spaces=[space_before.pk])
