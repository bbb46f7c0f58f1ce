"""An edit that waits, for who made it; what cannot wait."""

from __future__ import annotations

from hashlib import blake2b

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.base.spaces.models import Space
from forum.conversation.threads.held_edits.models import EditedPart, HeldEdit
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import reason_to_hold


def own_held_edit(viewer: Viewer, of: Post | Thread, part: EditedPart) -> HeldEdit | None:
    """What ``viewer`` has sent of this part of a post, or of a thread, and is not read yet."""
    own = HeldEdit.objects.visible_to(viewer).filter(author=viewer.person_id, part=part)
    if isinstance(of, Post):
        return own.filter(post=of).first()
    return own.filter(post__thread=of).first()


def has_own_held_edit(viewer: Viewer) -> Exists:
    """Whether ``viewer`` has sent another text of a post of a query, which is not read yet."""
    own = HeldEdit.objects.visible_to(viewer).filter(author=viewer.person_id)
    return Exists(own.filter(part=EditedPart.TEXT, post=OuterRef("pk")))


def hash_of_head(thread: Thread) -> str:
    """A hash of which thread this is, and of its title and tags as they are now."""
    tags = sorted(thread.taggings.values_list("name", flat=True))
    head = "\n".join([str(thread.pk), thread.title, *tags])
    return blake2b(head.encode(), digest_size=16).hexdigest()


def require_read_posts(actor: Viewer, space: Space, html: str = "") -> None:
    """Raise Refused where what ``actor`` posts in ``space`` waits, and this would not."""
    words = _(
        "Vos premiers messages ici sont relus avant de paraître : vous ferez ceci ensuite."
    )
    require(not reason_to_hold(actor, space, html), words)


def held_edit_message(edit: HeldEdit) -> str:
    """What someone is told whose ``edit`` waits."""
    if edit.part == EditedPart.TEXT and edit.post.is_withheld:
        return _(
            "Votre modification attend que ce message soit montré ici : l’équipe d’animation "
            "la relira alors."
        )
    return _(
        "Votre modification attend d’être relue par l’équipe d’animation. D’ici là, les autres "
        "lisent ce qui l’a déjà été."
    )
