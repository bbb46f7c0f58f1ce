"""Who writes a sheet besides the one who began it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.library.sheets.querysets import readable_sheets

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


class AuthorState(models.TextChoices):
    """What somebody answered to an invitation."""

    INVITED = "invited", _("invité")
    ACCEPTED = "accepted", _("coauteur")
    DECLINED = "declined", _("a décliné")
    REMOVED = "removed", _("retiré")


def shown_authors(viewer: Viewer, prefix: str = "") -> Q:
    """Those of the sheets that the viewer reads, and what concerns the viewer."""
    own = Q((f"{prefix}person", viewer.person_id or 0))
    return own | readable_sheets(viewer, f"{prefix}sheet__")


class SheetAuthorQuerySet(visibility.VisibleQuerySet["SheetAuthor"]):
    """Co-authors, seen where their sheets are, and by themselves."""

    rule = staticmethod(partial(shown_authors))


class SheetAuthor(Addressable):
    """``person`` was invited to write ``sheet``, and writes it once they accepted.

    ``seat``: for whom they write, as they were when they accepted. Removed by who began it, at
    ``answered_at``, they are told; what they wrote stays theirs (``SheetWriter``).
    """

    # The constraint below is an index on it as well.
    sheet = models.ForeignKey(
        "forum.ExperienceSheet", models.CASCADE, related_name="coauthors", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="written_sheets"
    )
    seat = models.ForeignKey("accounts.Seat", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=AuthorState, default=AuthorState.INVITED)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    #: Whether words of theirs stay in the sheet: of notifications.
    has_words: bool

    objects = SheetAuthorQuerySet.as_manager()

    inbox_watches = (InboxWatch("person invited_by"),)
    export_sections = (
        ExportSection(
            "sheets_written", "person",
            "thread=sheet__thread draft=sheet state invited_at answered_at",
        ),
    )  # fmt: skip
    not_exported = {"invited_by": "who began the sheet, which they export"}
    private_rows = True
    export_labels = {"sheets_written": _("Fiches que vous écrivez avec d’autres")}

    class Meta:
        verbose_name = _("coauteur d’une fiche")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "person"], name="author_of_sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.sheet_id}"


class SheetWriter(models.Model):
    """``person`` saved words of ``sheet``, for ``seat``, whether they still write it or not.

    ``is_shown``: whether some of these words stand in it. ``fingerprints`` are those of all
    that they added, also of what stands there no more: put back by another, it is theirs.
    """

    # The constraint below is an index on it as well.
    sheet = models.ForeignKey(
        "forum.ExperienceSheet", models.CASCADE, related_name="writers", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seat = models.ForeignKey("accounts.Seat", models.SET_NULL, null=True, related_name="+")
    fingerprints = models.JSONField(default=list)
    is_shown = models.BooleanField(default=True)
    saved_at = models.DateTimeField(default=timezone.now)

    inbox_watches = (InboxWatch("person", changed="NEW.is_shown <> OLD.is_shown"),)
    export_sections = (
        ExportSection("sheet_words", "person", "thread=sheet__thread is_shown saved_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Que des mots d’une fiche sont de vous, même si vous ne l’écrivez plus"),
            _("Ne les montrer à d’autres lecteurs qu’avec votre accord : contrat"),
            _("Autant que la fiche"),
            position=7,
        ),
    )
    export_labels = {"sheet_words": _("Fiches où il y a de vos mots")}

    class Meta:
        verbose_name = _("auteur de mots d’une fiche")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "person"], name="writer_of_sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.sheet_id}"
