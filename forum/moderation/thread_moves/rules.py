"""What may be done with a move that waits."""

from django.utils.translation import gettext as _

from forum.base.licences import PUBLIC_LICENCES
from forum.base.rules import require
from forum.base.spaces.models import Audience, Space
from forum.conversation.threads.models import Thread
from forum.moderation.thread_moves.models import ThreadMove


def may_complete(move: ThreadMove, first_author_ids: set[int], agreeing: set[int]) -> bool:
    """Whether a pending move may be done without the posts of those who have not agreed.

    Whoever opened the thread must agree: its title and its question are theirs, or the sheet
    that heads it. Where the first post was deleted, they are nobody's.
    """
    return move.is_pending and first_author_ids <= agreeing


def becomes_public(thread: Thread, space: Space) -> bool:
    """Whether everybody comes to read ``thread`` as it moves to ``space``: under a licence."""
    return space.audience == Audience.PUBLIC and not space.is_within(thread.space)


def licence_of_move(thread: Thread, space: Space, licence: str) -> str:
    """``licence`` where ``thread`` becomes public as it moves to ``space``, else "".

    Raise Refused where it is not one under which something becomes public.
    """
    if not becomes_public(thread, space):
        return ""
    require(licence in PUBLIC_LICENCES, _("Choisissez une licence."))
    return licence


def may_join(thread: Thread, into: Thread) -> bool:
    """Whether ``thread`` may be merged into ``into``: what is public, under one licence."""
    return into.space.audience != Audience.PUBLIC or into.licence == thread.licence
