"""Edits that wait for an animator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.conversation.threads.holds import HoldReason, own_withheld
from forum.conversation.threads.post_marks import PostMark
from forum.conversation.threads.revisions.models import MAX_REASON_LENGTH

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer

_WAITING = Q(approved_at=None, measure=None)


class EditedPart(models.TextChoices):
    """What an edit replaces: of a post its text, else the title or summary of its thread."""

    TEXT = "text", _("Message")
    TITLE = "title", _("Titre et mots-clés")
    SUMMARY = "summary", _("Résumé du fil")


def _seen(viewer: Viewer, prefix: str = "") -> Q:
    """What waits, where what it replaces is seen: one's own; to animators, everybody's.

    One's own too of what one wrote and a move withholds: animators read it once that is shown.
    """
    waiting = Q((f"{prefix}approved_at", None), (f"{prefix}measure", None))
    of_post = Q((f"{prefix}part", EditedPart.TEXT))
    of_thread = ~of_post & Q((f"{prefix}post__number", 1))
    of_thread &= visibility.threads(viewer, f"{prefix}post__thread__")
    seen = of_post & visibility.posts(viewer, f"{prefix}post__") | of_thread
    if viewer.is_animator:
        return waiting & seen
    withheld = own_withheld(viewer.person_id, f"{prefix}post__")
    withheld &= visibility.threads(viewer, f"{prefix}post__thread__")
    seen |= of_post & withheld
    return waiting & seen & Q((f"{prefix}author", viewer.person_id or 0))


class HeldEditQuerySet(visibility.VisibleQuerySet["HeldEdit"]):
    """Edits that wait, for those who made them and for animators."""

    rule = staticmethod(_seen)


class HeldEdit(Addressable):
    """What ``author`` would have ``post`` say, or its thread, whose first it is, be called.

    ``text``: that of the post, the title or the summary; ``tags`` come with a title, separated
    by commas. It was written upon ``version``, a title upon what ``head`` is the hash of
    (``hash_of_head``), for ``reason``, if one was given, and waits since ``held_at``. Published
    it is empty; refused, ``measure`` says why. ``source``: where it came from, encrypted, for
    the record of its author once it is published. The rows of a post go as it is deleted
    (``forum/conversation/threads/triggers.py``).
    """

    post = models.ForeignKey("forum.Post", models.CASCADE, related_name="held_edits")
    part = models.CharField(max_length=10, choices=EditedPart.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="held_edits"
    )
    text = models.TextField(blank=True)
    tags = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=32, blank=True, editable=False)
    reason = models.CharField(max_length=MAX_REASON_LENGTH, blank=True)
    source = models.TextField(default="", blank=True, editable=False)
    held_at = models.DateTimeField(default=timezone.now)
    held_for = models.CharField(max_length=10, choices=HoldReason.choices)
    approved_at = models.DateTimeField(null=True, blank=True)
    measure = models.OneToOneField(
        "forum.Measure", models.SET_NULL, null=True, blank=True, related_name="held_edit"
    )

    objects = HeldEditQuerySet.as_manager()
    inbox_watches = (InboxWatch("author animators"),)
    post_mark = PostMark("edit-held", person="author", condition=_WAITING)
    export_sections = (
        ExportSection(
            "held_edits",
            "author",
            "post part text tags reason held_at held_for approved_at",
            order_by="-held_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Vos modifications qui attendent d’être relues"),
            _("Laisser l’équipe d’animation les lire avant les autres : contrat"),
            _("Jusqu’à ce qu’elles paraissent, ou que le message soit supprimé"),
            position=6,
        ),
    )
    searched_texts = {"text": "", "tags": "", "reason": "author"}
    texts_kept_when_closed = {"source": "what programs write"}
    export_labels = {"held_edits": _("Vos modifications à relire")}

    class Meta:
        verbose_name = _("modification à relire")
        ordering = ["held_at", "pk"]
        indexes = [models.Index("held_at", condition=_WAITING, name="edit_held")]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "part", "author"], condition=_WAITING, name="one_edit_waits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id}, {self.part}"

    def get_absolute_url(self) -> str:
        """The page where it is read and decided."""
        return reverse("held-edit", args=[self.pk])
