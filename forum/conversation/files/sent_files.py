"""The files of a form that writes a post: those it chose, had already and gives up.

A form without a script sends the files themselves, as ``files``; they are stored at once, so
that a form that comes back has them, as ``file``. What it says of a picture comes as
``description-<id>`` and ``decorative-<id>``; ``remove`` are ids of files that it gives up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.base.parsing import parse_uuid
from accounts.base.text import one_line, without_controls
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.files.actions import (
    Attachment,
    description_missing,
    too_heavy,
    too_many_files,
)
from forum.conversation.files.models import MAX_DESCRIPTION, FileState, StoredFile
from forum.conversation.files.names import clean_name
from forum.conversation.files.objects.actions import StorageFailed
from forum.conversation.files.querysets import own_drafts
from forum.conversation.files.quotas import quotas_of, tightest
from forum.conversation.files.shown_file import ShownFile
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.files.uploads.refusals import FileRefused
from forum.conversation.threads.models import Post

#: Files that one sends.
UPLOADS = MemberRateLimit(
    "upload",
    "100/10m/user,600/d/user,1000/10m/key",
    waiting="20/10m/user,60/d/user,60/10m/key",
)


@dataclass
class SentFiles:
    """What a form gives its post: ``attachments``, what is wrong with them, and what is new.

    ``viewer``: who writes. ``status``: of the answer, where there are errors.
    """

    viewer: Viewer
    attachments: list[Attachment] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stored: list[StoredFile] = field(default_factory=list)
    status: int = 422

    @property
    def remaining(self) -> str:
        """How much the writer may still send, in words."""
        return tightest(quotas_of(self.viewer)).words

    @property
    def fits(self) -> bool:
        """Whether one post may have as many, and as many bytes."""
        limits = settings.FORUM_FILE_LIMITS
        total = sum(attachment.file.size for attachment in self.attachments)
        return bool(len(self.attachments) <= limits["count"] and total <= limits["post"])

    def without_posted(self) -> SentFiles:
        """Those that no post has got meanwhile, for a form that is shown again."""
        pks = [attachment.file.pk for attachment in self.attachments]
        rows = StoredFile.objects.filter(pk__in=pks, post=None)
        free = set(rows.values_list("pk", flat=True))
        return replace(self, attachments=[it for it in self.attachments if it.file.pk in free])


def files_of(post: Post, viewer: Viewer) -> SentFiles:
    """What a form begins with by which ``viewer`` edits ``post``."""
    return SentFiles(viewer, _attachments_of(post.stored_files.all()))


def files_of_sheet(viewer: Viewer, sheet_id: int) -> SentFiles | None:
    """What the forms of a draft of a sheet begin with; None for no files."""
    rows = StoredFile.objects.visible_to(viewer).filter(post=None, sheet=sheet_id)
    attachments = _attachments_of(rows)
    return SentFiles(viewer, attachments) if attachments else None


def shown_draft_files(viewer: Viewer, sheet_id: int) -> list[ShownFile]:
    """The files of the draft of a sheet, as its pages show them."""
    sent = files_of_sheet(viewer, sheet_id)
    return [attachment.file.shown for attachment in sent.attachments] if sent else []


def files_of_draft(viewer: Viewer, typed_key: str) -> SentFiles | None:
    """What a form begins with that goes on with the draft ``typed_key``; None for no files."""
    if (key := parse_uuid(typed_key)) is None:
        return None
    attachments = _attachments_of(StoredFile.objects.filter(own_drafts(viewer), draft__key=key))
    return SentFiles(viewer, attachments) if attachments else None


def _attachments_of(rows: QuerySet[StoredFile]) -> list[Attachment]:
    """``rows`` in their order, with what is said of them."""
    ordered = rows.order_by("position")
    return [Attachment(row, row.description, row.is_decorative) for row in ordered]


def sent_files(
    request: ViewerRequest,
    viewer: Viewer,
    post: Post | None = None,
    *,
    sheet_id: int | None = None,
    is_draft: bool = False,
) -> SentFiles:
    """The files of the form in ``request``, stored where they are new.

    ``post``: the one that is edited, which may have files already; or ``sheet_id``, of a draft.
    ``is_draft``: pictures need no description yet.
    """
    sent = SentFiles(viewer)
    for row in _known_files(request, viewer, post, sheet_id):
        if row.state == FileState.REFUSED and row.post_id is None:
            sent.errors.append(unreadable(row))
        else:
            sent.attachments.append(_typed_attachment(request, row))
    for upload in request.FILES.getlist("files"):
        if len(sent.attachments) >= settings.FORUM_FILE_LIMITS["count"]:
            sent.errors.append(too_many_files())
            break
        if refusal := UPLOADS.refusal(request):
            sent.errors.append(refusal)
            sent.status = 429
            break
        try:
            row = store_file(viewer, upload)
        except FileRefused as refused:
            sent.errors.append(str(refused))
        except Refused as refused:
            sent.errors.append(str(refused))
            sent.status = refused.status
            break
        except StorageFailed as failed:
            sent.errors.append(str(failed))
            sent.status = 503
            break
        else:
            sent.stored.append(row)
            sent.attachments.append(Attachment(row))
    sent.errors += _errors_of(sent.attachments, is_draft)
    return sent


def preview_of_files(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """What a preview shows of the files of its form: ``files``, and the ``chosen_names``."""
    named = _ids(request.POST.getlist("file"))
    removed = _ids(request.POST.getlist("remove"))
    rows = StoredFile.objects.visible_to(viewer).filter(owner=viewer.person_id, pk__in=named)
    rows = rows.exclude(pk__in=removed).order_by("created_at")
    attachments = [_typed_attachment(request, row) for row in rows]
    shown = [
        replace(it.file.shown, description="" if it.is_decorative else it.description)
        for it in attachments
    ]
    names = [clean_name(it.name or "") for it in request.FILES.getlist("files")]
    return {"files": shown, "chosen_names": names}


def own_draft_files(viewer: Viewer, named: list[str]) -> list[tuple[Attachment, str]]:
    """Those of the files ``named`` that are the viewer's and that no post has yet.

    With each, why it cannot be posted, where it could not be prepared.
    """
    rows = StoredFile.objects.visible_to(viewer).filter(own_drafts(viewer), pk__in=_ids(named))
    return [
        (Attachment(row), unreadable(row) if row.state == FileState.REFUSED else "")
        for row in rows.order_by("created_at")
    ]


def _known_files(
    request: HttpRequest, viewer: Viewer, post: Post | None, sheet_id: int | None
) -> list[StoredFile]:
    """The files that the form names, and those of its post or sheet, but what it gives up."""
    removed = set(_ids(request.POST.getlist("remove")))
    named = _ids(request.POST.getlist("file"))
    wanted = own_drafts(viewer) & Q(pk__in=named)
    if post:
        wanted |= Q(post=post.pk)
    elif key := _ids([request.POST.get("idempotency_key", "")]):
        # What the form has given to its post before, it may send again.
        wanted |= Q(post__idempotency_key=key[0], pk__in=named)
    wanted &= Q(owner=viewer.person_id)
    if sheet_id:
        wanted |= Q(post=None, sheet=sheet_id)
    rows = StoredFile.objects.visible_to(viewer).filter(wanted)
    files = {row.pk: row for row in rows.order_by("position", "created_at")}
    order = [pk for pk in files if pk not in named] + [pk for pk in named if pk in files]
    return [files[pk] for pk in dict.fromkeys(order) if pk not in removed]


def _ids(values: Sequence[str]) -> list[UUID]:
    return [key for key in map(parse_uuid, values[:200]) if key]


def _typed_attachment(request: HttpRequest, row: StoredFile) -> Attachment:
    """The file with what the form says of it; of what it does not say, as it was."""
    if f"description-{row.pk}" not in request.POST:
        return Attachment(row, row.description, row.is_decorative)
    typed = without_controls(one_line(request.POST[f"description-{row.pk}"]))
    is_decorative = bool(request.POST.get(f"decorative-{row.pk}"))
    return Attachment(row, typed[:MAX_DESCRIPTION], is_decorative)


def _errors_of(attachments: Sequence[Attachment], is_draft: bool) -> list[str]:
    errors = []
    if sum(it.file.size for it in attachments) > settings.FORUM_FILE_LIMITS["post"]:
        errors.append(too_heavy())
    lacking = [it.file for it in attachments if it.lacks_description and not is_draft]
    return errors + [description_missing(file) for file in lacking]


def unreadable(row: StoredFile) -> str:
    """What the owner of a file is told that could not be prepared."""
    if row.refusal == "too-large":
        words = _("« %(name)s » est trop grande à montrer : réduisez-la, puis réessayez.")
    elif row.refusal == "infected":
        words = _("« %(name)s » est refusé : l’antivirus y a trouvé quelque chose.")
    else:
        words = _("« %(name)s » : l’image n’a pas pu être lue.")
    return words % {"name": row.name}
