"""The digests that people are sent, one row each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from forum.base.outgoing_mail.models import OutgoingMail, OutgoingQuerySet


class Digest(OutgoingMail):
    """What was new for a person is to be mailed, or was: one row, so that it is sent once.

    ``planned_for``: the moment that they chose. ``issue``: of the newsletter, which it told.
    """

    queue = _("Résumés")

    # The constraint below is an index on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    planned_for = models.DateTimeField()
    issue = models.ForeignKey(
        "forum.NewsletterIssue", models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects = OutgoingQuerySet.as_manager()

    export_sections = (ExportSection("digests", "person", "planned_for settled_at was_sent"),)
    privacy_notices = (
        PrivacyNotice(
            _("Quand un résumé vous a été envoyé"),
            _("N’y rien répéter : contrat"),
            _("Soixante jours"),
            position=8,
        ),
    )
    export_labels = {"digests": _("Résumés envoyés par courriel")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "planned_for"], name="one_digest_a_time")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(settled_at=None), name="digest_by_due_time"
            ),
            models.Index(fields=["settled_at"], name="digest_by_settled_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.planned_for}"
