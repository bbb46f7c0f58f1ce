"""The files that posts have."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.conversation.files.file_types import PDF
from forum.conversation.files.names import MAX_LENGTH, ending_of
from forum.conversation.files.querysets import StoredFileQuerySet
from forum.conversation.files.shown_file import ShownFile
from forum.conversation.files.storage import post_file_storage

#: Characters of a picture's description.
MAX_DESCRIPTION = 500


class FileState(models.TextChoices):
    """How far a file is: it is served once it is ready."""

    PREPARING = "preparing", _("en préparation")
    READY = "ready", _("prêt")
    REFUSED = "refused", _("refusé")


def _object_name(row: StoredFile, _name: str) -> str:
    return row.object_name()


def _tool_editor() -> Subquery:
    """The animator who last changed what is said of the file as a tool, if one did."""
    edits = ModerationLogEntry.objects.filter(
        action=LoggedAction.EDIT_TOOL, post_id=OuterRef("post")
    )
    return Subquery(edits.order_by("-pk").values("actor")[:1])


class StoredFile(Addressable):
    """A file that a person sent for a post; ``post`` is None until one has it.

    ``content`` is what was sent; of a picture that is ready, its largest size, re-encoded.
    Of a PDF ``width``, ``height``, ``colour`` and ``widths`` are those of its first page.
    Its name in the storage is ``key``, which is random, and an ending of our own. ``sender``:
    a co-author of a sheet who sent it, whose ``owner`` is the author of its post since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stored_files"
    )
    seat = models.ForeignKey(
        "accounts.Seat", models.SET_NULL, null=True, related_name="stored_files"
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    post = models.ForeignKey(
        "forum.Post", models.CASCADE, null=True, related_name="stored_files"
    )
    #: The draft that has it, as long as no post does.
    draft = models.ForeignKey(
        "forum.PostDraft", models.SET_NULL, null=True, related_name="stored_files"
    )
    #: The draft of a sheet that has it, likewise; its authors and reviewers see it.
    sheet = models.ForeignKey(
        "forum.ExperienceSheet", models.SET_NULL, null=True, related_name="stored_files"
    )
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("nom"), max_length=2 * MAX_LENGTH)
    size = models.PositiveBigIntegerField(_("taille"))
    media_type = models.CharField(max_length=100)
    is_image = models.BooleanField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=32, unique=True)
    #: Of one that was sent in parts: the key that whoever sent it gave to its upload.
    upload_key = models.UUIDField(null=True, editable=False)
    content = models.FileField(storage=post_file_storage, upload_to=_object_name, max_length=60)
    state = models.CharField(max_length=10, choices=FileState)
    refusal = models.CharField(max_length=20, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    colour = models.CharField(max_length=7, blank=True)
    #: The widths that a picture is kept in, the largest last; or the first page of a PDF.
    widths = models.JSONField(default=list)
    #: The tool that it is a version of, which its post shows
    #: (``forum/library/tools/actions.py``).
    tool = models.ForeignKey("forum.Tool", models.SET_NULL, null=True, related_name="files")
    description = models.CharField(_("description"), max_length=MAX_DESCRIPTION, blank=True)
    is_decorative = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    # Who sent a file of a sheet is asked before others read it.
    inbox_watches = (
        InboxWatch(
            "owner sender",
            when="NEW.sheet_id IS NOT NULL OR NEW.sender_id IS NOT NULL",
            changed="COALESCE(OLD.sheet_id, 0) <> COALESCE(NEW.sheet_id, 0)"
            " OR COALESCE(OLD.sender_id, 0) <> COALESCE(NEW.sender_id, 0)",
        ),
    )
    export_sections = (
        ExportSection(
            "files",
            "owner",
            "id thread=post__thread message=post__number name size media_type description"
            " created_at tool title=tool_version__title type=tool_version__type"
            " licence=tool_version__licence version=tool_version__label"
            " used_for=tool_version__used_for",
            annotations={"tool_edited_by": _tool_editor},
            order_by="-created_at",
            words={"tool_edited_by": "title type licence version used_for"},
        ),
        ExportSection(
            "files_handed_over",
            "sender",
            "thread=post__thread name size media_type created_at",
            order_by="-created_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Vos fichiers : nom, taille, date, et ce qu’ils contiennent ; des images, ni le "
              "lieu ni l’appareil"),
            _("Les montrer aux lecteurs de votre message : contrat"),
            _("Jusqu’à ce que vous les retiriez, ou supprimiez le message ou le brouillon de "
              "fiche ; %(days)d jours sans l’un ni l’autre"),
            position=7,
            retention="unused_files",
        ),
    )  # fmt: skip
    searched_texts = {"name": "sender", "description": "owner"}
    export_labels = {
        "files": _("Fichiers que vous avez envoyés"),
        "files_handed_over": _("Fichiers que vous avez donnés à une fiche écrite à plusieurs"),
    }

    class Meta:
        verbose_name = _("fichier")
        indexes = [
            models.Index("created_at", condition=Q(post=None), name="file_without_post"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "upload_key"], name="file_upload_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def object_name(self, width: int | None = None) -> str:
        """The name of its object in the storage, or of its picture of that ``width``."""
        if width is None:
            return f"{self.key[:2]}/{self.key}.{ending_of(self.name)}"
        return f"{self.key[:2]}/{self.key}-{width}.webp"

    @property
    def object_names(self) -> list[str]:
        """The names of all its objects."""
        names = [self.content.name or "", *map(self.object_name, self.widths)]
        return list(dict.fromkeys(names))  # A picture's largest size is its content.

    @property
    def is_pdf(self) -> bool:
        """Whether it is a document of which a first page may be shown."""
        return self.media_type == PDF

    @property
    def needs_preparing(self) -> bool:
        """Whether the worker may do something: a page that was not rendered is tried again."""
        has_no_page = self.is_pdf and self.state == FileState.READY and not self.widths
        return has_no_page or self.state == FileState.PREPARING

    @property
    def shown(self) -> ShownFile:
        """What a post shows of it."""
        return ShownFile(
            str(self.pk), self.name, self.size, self.is_image, self.state, self.width,
            self.height, self.colour, "" if self.is_decorative else self.description,
            tuple(self.widths), self.tool_id,
        )  # fmt: skip
