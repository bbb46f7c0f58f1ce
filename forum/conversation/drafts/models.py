"""What a person has begun to write and not sent."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.models import Addressable
from forum.base import visibility

#: Characters of a field that is no text, and of the text: more than what may be sent.
MAX_FIELD_LENGTH, MAX_DRAFT_LENGTH = 500, 100_000


class DraftQuerySet(visibility.VisibleQuerySet["PostDraft"]):
    """Drafts, which only their writers see."""

    rule = staticmethod(lambda viewer, prefix="": Q((f"{prefix}person", viewer.person_id or 0)))

    def sent(self) -> Self:
        """Those that were sent: a post has their key."""
        return self.filter(_is_sent())

    def unsent(self) -> Self:
        """Those that were not."""
        return self.filter(~_is_sent())


class PostDraft(Addressable):
    """What ``person`` typed into the form with ``key``, and when.

    A draft is of a reply to ``thread``, of an edit of ``post``, or else of a new thread. What
    is sent has the same key, and its draft is over. ``choices`` are the fields that are no
    text, by name. ``client`` names the browser's draft that it was saved from last, which
    saves over it; another does if it knows the ``revision`` that is there.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="post_drafts", db_index=False
    )
    key = models.UUIDField()
    thread = models.ForeignKey(
        "forum.Thread", models.SET_NULL, null=True, blank=True, related_name="drafts"
    )
    post = models.ForeignKey(
        "forum.Post", models.SET_NULL, null=True, blank=True, related_name="drafts"
    )
    title = models.CharField(max_length=MAX_FIELD_LENGTH, blank=True)
    tags = models.CharField(max_length=MAX_FIELD_LENGTH, blank=True)
    text = models.TextField(blank=True)
    choices = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    client = models.CharField(max_length=20, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    export_sections = (
        ExportSection(
            "drafts",
            "person",
            "thread post title tags text saved_at",
            annotations={"is_sent": lambda: _is_sent()},
            condition=Q(is_sent=False),
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Vos brouillons"),
            _("Vous rendre ce que vous n’avez pas envoyé, sur tous vos appareils : contrat"),
            _("%(days)d jours après la dernière frappe ; personne d’autre ne les voit"),
            position=7,
            retention="drafts",
        ),
    )
    private_rows = True
    texts_kept_when_closed = "one's own, until one changes or deletes it"
    export_labels = {"drafts": _("Vos brouillons")}

    class Meta:
        verbose_name = _("brouillon")
        ordering = ["-saved_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-saved_at"], name="draft_by_person"),
            models.Index(fields=["saved_at"], name="draft_by_date"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="draft_key"),
            models.CheckConstraint(
                condition=Q(thread=None) | Q(post=None), name="draft_is_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.key}"

    def get_absolute_url(self) -> str:
        """The form in which one goes on with it."""
        if self.post_id:
            address = reverse("edit-post", args=[self.post_id])
        elif self.thread_id:
            address = reverse("replies", args=[self.thread_id])
        else:
            address = reverse("new-thread")
        return f"{address}?draft={self.key}"

    @property
    def fields(self) -> dict[str, Any]:
        """What was typed and chosen, by the names of the form's fields."""
        return {"title": self.title, "tags": self.tags, "text": self.text, **self.choices}

    @property
    def is_typed(self) -> bool:
        """Whether anything is typed in it."""
        return any(it.strip() for it in (self.title, self.tags, self.text))


def _is_sent() -> Exists:
    posts = apps.get_model("forum", "Post").objects
    return Exists(posts.filter(author=OuterRef("person"), idempotency_key=OuterRef("key")))
