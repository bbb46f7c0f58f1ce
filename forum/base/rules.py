"""What a viewer may do to what they can see. No function here asks the database.

``viewer`` has already been shown the thread or post, through ``visible_to``; a thread brings
its space, loaded with it. A function named ``may_…`` or ``is_…`` answers yes or no;
``require`` turns a no into ``Refused``, with the reason that the person reads. Decorators that
open a whole view to some viewers only are in ``accounts/viewers/decorators.py``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.users.suspension import silenced_reason

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.base.spaces.models import Space
    from forum.conversation.threads.models import Post, Thread


#: For how long one may undo sending a post; pages offer it for half as long. Nothing of a post
#: is mailed before.
UNDO_PERIOD = timedelta(seconds=60)


class ReadOnlyRights(Protocol):
    """What ``is_read_only`` asks of a viewer: ``Viewer``, ``Rights`` and the menu have it."""

    @property
    def opened_college_ids(self) -> frozenset[int]:
        """Colleges whose space is open to the viewer for a time, by break-glass access."""

    @property
    def archived_group_ids(self) -> frozenset[int]:
        """The viewer's groups that are archived."""


class Refused(PermissionDenied):
    """A rule refuses an action to someone who sees what it is about; the text says why.

    ``status`` is that of the answer.
    """

    status = 403


def require(allowed: bool, reason: str) -> None:
    """Raise ``Refused`` with ``reason`` unless ``allowed``."""
    if not allowed:
        raise Refused(reason)


def is_read_only(viewer: ReadOnlyRights, space: Space) -> bool:
    """Whether ``viewer`` reads ``space`` without writing there.

    So it is in a college's space opened by break-glass access, and in an archived group's.
    """
    return (
        space.college_id in viewer.opened_college_ids
        or space.group_id in viewer.archived_group_ids
    )


def read_only_reason(space: Space) -> str:
    """The reason given to a viewer for whom ``space`` is read-only."""
    if space.group_id:
        return _("Ce groupe est archivé : on le lit, on n’y écrit plus.")
    return _("Vous avez ouvert cette pièce pour la lire : vous n’y écrivez pas.")


def reading_reason(viewer: Viewer, space: Space) -> str:
    """Why a member only reads in ``space``, or an empty text where they may write."""
    if is_read_only(viewer, space):
        return read_only_reason(space)
    return silenced_reason(viewer.silenced_until) if viewer.silenced_until else ""


def suspended_reason() -> str:
    """The reason given to someone whose account is suspended."""
    return _("Votre compte est suspendu : vous lisez les pages publiques.")


def require_unsilenced(until: datetime | None) -> None:
    """Raise Refused where ``until``, the end of someone's silence, lies ahead."""
    if until is not None and until > timezone.now():
        raise Refused(silenced_reason(until))


def refusal_reason(viewer: ReadOnlyRights, thread: Thread, reason: str) -> str:
    """``reason``, unless ``viewer`` only reads in the space of ``thread``: then that."""
    is_reader = is_read_only(viewer, thread.space)
    return read_only_reason(thread.space) if is_reader else reason


def may_start_thread(viewer: Viewer, space: Space | None = None) -> bool:
    """Whether ``viewer`` may start threads: signatories, where ``space`` is not read-only."""
    is_writer = viewer.is_signatory and not viewer.silenced_until
    return is_writer and not (space and is_read_only(viewer, space))


def may_post_announcement(viewer: Viewer) -> bool:
    """Whether ``viewer`` may post announcements: animators."""
    return viewer.is_animator


def require_may_announce(viewer: Viewer) -> None:
    """Raise Refused unless ``viewer`` may post announcements."""
    reason = _("Les annonces viennent de l’équipe d’animation.")
    require(may_post_announcement(viewer), reason)


def may_reply(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may reply: signatories who may write there; if locked, animators."""
    is_open = viewer.is_animator or not thread.is_locked
    is_writer = viewer.is_signatory and not viewer.silenced_until
    return is_writer and is_open and not is_read_only(viewer, thread.space)


def no_reply_reason(thread: Thread) -> str:
    """The reason given to who may not reply to ``thread``."""
    if thread.is_locked:
        return _("Ce fil est fermé : on ne peut plus y répondre.")
    return _("Signez la charte pour répondre.")


def may_follow(viewer: Viewer) -> bool:
    """Whether ``viewer`` may follow threads: whoever has an account, signed or not."""
    return viewer.is_registered


def may_edit_post(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may edit ``post``: its author, while they may reply to its thread.

    The post is shown, or withheld. A wiki post is edited by whoever may reply. One that an
    experience sheet wrote is edited as the sheet is.
    """
    is_editor = post.is_wiki or is_author(viewer, post)
    is_editor = is_editor and not is_of_sheet(post, thread)
    is_there = post.is_shown or (post.is_withheld and is_author(viewer, post))
    return is_there and is_editor and may_reply(viewer, thread)


def is_of_sheet(post: Post, thread: Thread) -> bool:
    """Whether an experience sheet wrote ``post``: the first of the thread that it heads."""
    return thread.has_sheet and post.number == 1


def may_make_wiki(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may make ``post`` a wiki post: its author, while they may edit it."""
    return is_author(viewer, post) and may_edit_post(viewer, post, thread)


def may_end_wiki(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may end that ``post`` is a wiki post: its author, and animators."""
    return may_make_wiki(viewer, post, thread) or may_pin_or_move(viewer, thread)


def may_delete_post(viewer: Viewer, post: Post) -> bool:
    """Whether ``viewer`` may delete ``post``: its author, at any time."""
    return post.deleted_at is None and is_author(viewer, post)


def may_moderate(viewer: Viewer) -> bool:
    """Whether ``viewer`` may hide, restore and lock: animators, where they read."""
    return viewer.is_animator


def require_moderator(viewer: Viewer) -> None:
    """Raise Refused unless ``viewer`` may moderate."""
    require(may_moderate(viewer), _("Ceci revient à l’équipe d’animation."))


def may_pin_or_move(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may pin or move ``thread``: animators, where they do not only read."""
    return may_moderate(viewer) and not is_read_only(viewer, thread.space)


def may_edit_thread(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may change title, topic and tags: owner while open, and animators."""
    return may_pin_or_move(viewer, thread) or (
        owns_thread(viewer, thread)
        and may_start_thread(viewer, thread.space)
        and not thread.is_locked
    )


def may_accept_answer(viewer: Viewer, thread: Thread) -> bool:
    """The question's owner and animators say which answer settles it."""
    is_reader = is_read_only(viewer, thread.space) or viewer.silenced_until
    if thread.kind != "question" or is_reader:
        return False
    return may_moderate(viewer) or (viewer.is_signatory and owns_thread(viewer, thread))


def owns_thread(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` holds the seat the thread was handed over to, or else wrote it."""
    if thread.assignee_id is not None:
        return thread.assignee_id in viewer.seat_ids
    return is_author(viewer, thread)


def is_author(viewer: Viewer, written: Thread | Post) -> bool:
    """Whether ``viewer`` wrote this thread or post."""
    return viewer.person_id is not None and written.author_id == viewer.person_id
