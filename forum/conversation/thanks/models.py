"""Who thanks for which post."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility
from forum.conversation.threads.post_marks import PostMark


class ThankQuerySet(visibility.VisibleQuerySet["Thank"]):
    """Thanks, seen where their posts are."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))


class Thank(models.Model):
    """``person`` thanks for ``post``, which another wrote. Taken back, the row is gone.

    How many there are is a column of the post (``thank_count``). They stay when the account of
    who thanked is closed, without a name.
    """

    # The constraint below is an index on it as well.
    post = models.ForeignKey(
        "forum.Post", models.CASCADE, related_name="thanks", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="thanks")
    thanked_at = models.DateTimeField(default=timezone.now)

    objects = ThankQuerySet.as_manager()

    inbox_watches = (
        InboxWatch("post__author", of="post"),
        # The thanks of one who is suspended or gone are told of no more.
        InboxWatch(
            "post__author", of="person", columns="is_active, suspended_at, suspended_until"
        ),
    )
    post_mark = PostMark("thanked")
    export_sections = (
        ExportSection("thanks", "person", "thread=post__thread number=post__number thanked_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les messages pour lesquels vous avez remercié"),
            _("Le dire à leurs auteurs, et aux membres qui les lisent : contrat"),
            _("Jusqu’à ce que vous le retiriez ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )
    export_labels = {"thanks": _("Messages pour lesquels vous remerciez")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="one_thank_a_post")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.post_id}"
