"""The mails that follow the welcome of a new member, one row each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from forum.base.outgoing_mail.models import OutgoingMail, OutgoingQuerySet


class WelcomeStep(models.TextChoices):
    """What a new member is mailed after their welcome, in this order."""

    QUESTION = "question", _("Une question sans réponse")
    SHEET = "sheet", _("Une fiche d’un territoire comme le vôtre")


class WelcomeMail(OutgoingMail):
    """A new member is to be mailed a ``step``, or was: one row, so that it is sent once."""

    queue = _("Suites de la bienvenue")

    # The constraint below is an index on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    step = models.CharField(max_length=8, choices=WelcomeStep.choices)

    objects = OutgoingQuerySet.as_manager()

    export_sections = (ExportSection("welcome_mails", "person", "step settled_at was_sent"),)
    export_labels = {"welcome_mails": _("Courriels après votre arrivée")}
    privacy_notices = (
        PrivacyNotice(
            _("Quels courriels vous ont été envoyés après votre arrivée"),
            _("Ne vous en envoyer aucun deux fois : contrat"),
            _("Soixante jours"),
            position=8,
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "step"], name="one_welcome_mail_a_step")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(settled_at=None), name="welcome_mail_by_due_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.step}"
