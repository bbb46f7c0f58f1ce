"""What may be done about tools, and the words for who may not. None asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.base.rules import (
    is_author,
    is_read_only,
    may_moderate,
    may_reply,
    may_start_thread,
    no_reply_reason,
    refusal_reason,
    require,
)

if TYPE_CHECKING:
    from accounts.models import Organisation
    from accounts.viewers.viewers import Viewer
    from forum.conversation.files.models import StoredFile
    from forum.conversation.threads.models import Post, Thread
    from forum.library.tools.models import ToolVersion


def may_offer(viewer: Viewer, file: StoredFile, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may offer it: a document of their post, in a closed thread too."""
    is_own = post.is_shown and is_author(viewer, post)
    return is_own and not file.is_image and may_start_thread(viewer, thread.space)


def require_may_offer(viewer: Viewer, file: StoredFile, post: Post, thread: Thread) -> None:
    """Raise Refused unless ``viewer`` may offer ``file``."""
    words = _("Seul l’auteur d’un message propose ses documents dans la boîte à outils.")
    require(may_offer(viewer, file, post, thread), refusal_reason(viewer, thread, words))


def may_edit_tool(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may edit the description: its post's author, or an animator."""
    if is_read_only(viewer, thread.space):
        return False
    return may_moderate(viewer) or (
        is_author(viewer, post) and may_start_thread(viewer, thread.space)
    )


def edit_refusal() -> str:
    """The reason given to who may not edit a tool."""
    return _("La fiche d’un outil revient à son auteur et à l’équipe d’animation.")


def require_may_edit(viewer: Viewer, post: Post, thread: Thread) -> None:
    """Raise Refused unless ``viewer`` may edit the tool of a file of ``post``."""
    words = refusal_reason(viewer, thread, edit_refusal())
    require(may_edit_tool(viewer, post, thread), words)


def may_publish_version(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may publish the next version: who wrote the latest, in its thread."""
    return is_author(viewer, post) and may_reply(viewer, thread)


def require_may_publish(viewer: Viewer, post: Post, thread: Thread) -> None:
    """Raise Refused unless ``viewer`` may publish the version after that of ``post``."""
    words = _("Seul l’auteur de la dernière version publie la suivante.")
    words = no_reply_reason(thread) if is_author(viewer, post) else words
    may = may_publish_version(viewer, post, thread)
    require(may, refusal_reason(viewer, thread, words))


def may_say_used(
    viewer: Viewer, version: ToolVersion, organisation: Organisation | None
) -> bool:
    """Whether ``viewer`` may note that ``organisation`` uses what another one published."""
    return (
        organisation is not None
        and may_say_unused(viewer, version, organisation)
        and not is_of_organisation(version, organisation)
    )


def may_say_unused(
    viewer: Viewer, version: ToolVersion, organisation: Organisation | None
) -> bool:
    """Whether ``viewer`` may take that back, whoever of the organisation noted it."""
    is_writer = organisation is not None and not viewer.silenced_until
    return is_writer and not is_read_only(viewer, version.post.thread.space)


def may_read_who_uses(viewer: Viewer) -> bool:
    """Whether ``viewer`` reads the organisations' names: members do; guests read how many."""
    return viewer.is_member


def is_of_organisation(version: ToolVersion, organisation: Organisation) -> bool:
    """Whether ``version`` was published for ``organisation``."""
    seat = version.post.seat
    return seat is not None and seat.organisation_id == organisation.pk
