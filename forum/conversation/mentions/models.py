"""Whom a post names, and which posts it quotes."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility


class MentionQuerySet(visibility.VisibleQuerySet["Mention"]):
    """Mentions, seen where their posts are."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))


class Mention(models.Model):
    """A post names a person or an organisation, one of the two, who read it there.

    That gives nobody a right: whom it names is told for as long as they see the post.
    """

    post = models.ForeignKey("forum.Post", models.CASCADE, related_name="mentions")
    # The constraints below are the indexes by which the inbox finds them.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="mentions",
        db_index=False,
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.CASCADE,
        null=True,
        related_name="mentions",
        db_index=False,
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = MentionQuerySet.as_manager()

    inbox_watches = (InboxWatch("person organisation__seats__person", of="post"),)
    not_exported = {"person": "others' words, which the inbox shows as long as one reads them"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation=None)
                | Q(person=None, organisation__isnull=False),
                name="mention_is_one",
            ),
            models.UniqueConstraint(fields=["person", "post"], name="person_mentioned_once"),
            models.UniqueConstraint(
                fields=["organisation", "post"], name="organisation_mentioned_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.person or self.organisation}"


class QuotationQuerySet(visibility.VisibleQuerySet["Quotation"]):
    """Quotations, seen where the posts that quote are."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))


class Quotation(models.Model):
    """A post quotes another, of somebody else, who is told for as long as they see it."""

    # No index of its own: the constraint below begins with it.
    post = models.ForeignKey(
        "forum.Post", models.CASCADE, related_name="quotations", db_index=False
    )
    quoted = models.ForeignKey("forum.Post", models.CASCADE, related_name="quoted_in")
    created_at = models.DateTimeField(default=timezone.now)

    objects = QuotationQuerySet.as_manager()

    inbox_watches = (InboxWatch("quoted__author", of="post"),)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "quoted"], name="post_quoted_once")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.quoted_id}"
