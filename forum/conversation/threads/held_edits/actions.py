"""Having an edit wait: part of the transaction that would have made it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from accounts.author_records.middleware import SOURCE
from accounts.viewers.viewers import Viewer
from forum.base.rules import is_author, require
from forum.conversation.files.actions import Attachment, give_files
from forum.conversation.threads.held_edits.models import EditedPart, HeldEdit
from forum.conversation.threads.held_edits.queries import hash_of_head
from forum.conversation.threads.models import Post, Thread


def hold_edit(
    of: Post | Thread,
    actor: Viewer,
    held_for: str,
    part: EditedPart,
    text: str,
    *,
    tags: Iterable[str] = (),
    version: int = 0,
    reason: str = "",
) -> None:
    """Store what ``actor`` would write until it is read, in place of what they sent before.

    The thread is locked. Sent twice it is one edit.
    """
    post = of if isinstance(of, Post) else of.posts.get(number=1)
    values = {"text": text, "tags": ", ".join(tags), "version": version, "reason": reason}
    values["head"] = hash_of_head(post.thread) if part == EditedPart.TITLE else ""
    rows = HeldEdit.objects.filter(
        post=post, part=part, author=actor.person_id, measure=None, approved_at=None
    )
    if rows.filter(**values).exists():
        return
    drop_held_edit(of, actor, part)
    assert actor.person_id is not None  # Who writes has an account.
    HeldEdit.objects.create(
        post=post, part=part, author_id=actor.person_id, held_for=held_for,
        source=SOURCE.get(), **values,
    )  # fmt: skip


def drop_held_edit(of: Post | Thread, actor: Viewer, part: EditedPart) -> None:
    """Delete what ``actor`` sent of this part and waits. What was refused stays."""
    own = HeldEdit.objects.filter(part=part, author=actor.person_id, measure=None)
    if isinstance(of, Post):
        own.filter(post=of).delete()
    else:
        own.filter(post__thread=of, post__number=1).delete()


def take_files_away(post: Post, actor: Viewer, files: Sequence[Attachment]) -> bool:
    """Leave ``post``, whose edit waits, those of its files that are in ``files``.

    Return whether there were others. Raise Refused where one is new, or is said to be something
    else: nobody has looked at it.
    """
    if not is_author(actor, post):
        return False
    shown = {it.pk: (it.description, it.is_decorative) for it in post.stored_files.all()}
    given = {sent.file.pk: (sent.description, sent.is_decorative) for sent in files}
    words = _(
        "Vos premiers messages sont relus : joignez vos fichiers à une réponse, qui le sera."
    )
    require(given.items() <= shown.items(), words)
    if given == shown:
        return False
    give_files(post, actor, files)
    return True
