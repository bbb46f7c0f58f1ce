"""Who is mailed what of the threads that they follow, by which keys they answer and stop."""

from __future__ import annotations

import secrets
from functools import partial
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.users.suspension import not_suspended
from forum import visibility

#: Letters and digits that are not taken for each other; 60 bits of them are a key.
_ALPHABET, _KEY_LENGTH = "abcdefghijkmnpqrstuvwxyz23456789", 12
KEY_PATTERN = f"[{_ALPHABET}]{{{_KEY_LENGTH}}}"


class MailSetting(models.Model):
    """What a person wants by mail. Someone without a row has the defaults.

    ``follows_by_mail``: whether what others write in the threads that they follow is mailed to
    them at once. ``language``: that of these mails.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_setting", primary_key=True
    )
    follows_by_mail = models.BooleanField(default=True)
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    export_sections = (ExportSection("mail_setting", "person", "follows_by_mail language"),)
    privacy_notices = (
        PrivacyNotice(
            _("Les réponses des fils que vous suivez, à votre adresse"),
            _("Vous faire suivre ce que vous avez choisi de suivre : contrat"),
            _("Jusqu’à ce que vous l’arrêtiez, d’un geste dans chaque courriel"),
            position=8,
        ),
    )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.follows_by_mail}"


def wants_mail(prefix: str = "") -> Q:
    """The condition that a person is mailed what they follow; ``prefix``: the path to them."""
    asked = Q((f"{prefix}mail_setting", None))
    asked |= Q((f"{prefix}mail_setting__follows_by_mail", True))
    return asked & Q((f"{prefix}is_active", True)) & not_suspended(prefix)


def new_key() -> str:
    """A key that nobody guesses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_LENGTH))


class ThreadMailKeyQuerySet(visibility.VisibleQuerySet["ThreadMailKey"]):
    """Keys of mails, for readers of the thread that these are about."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class ThreadMailKey(models.Model):
    """What stands for a person and a thread in the addresses of the mails about it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="+")
    key = models.CharField(max_length=20, unique=True)

    objects = ThreadMailKeyQuerySet.as_manager()

    not_exported: ClassVar = {"person": "a secret in the addresses of mails they have"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "thread"], name="one_mail_key_a_thread")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.thread_id}"


class PostMailQuerySet(visibility.VisibleQuerySet["PostMail"]):
    """Mails of posts, for whom they are to: where the post is seen."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))

    def due(self) -> Self:
        """Those to be sent by now, the oldest first."""
        waiting = self.filter(settled_at=None, due_at__lte=timezone.now())
        return waiting.order_by("due_at", "pk")


class PostMail(models.Model):
    """A post is to be mailed to a person, or was: one row, so that it is sent once.

    ``settled_at``: when it was sent, or was not to be sent any more; ``was_sent`` says which.
    """

    # The constraint below is an index on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    post = models.ForeignKey("forum.Post", models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    was_sent = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = PostMailQuerySet.as_manager()

    export_sections = (
        ExportSection("mails_of_posts", "person", "post due_at settled_at was_sent"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Quelles réponses vous ont été envoyées par courriel"),
            _("Ne vous en envoyer aucune deux fois : contrat"),
            _("Trente jours"),
            position=8,
        ),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "post"], name="one_post_mail")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(settled_at=None), name="post_mail_by_due_time"
            ),
            models.Index(fields=["settled_at"], name="post_mail_by_settled_time"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.person_id}"


class ThreadMailProgress(models.Model):
    """How far the log of events has been looked through for what is mailed: one row."""

    last_event = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return str(self.last_event)
