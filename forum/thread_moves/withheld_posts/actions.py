"""Withholding posts whose authors have not agreed to more readers, and showing them again."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum import events
from forum.rules import require
from forum.thread_moves.models import ThreadMove
from forum.thread_moves.queries import agreeing_ids, agrees_to_readers, later_move_of
from forum.threads.models import Post, Thread


def show_withheld(
    move: ThreadMove, actor: Viewer, posts: Sequence[Post], threads: dict[int, Thread]
) -> ThreadMove:
    """Show ``posts``, withheld by ``move``, if their author agrees to who reads them now.

    Part of the transaction of their answer, with their ``threads``, by id, locked. Return the
    later move that withholds one of them, else ``move``. Raise Refused where a merge or a split
    brought one to readers about whom its author was never asked.
    """
    by_thread: dict[Thread, list[Post]] = defaultdict(list)
    asked, shown = move, {}
    for post in posts:  # Some may have been moved to threads of their own.
        by_thread[threads[post.thread_id]].append(post)
    for thread, rows in by_thread.items():
        later = later_move_of(thread, move, actor)
        require(later is not None or agrees_to_readers(thread, move, actor), _moved_on_reason())
        pks = [post.pk for post in rows]
        Post.objects.filter(pk__in=pks).update(withheld_move=later)
        if later is None:
            shown[thread] = rows
        asked = later or asked
    events.record_all(shown)
    return asked


def withhold_posts(thread: Thread, move: ThreadMove) -> list[Post]:
    """Withhold what more people would read against its author's word; show what none would.

    Return the posts that look otherwise.
    """
    withheld = thread.posts.exclude(withheld_move=None)
    back = withheld.select_related("withheld_move__from_space")
    agreeing = agreeing_ids(move)
    shown = [
        post
        for post in back
        if post.author_id in agreeing or move.space.is_within(post.withheld_move.from_space)
    ]
    thread.posts.filter(pk__in=[post.pk for post in shown]).update(withheld_move=None)
    if move.space.is_within(thread.space):
        return shown
    others = thread.posts.filter(deleted_at=None, withheld_move=None)
    hidden = list(others.exclude(author__in=agreeing))
    thread.posts.filter(pk__in=[post.pk for post in hidden]).update(withheld_move=move)
    return [*shown, *hidden]


def _moved_on_reason():
    return _(
        "Votre message est depuis dans un fil que d’autres lisent, sans que vous ayez été "
        "interrogé : il reste caché. L’équipe d’animation peut vous le demander."
    )
