"""What the inbox says to authors whose posts are in another thread now: a line for each act."""

from collections.abc import Iterator

from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.conversation.follows.models import Level, is_at_level
from forum.conversation.inbox.notification import (
    Notification,
    mailed_as,
    notification_source,
    with_reason,
)
from forum.moderation.thread_moves.known_titles import lost_before
from forum.moderation.thread_moves.post_moves.models import PostMove, PostMoveQuerySet

#: The newest.
_MAX_ROWS = 50


def _moved(rights: Rights, person_id: int) -> PostMoveQuerySet:
    viewer = Viewer(*rights, person_id=person_id)
    moves = PostMove.objects.visible_to(viewer).of_own_posts(viewer)
    moves = moves.exclude(moved_by=person_id)
    moves = moves.exclude(is_at_level(person_id, "thread", Level.MUTED))
    lost = lost_before(person_id, "from_thread")
    is_merged = Q(from_thread__merged_into=F("thread")) & ~lost
    seen = visibility.threads(viewer, "from_thread__")
    moves = moves.annotate(knows_title=ExpressionWrapper(seen | is_merged, BooleanField()))  # type: ignore[no-redef]
    return moves.select_related("thread__space").order_by("-moved_at")[:_MAX_ROWS]


_MOVED: CompiledQuery[PostMove] = CompiledQuery(_moved, "person_id")


@notification_source(_MOVED)
def moved_posts(
    _person: User, _viewer: Viewer, moves: list[PostMove]
) -> Iterator[Notification]:
    """Moves by others of the person's posts to threads that they see and have not muted."""
    for move in moves:
        text = _("Ce que vous avez écrit dans « %(title)s » est désormais dans le fil "
                 "« %(new)s ».")  # fmt: skip
        if not move.knows_title:
            text = _("Ce que vous avez écrit dans un fil que vous ne lisez plus est désormais "
                     "dans le fil « %(new)s ».")  # fmt: skip
        message = text % {"title": move.title, "new": move.thread.title}
        message = with_reason(message, move.reason if move.knows_title else "")
        url = reverse("thread-short", args=[move.thread_id])
        mailed = mailed_as(move.thread.space)
        yield Notification(move.moved_at, message, url, subject=move.pk, **mailed)
