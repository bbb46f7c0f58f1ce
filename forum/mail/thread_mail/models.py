"""Who is mailed what of the threads that they follow, by which keys they answer and stop."""

from __future__ import annotations

import secrets
from functools import partial
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.mail_languages import register_language_source
from accounts.users.suspension import not_suspended
from forum.base import visibility
from forum.base.outgoing_mail.models import OutgoingMail, OutgoingQuerySet
from forum.conversation.follows.models import Channel
from forum.mail.thread_mail.bounces.models import is_paused

#: Letters and digits that are not taken for each other; 60 bits of them are a key.
_ALPHABET, _KEY_LENGTH = "abcdefghijkmnpqrstuvwxyz23456789", 12
KEY_PATTERN = f"[{_ALPHABET}]{{{_KEY_LENGTH}}}"


class DigestFrequency(models.TextChoices):
    """How often a digest is sent, where there is something to say."""

    WEEKLY = "weekly", _("Chaque semaine")
    DAILY = "daily", _("Chaque jour")
    NEVER = "never", _("Jamais")


class MailSetting(models.Model):
    """What a person wants by mail. Someone without a row has the defaults.

    ``channel``: how what others write reaches them of threads that they follow themselves.
    ``digest``: how often; ``digest_day``: on which day a weekly one is sent, 0 is Monday;
    ``digest_hour``: at which hour, in the site's time zone. ``next_digest_at``: when the next
    one is due; None until it is planned. ``notifications``: whether what
    concerns them is mailed at once, and ``notified_until`` up to when it was. ``welcomes``:
    whether two mails follow that of their welcome. ``language``: that of these mails.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_setting", primary_key=True
    )
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.MAIL)
    digest = models.CharField(
        max_length=6, choices=DigestFrequency.choices, default=DigestFrequency.WEEKLY
    )
    digest_day = models.PositiveSmallIntegerField(default=0)
    digest_hour = models.PositiveSmallIntegerField(default=7)
    next_digest_at = models.DateTimeField(null=True, db_index=True)
    #: What stands for the person in the addresses that stop mails of a kind.
    stop_key = models.CharField(max_length=20, null=True, unique=True)  # noqa: DJ001
    notifications = models.BooleanField(default=True)
    notified_until = models.DateTimeField(null=True)
    welcomes = models.BooleanField(default=True)
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    export_sections = (
        ExportSection(
            "mail_setting",
            "person",
            "channel digest digest_day digest_hour notifications welcomes language",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les réponses des fils que vous suivez, et un résumé, à votre adresse"),
            _("Vous faire suivre ce que vous avez choisi de suivre : contrat"),
            _("Jusqu’à ce que vous l’arrêtiez, d’un geste dans chaque courriel"),
            position=8,
        ),
    )
    export_labels = {"mail_setting": _("Vos réglages de courriels")}

    def __str__(self) -> str:
        return f"{self.person_id}: {self.channel}, {self.digest}"


@register_language_source
def mail_language_of(person_id: int) -> str | None:
    """The language that this person chose for mails; None where they chose nothing."""
    chosen = MailSetting.objects.filter(person=person_id)
    return chosen.values_list("language", flat=True).first()


def mailable(prefix: str = "") -> Q:
    """The condition that a person is mailed anything; ``prefix``: the path to them.

    An address from which mail came back too often is not.
    """
    return Q((f"{prefix}is_active", True)) & not_suspended(prefix) & Q(~is_paused(prefix))


def by_channel(channel: Channel) -> Q:
    """The follows whose news reach their people by ``channel``: said there, or for threads."""
    setting = Q(person__mail_setting__channel=channel)
    if channel == MailSetting._meta.get_field("channel").default:
        setting |= Q(person__mail_setting=None)
    return Q(channel=channel) | (Q(channel="") & setting)


def new_key() -> str:
    """A key that nobody guesses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_LENGTH))


class ThreadMailKeyQuerySet(visibility.VisibleQuerySet["ThreadMailKey"]):
    """Keys of mails, for readers of the thread that these are about."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class ThreadMailKey(models.Model):
    """What stands for a person and a thread in the addresses of the mails about it.

    ``key``: in those that they answer to. ``link_key``: in the pages that links in mails open,
    which go along where a mail is sent on: from it nobody has the other.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="+")
    key = models.CharField(max_length=20, unique=True)
    link_key = models.CharField(max_length=20, unique=True)

    objects = ThreadMailKeyQuerySet.as_manager()

    not_exported: ClassVar = {"person": "secrets in the addresses of mails they have"}
    private_rows = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "thread"], name="one_mail_key_a_thread")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.thread_id}"


class PostMailQuerySet(  # type: ignore[override]  # mypy's plugin compares their managers.
    OutgoingQuerySet["PostMail"], visibility.VisibleQuerySet["PostMail"]
):
    """Mails of posts, for whom they are to: where the post is seen."""

    rule = staticmethod(partial(visibility.posts, prefix="post__"))


class PostMail(OutgoingMail):
    """A post is to be mailed to a person, or was: one row, so that it is sent once."""

    queue = _("Messages des fils suivis")

    # The constraint below is an index on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    post = models.ForeignKey("forum.Post", models.CASCADE, related_name="+")

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
    export_labels = {"mails_of_posts": _("Courriels de messages qui vous sont envoyés")}

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
