"""What may be done with a move that waits."""

from django.utils.translation import gettext as _

from forum.base.licences import PUBLIC_LICENCES
from forum.base.rules import require
from forum.base.spaces.models import Audience, Space
from forum.conversation.threads.models import Thread


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
