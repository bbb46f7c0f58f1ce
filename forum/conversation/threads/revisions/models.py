"""What posts and titles said before they were edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer

MAX_REASON_LENGTH = 200


#: Edited after the thread last changed its readers.
_SINCE_MOVE = Q(thread__moved_at=None) | Q(edited_at__gt=F("thread__moved_at"))


def _seen(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The condition that a revision is seen: its post is, or its thread, if it has no post.

    Not what was replaced before the thread last changed its readers: they were asked for, or
    given, the words of that day.
    """
    moved = Q((f"{prefix}thread__moved_at", None))
    moved |= Q((f"{prefix}edited_at__gt", F(f"{prefix}thread__moved_at")))
    moved &= Q((f"{prefix}is_withheld", False))
    of_thread = Q((f"{prefix}post", None)) & visibility.threads(viewer, f"{prefix}thread__")
    return moved & (of_thread | visibility.posts(viewer, f"{prefix}post__"))


def _title_writer() -> Case:
    """Who wrote a former title: whoever replaced the one before. None of the first one."""
    titles = Q(post=None, of_summary=False)
    before = Revision.objects.filter(titles, thread=OuterRef("thread"), pk__lt=OuterRef("pk"))
    writer = Subquery(before.order_by("-pk").values("edited_by")[:1])
    return Case(When(titles, then=writer))


def _exported_reason() -> Case:
    """Why it was edited, as its author may take it along: as ``_seen``, unless they say it."""
    known = _SINCE_MOVE | Q(edited_by=F("author"))
    return Case(When(known, then="reason"), default=Value(""))


class RevisionQuerySet(visibility.VisibleQuerySet["Revision"]):
    """Revisions with what pages show of them."""

    rule = staticmethod(_seen)


class Revision(Addressable):
    """One edit of ``post``, or, where that is None, of the title or summary of ``thread``.

    ``text`` is what stood before, which ``author`` answers for; ``edited_by`` replaced it at
    ``edited_at``, for ``reason``, if they gave one. ``version``: that of the post then. Once it
    is blanked, ``text`` and ``reason`` are empty, and ``blanked_by`` an animator. Its author
    asked for that at ``asked_at``, for ``request_reason``, until one answers; ``refusal`` says
    why not. The rows of a post go as it is deleted
    (``forum/conversation/threads/triggers.py``).
    """

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="revisions")
    post = models.ForeignKey("forum.Post", models.CASCADE, null=True, related_name="revisions")
    #: Whether it is of the summary of the thread (``forum/conversation/threads/summaries/``).
    of_summary = models.BooleanField(default=False, db_default=False)
    #: Whether it is of a time when the post was withheld, or was out of sight in the thread
    #: from which it came into this one: of a post, the trigger of
    #: ``forum/conversation/threads/move_triggers.py`` says so, of a summary its merge.
    is_withheld = models.BooleanField(default=False, db_default=False, editable=False)
    version = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="revisions"
    )
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=MAX_REASON_LENGTH, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)
    blanked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    request_reason = models.CharField(max_length=300, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)

    objects = RevisionQuerySet.as_manager()

    # One asks to have it blanked, or is answered.
    inbox_watches = (
        InboxWatch("author animators", when="NEW.asked_at IS NOT NULL", changed="TRUE"),
    )
    export_sections = (
        ExportSection(
            "former_versions",
            "author",
            "thread post=post__number text edited_at reason=exported_reason blanked_at"
            " asked_at request_reason refused_at refusal",
            annotations={"title_by": _title_writer, "exported_reason": _exported_reason},
            condition=Q(title_by=None) | Q(title_by=F("author")) | _SINCE_MOVE,
            order_by="-edited_at",
            words={"edited_by": "reason", "title_by": "text"},
        ),
    )
    not_exported = {
        "edited_by": "what they wrote is a version, or the post of today, which are exported",
        "blanked_by": "a decision about someone else, who exports it",
    }
    privacy_notices = (
        PrivacyNotice(
            _("Ce que disaient vos messages et vos titres avant d’être modifiés"),
            _("Montrer à qui les lit ce qui a changé : contrat"),
            _("Jusqu’à ce que le message soit supprimé, ou la version effacée à votre demande"),
            position=6,
        ),
    )
    searched_texts = {
        "text": "author",
        "reason": "edited_by",
        "request_reason": "author",
        "refusal": "",
    }
    export_labels = {"former_versions": _("Ce que disaient vos messages et vos titres")}

    class Meta:
        verbose_name = _("ancienne version")
        ordering = ["-pk"]
        indexes = [
            models.Index("asked_at", condition=Q(asked_at__isnull=False), name="revision_asked")
        ]

    def __str__(self) -> str:
        return f"{self.post_id or self.thread_id}, {self.version}"

    def get_absolute_url(self) -> str:
        """The page of all versions of its post, or of its thread's title or summary."""
        if self.post_id:
            return reverse("post-versions", args=[self.post_id])
        name = "summary-versions" if self.of_summary else "title-versions"
        return reverse(name, args=[self.thread_id])
