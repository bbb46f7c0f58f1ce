"""What a person follows besides threads: spaces, topics, tags, territories, organisations."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility
from forum.conversation.follows.models import Channel, Level

#: The fields that name what is followed, of which a row has one.
TARGETS = "space", "topic", "tag", "territory", "organisation"


def _has_only(target: str) -> Q:
    others: dict[str, None] = {other: None for other in TARGETS if other != target}
    return Q(**{f"{target}__isnull": False}, **others)


class SubscriptionQuerySet(visibility.VisibleQuerySet["Subscription"]):
    """Subscriptions, for who sees what they are to."""

    rule = staticmethod(visibility.subscriptions)


class Subscription(models.Model):
    """A person follows the threads of a space, topic, tag, territory or organisation.

    The worker turns a new thread there into a follow of that thread, for who sees it: of all
    that is written (``ALL``), or of its first post (``FIRST``). Nothing comes from what is
    ``MUTED``, whatever else brings it.
    """

    # The constraints below are indexes on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions", db_index=False
    )
    space = models.ForeignKey("forum.Space", models.CASCADE, null=True, related_name="+")
    topic = models.ForeignKey("forum.Topic", models.CASCADE, null=True, related_name="+")
    tag = models.ForeignKey("forum.Tag", models.CASCADE, null=True, related_name="+")
    territory = models.ForeignKey(
        "accounts.Territory", models.CASCADE, null=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, related_name="+"
    )
    level = models.CharField(
        _("Me prévenir de"), max_length=5, choices=Level.choices, default=Level.FIRST
    )
    channel = models.CharField(
        _("Comment"), max_length=6, choices=Channel.choices, default=Channel.DIGEST
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = SubscriptionQuerySet.as_manager()

    inbox_watches = (InboxWatch("person"),)
    export_sections = (
        ExportSection(
            "subscriptions",
            "person",
            "space__name topic__name tag__name territory__name organisation__name level channel"
            " created_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les espaces, sujets, mots-clés, territoires et organisations que vous suivez"),
            _("Vous signaler ce qui y est nouveau : contrat"),
            _("Tant que vous les suivez ; personne d’autre ne le voit"),
            position=8,
        ),
    )
    export_labels = {"subscriptions": _("Sujets et étiquettes que vous suivez")}

    class Meta:
        verbose_name = _("abonnement")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_has_only("space")
                | _has_only("topic")
                | _has_only("tag")
                | _has_only("territory")
                | _has_only("organisation"),
                name="subscription_is_to_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=["person", target], name=f"one_subscription_to_{target}"
                )
                for target in TARGETS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.target}"

    @property
    def kind(self) -> str:
        """Which of ``TARGETS`` it is to."""
        return next(name for name in TARGETS if getattr(self, f"{name}_id"))

    @property
    def target(self) -> models.Model:
        """The space, topic, tag, territory or organisation."""
        target: models.Model = getattr(self, self.kind)
        return target
