"""Giving files to posts and taking them away.

A file's object is written before its row, and deleted after it by a task: whatever is
interrupted, no row that readers see is without its object, and an object without a row is
swept (``sweeping/actions.py``).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.objects.tasks import delete_stored_objects
from forum.conversation.files.querysets import own_drafts
from forum.conversation.files.shown_file import written
from forum.conversation.files.sizes import size_in_words
from forum.conversation.threads.models import Post

#: The columns of what a form says of a file.
_FORM_FIELDS = ["position", "description", "is_decorative"]
#: Whose a file is: its upload key is unique for its owner.
_OWNED = ["owner", "seat", "sender", "upload_key"]


class Attachment(NamedTuple):
    """A file that a form gives to a post, with what it says of it."""

    file: StoredFile
    description: str = ""
    is_decorative: bool = False

    @property
    def lacks_description(self) -> bool:
        """Whether it is a picture that nothing is said of."""
        is_shown = self.file.is_image and self.file.state != FileState.REFUSED
        return is_shown and not (self.description or self.is_decorative)


def give_files(post: Post, actor: Viewer, attachments: Sequence[Attachment]) -> None:
    """Set the files of ``post``, of ``actor``: these and no others, in this order.

    Part of the transaction that writes the post, with its thread locked. Those of a draft of a
    sheet that the actor began become theirs; each knows who sent it. Raise Refused where one
    of them is not the actor's to give, or is gone, or they are too many.
    """
    begun = Q(post=None, sheet__author=actor.person_id, sheet__thread=None)
    rows = _locked_rows(actor, attachments, Q(post=post.pk) | begun)
    for row, attachment in zip(rows, attachments, strict=True):
        if row.sheet_id and row.owner_id != actor.person_id:
            row.sender_id = row.owner_id
            row.owner_id, row.seat_id = actor.person_id or 0, actor.seat_id
            row.upload_key = None
        row.post, row.sheet = post, None
        require(not attachment.lacks_description, description_missing(row))
    delete_rows(post.stored_files.exclude(pk__in=[row.pk for row in rows]))
    StoredFile.objects.bulk_update(rows, ["post", "sheet", *_OWNED, *_FORM_FIELDS])
    show_files(post)


def _locked_rows(
    actor: Viewer, attachments: Sequence[Attachment], already: Q
) -> list[StoredFile]:
    """The files of ``attachments`` in this order, locked, with what is said of them.

    Those of ``actor`` that no post has, and those that are there ``already``, a condition.
    """
    limits = settings.FORUM_FILE_LIMITS
    pks = [attachment.file.pk for attachment in attachments]
    drafts = own_drafts(actor) & ~Q(state=FileState.REFUSED)
    files = StoredFile.objects.select_for_update(of=("self",))
    files = files.filter(pk__in=pks).order_by("pk")
    by_pk = {file.pk: file for file in files.filter(drafts | already)}
    words = _("Un des fichiers n’est plus là : choisissez-le de nouveau.")
    require(len(by_pk) == len(pks), words)
    require(len(pks) <= limits["count"], too_many_files())
    total = sum(row.size for row in by_pk.values())
    require(total <= limits["post"], too_heavy())
    rows = [by_pk[attachment.file.pk] for attachment in attachments]
    for position, (row, attachment) in enumerate(zip(rows, attachments, strict=True)):
        row.position = position
        row.description, row.is_decorative = attachment.description, attachment.is_decorative
    return rows


def show_files(post: Post) -> None:
    """Update what ``post``, whose thread is locked, shows of its files."""
    post.files = written(row.shown for row in post.stored_files.order_by("position"))
    Post._base_manager.filter(pk=post.pk).update(files=post.files)


def give_files_to_draft(
    draft: PostDraft, actor: Viewer, attachments: Sequence[Attachment]
) -> None:
    """Set the files of ``draft``, of ``actor``: these and no others, in this order.

    Part of the transaction that saves it. What is said of them is kept with them.
    """
    by_file = {attachment.file.pk: attachment for attachment in attachments}
    own = StoredFile.objects.select_for_update().filter(own_drafts(actor))
    own.filter(draft=draft.pk).exclude(pk__in=by_file).update(draft=None)
    rows = list(own.filter(pk__in=by_file).order_by("pk"))
    for row in rows:
        attachment = by_file[row.pk]
        row.draft, row.position = draft, list(by_file).index(row.pk)
        row.description, row.is_decorative = attachment.description, attachment.is_decorative
    StoredFile.objects.bulk_update(rows, ["draft", *_FORM_FIELDS])


def give_files_to_sheet(
    sheet_id: int, actor: Viewer, attachments: Sequence[Attachment]
) -> None:
    """Set the files of the draft of this sheet, which ``actor`` writes: these and no others.

    Part of the transaction that saves it, with the sheet locked. A picture needs no description
    yet. Raise Refused as ``give_files`` does.
    """
    rows = _locked_rows(actor, attachments, Q(post=None, sheet=sheet_id))
    delete_rows(_of_sheet(sheet_id).exclude(pk__in=[row.pk for row in rows]))
    for row in rows:
        row.sheet_id = sheet_id
    StoredFile.objects.bulk_update(rows, ["sheet", *_FORM_FIELDS])


def release_sheet_files(sheet_id: int) -> None:
    """Leave to be swept what a draft had and its post did not take."""
    _of_sheet(sheet_id).update(sheet=None)


def delete_sheet_files(sheet_id: int) -> None:
    """Delete the files of a draft that is being deleted: part of that transaction."""
    delete_rows(_of_sheet(sheet_id))


def _of_sheet(sheet_id: int) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(sheet=sheet_id, post=None)


def too_many_files() -> str:
    """The reason why a post cannot have as many files."""
    words = _("Un message a %(count)s fichiers au plus.")
    return words % {"count": settings.FORUM_FILE_LIMITS["count"]}


def too_heavy() -> str:
    """The reason why a post's files are too many bytes in all."""
    words = _("Les fichiers d’un message pèsent %(most)s au plus, à eux tous.")
    return words % {"most": size_in_words(settings.FORUM_FILE_LIMITS["post"])}


def description_missing(file: StoredFile) -> str:
    """The reason why a picture is not published yet."""
    words = _(
        "Dites ce que montre « %(name)s », pour qui ne voit pas l’image, ou cochez qu’elle est "
        "décorative."
    )
    return words % {"name": file.name}


def delete_post_files(post: Post) -> None:
    """Delete the files of ``post``, which is being deleted: part of that transaction.

    The caller saves the post, whose ``files`` are none from now on.
    """
    if post.files:
        delete_rows(StoredFile.objects.filter(post=post.pk))
        post.files = ""


def return_files(post: Post, draft: PostDraft) -> None:
    """Give ``draft`` the files of ``post``, which is undone: part of that transaction.

    The caller saves the post, whose ``files`` are none from now on. A file that no post has is
    no tool.
    """
    if post.files:
        rows = StoredFile.objects.filter(post=post.pk)
        apps.get_model("forum", "ToolVersion").objects.filter(file__in=rows).delete()
        rows.update(post=None, draft=draft, tool=None)
        post.files = ""


def discard_drafts(actor: Viewer, pks: Collection[UUID]) -> None:
    """Delete these files of ``actor`` that no post has."""
    with transaction.atomic():
        delete_rows(StoredFile.objects.filter(own_drafts(actor), pk__in=pks))


def delete_drafts_of(person_id: int) -> None:
    """Delete all files of a person that no post has: their account is being closed."""
    with transaction.atomic():
        delete_rows(StoredFile.objects.filter(owner=person_id, post=None))


def change_owner(before: User, owner: User) -> None:
    """Make the files of ``before`` those of ``owner``, whose posts theirs have become."""
    StoredFile.objects.filter(owner=before).update(owner=owner)


def delete_rows(rows: QuerySet[StoredFile]) -> int:
    """Delete ``rows``, and their objects once that is committed; return how many."""
    locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
    names = [name for row in locked for name in row.object_names]
    StoredFile.objects.filter(pk__in=[row.pk for row in locked]).delete()
    if names:
        delete_stored_objects.enqueue(names)  # It is written with what it is about.
    return len(locked)
