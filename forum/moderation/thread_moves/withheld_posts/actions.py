"""Withholding posts whose authors have not agreed to more readers, and showing them again."""

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from forum.base import events
from forum.base.rules import require
from forum.conversation.threads.models import Post, Thread
from forum.moderation.thread_moves.agreed_posts import agreed_posts
from forum.moderation.thread_moves.consents import agree_to_readers, consents_of, later_move_of
from forum.moderation.thread_moves.models import ThreadMove


def show_withheld(
    move: ThreadMove, withheld: Mapping[Post, set[int]], threads: dict[int, Thread]
) -> ThreadMove:
    """Show the posts ``withheld`` by ``move`` of which all who must agree to it do.

    Part of the transaction of an answer, with their ``threads``, by id, locked. Return the
    later move that withholds one of them, else ``move``. Raise Refused where a merge or a split
    brought one to readers about whom one of them was never asked.
    """
    agreed = agreed_posts(move, {post.pk: people for post, people in withheld.items()})
    last_move, shown = move, defaultdict(list)
    for post, people in withheld.items():
        if post.pk not in agreed:
            continue
        thread = threads[post.thread_id]  # Some may have been moved to threads of their own.
        later = later_move_of(thread, move, post.pk, people)
        agrees = later is not None or agree_to_readers(thread, move, post.pk, people)
        require(agrees, _moved_on_reason())
        Post.objects.filter(pk=post.pk).update(withheld_move=later)
        if later is None:
            shown[thread].append(post)
        last_move = later or last_move
    events.record_all(shown)
    return last_move


def withhold_posts(thread: Thread, move: ThreadMove) -> list[Post]:
    """Withhold what more would read without the word of all whose words it shows or quotes.

    And what somebody wrote after theirs. Show again what none would.

    Return the posts that look otherwise.
    """
    withheld = thread.posts.exclude(withheld_move=None)
    back = withheld.select_related("withheld_move__from_space")
    agreed = agreed_posts(move, consents_of(back, thread, move.space))
    shown = [
        post
        for post in back
        if post.pk in agreed
        or (post.withheld_move and move.space.is_within(post.withheld_move.from_space))
    ]
    thread.posts.filter(pk__in=[post.pk for post in shown]).update(withheld_move=None)
    if move.space.is_within(thread.space):
        return shown
    others = thread.posts.filter(deleted_at=None, withheld_move=None)
    agreed = agreed_posts(move, consents_of(others, thread, move.space))
    hidden = [post for post in others if post.pk not in agreed]
    thread.posts.filter(pk__in=[post.pk for post in hidden]).update(withheld_move=move)
    return [*shown, *hidden]


def _moved_on_reason() -> str:
    return _(
        "Votre message est depuis dans un fil que d’autres lisent, sans que vous ayez été "
        "interrogé : il reste caché. L’équipe d’animation peut vous le demander."
    )
