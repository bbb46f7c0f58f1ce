"""Files of which a part has come."""

from __future__ import annotations

import uuid
from secrets import token_hex

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.models import Addressable
from forum.base import visibility
from forum.conversation.files.names import MAX_LENGTH

#: Bytes of each part of a file but the last. A file that is no larger is sent whole.
PART_SIZE = 2**20
#: The folder of the storage that parts lie in.
PART_FOLDER = "parts"
#: Characters of a fingerprint at most.
MAX_FINGERPRINT = 64


class PartialUploadQuerySet(visibility.VisibleQuerySet["PartialUpload"]):
    """Uploads that are not finished, which only their owners see."""

    rule = staticmethod(lambda viewer, prefix="": Q((f"{prefix}owner", viewer.person_id or 0)))


class PartialUpload(Addressable):
    """A file that a person sends in parts, as long as some of it is missing.

    ``key`` is made by whoever sends it, and is that of the ``StoredFile`` which it becomes.
    ``parts`` are the names of the objects that hold the first ``received`` bytes, in order.
    ``fingerprint`` is the same for the same bytes, or "": by it the same file, chosen anew,
    goes on where it stopped.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="partial_uploads", db_index=False
    )
    seat = models.ForeignKey(
        "accounts.Seat", models.SET_NULL, null=True, related_name="partial_uploads"
    )
    key = models.UUIDField()
    name = models.CharField(_("nom"), max_length=2 * MAX_LENGTH)
    size = models.PositiveBigIntegerField(_("taille"))
    received = models.PositiveBigIntegerField(default=0)
    parts = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=MAX_FINGERPRINT, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = PartialUploadQuerySet.as_manager()

    export_sections = (
        ExportSection(
            "unfinished_uploads", "owner", "name size received created_at updated_at"
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Vos fichiers dont l’envoi n’est pas fini : nom, taille, date, et ce qui en est "
              "arrivé"),
            _("Reprendre l’envoi là où le réseau l’a coupé : contrat"),
            _("Jusqu’à la fin de l’envoi ou son annulation ; sinon %(days)d jour après la "
              "dernière partie"),
            position=7,
            retention="unfinished_uploads",
        ),
    )  # fmt: skip
    private_rows = True
    texts_kept_when_closed = "one's own, until one changes or deletes it"
    export_labels = {"unfinished_uploads": _("Fichiers dont l’envoi n’est pas fini")}

    class Meta:
        verbose_name = _("envoi de fichier")
        indexes = [models.Index(fields=["updated_at"], name="partial_upload_by_date")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="partial_upload_key"),
            models.CheckConstraint(
                condition=Q(received__lte=F("size")), name="partial_upload_within_size"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        """Whether all parts are there."""
        return self.received == self.size

    @property
    def next_part_size(self) -> int:
        """Bytes of the part that it waits for; 0 where it waits for none."""
        return min(PART_SIZE, self.size - self.received)

    def size_of_parts(self, count: int) -> int:
        """Bytes of its first ``count`` parts."""
        return min(count * PART_SIZE, self.size)

    def part_object_name(self) -> str:
        """A new name for the object of a part; its beginning says whose it is."""
        return f"{PART_FOLDER}/{self.pk.hex}-{token_hex(16)}"
