"""What a person follows without saying so each time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice


class FollowSetting(models.Model):
    """Whether a person follows the threads that they reply to. Without a row, they do.

    A thread that they start they follow in any case.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="follow_setting",
        primary_key=True,
    )
    follows_replies = models.BooleanField(default=True)

    export_sections = (ExportSection("follow_setting", "person", "follows_replies"),)
    privacy_notices = (
        PrivacyNotice(
            _("Que répondre à un fil vous le fasse suivre, ou non"),
            _("Vous signaler ce que vous avez choisi : contrat"),
            _("Tant que vous avez un compte ; personne d’autre ne le voit"),
            position=8,
        ),
    )
    export_labels = {
        "follow_setting": _("Ce que vous suivez d’office"),
        "follows_replies": _("Suit les fils où vous répondez"),
    }

    def __str__(self) -> str:
        return f"{self.person_id}: {self.follows_replies}"
