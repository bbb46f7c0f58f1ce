"""Since when an answer is accepted, so that who wrote it is told."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility


class AcceptedAnswerQuerySet(visibility.VisibleQuerySet["AcceptedAnswer"]):
    """Accepted answers, seen where their posts are."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))


class AcceptedAnswer(models.Model):
    """A reply was accepted, at a moment, as the answer of its thread: the last one.

    Whether it still is, is said by the post (``is_accepted``).
    """

    thread = models.OneToOneField(
        "forum.Thread", models.CASCADE, primary_key=True, related_name="+"
    )
    post = models.ForeignKey("forum.Post", models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    accepted_at = models.DateTimeField(default=timezone.now)

    objects = AcceptedAnswerQuerySet.as_manager()

    inbox_watches = (InboxWatch("author", of="post"),)
    not_exported = {"author": "one's posts, which are exported, say so"}

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.post_id}"
