"""Appeals against measures, decided by another animator than the one who took them."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.moderation.measures.models import Measure, measures_rule


class AppealQuerySet(visibility.VisibleQuerySet["Appeal"]):
    """Appeals, for who made them and for animators."""

    rule = staticmethod(partial(measures_rule, prefix="measure__"))

    def waiting_for(self, person_id: int) -> AppealQuerySet:
        """Those not decided that this animator may decide: not of their own measures."""
        others = ~Q(measure__taken_by=person_id) & ~Q(measure__person=person_id)
        return self.filter(others, decided_at=None)


class Appeal(Addressable):
    """What ``made_by``, whom ``measure`` concerns, says against it; what is answered.

    By another animator than the one who took the measure.
    """

    measure = models.OneToOneField(Measure, models.PROTECT, related_name="appeal")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appeals"
    )
    text = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="appeals_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_granted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    objects = AppealQuerySet.as_manager()
    inbox_watches = (InboxWatch("measure__person measure__taken_by animators"),)
    export_sections = (
        ExportSection("appeals", "made_by", "text made_at decided_at is_granted answer"),
    )
    not_exported = {"decided_by": "a decision about someone else, who exports it"}
    privacy_notices = (
        PrivacyNotice(
            _("Vos recours contre une mesure, et ce qui vous a été répondu"),
            _("Revoir chaque mesure que l’on conteste : obligation légale"),
            _("Tant que le réseau existe"),
            position=9,
        ),
    )
    private_rows = True
    searched_texts = {"text": "made_by", "answer": "decided_by"}
    export_labels = {"appeals": _("Vos recours")}

    class Meta:
        verbose_name = _("recours")
        ordering = ["made_at", "pk"]
        indexes = [
            models.Index(
                fields=["made_at", "id"], condition=Q(decided_at=None), name="appeal_to_decide"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="appeal_has_a_text"),
            models.CheckConstraint(
                condition=Q(decided_at=None, is_granted=None)
                | Q(decided_at__isnull=False, is_granted__isnull=False),
                name="appeal_is_decided_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}, {self.made_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page where an animator decides about it."""
        return reverse("decide-appeal", args=[self.pk])
