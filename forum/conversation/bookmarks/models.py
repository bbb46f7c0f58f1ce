"""Which posts a person keeps, with a note to themselves and the day of a reminder."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.conversation.threads.post_marks import PostMark

#: Characters of a note.
MAX_NOTE_LENGTH = 500


class BookmarkQuerySet(visibility.VisibleQuerySet["Bookmark"]):
    """Bookmarks, which only those whose they are see."""

    rule = staticmethod(lambda viewer, prefix="": Q((f"{prefix}person", viewer.person_id or 0)))


class Bookmark(Addressable):
    """``person`` keeps ``post``, with a ``note`` to themselves; nobody else knows.

    They are reminded of it on the day ``remind_on``, if they wish to be. The row stays where
    they may not read the post: whatever shows something of the post asks whether they may.
    """

    # The constraint below is an index on it as well.
    post = models.ForeignKey(
        "forum.Post", models.CASCADE, related_name="bookmarks", db_index=False
    )
    # The first index below begins with it.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks", db_index=False
    )
    note = models.CharField(max_length=MAX_NOTE_LENGTH, blank=True)
    remind_on = models.DateField(null=True, blank=True)
    bookmarked_at = models.DateTimeField(default=timezone.now)

    objects = BookmarkQuerySet.as_manager()

    inbox_watches = (
        InboxWatch(
            "person",
            when="NEW.remind_on IS NOT NULL",
            of="post",
            rows=Q(remind_on__isnull=False),
        ),
    )
    post_mark = PostMark("bookmarked")
    export_sections = (
        ExportSection("bookmarks", "person", "message=post note remind_on bookmarked_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les messages que vous gardez, vos notes et vos rappels"),
            _("Vous les rendre, et vous les rappeler le jour dit : contrat"),
            _("Tant que vous les gardez ; personne d’autre ne le voit"),
            position=8,
        ),
    )
    private_rows = True
    texts_kept_when_closed = "one's own, until one changes or deletes it"
    export_labels = {
        "bookmarks": _("Messages que vous gardez"),
        "note": _("Note"),
        "bookmarked_at": _("Date"),
        "remind_on": _("Rappel le"),
    }

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "-id"], name="bookmark_by_person"),
            models.Index(
                fields=["person", "remind_on"],
                condition=Q(remind_on__isnull=False),
                name="bookmark_by_reminder",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="one_bookmark_a_post")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.post_id}"

    @property
    def coming_reminder(self) -> date | None:
        """The day of a reminder that is to come, if there is one."""
        day = self.remind_on
        return day if day and day > timezone.localdate() else None
