"""Addresses that mail comes back from, and those that are mailed no more."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch


class PauseReason(models.TextChoices):
    """Why an address is mailed no more."""

    HARD = "hard", _("adresse qui n’existe plus")
    SOFT = "soft", _("boîte qui ne prend plus rien")
    COMPLAINT = "complaint", _("courriels signalés comme indésirables")


class BounceCount(models.Model):
    """How often mail to ``address``, which is that of ``person``, came back.

    ``hard``: on how many days for good, the last time on ``last_hard_on``; ``soft``: how often
    for a time, since ``soft_since``. From ``paused_at`` on it is mailed nothing but what its
    person asks for. A row with an address that they have no more counts for nothing.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    address = models.EmailField(max_length=254)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    hard = models.PositiveIntegerField(default=0)
    last_hard_on = models.DateField(null=True)
    soft = models.PositiveIntegerField(default=0)
    soft_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=9, choices=PauseReason.choices, blank=True)

    inbox_watches = (InboxWatch("person"),)
    export_sections = (
        ExportSection(
            "bounces", "person", "address first_at last_at hard soft paused_at reason"
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Combien de courriels vers votre adresse sont revenus"),
            _("Ne plus écrire à une adresse qui les refuse : intérêt légitime"),
            _("Trente jours ; si l’envoi est suspendu, jusqu’à ce que vous le repreniez"),
            position=8,
        ),
    )
    export_labels = {"bounces": _("Courriels qui ne vous sont pas parvenus")}

    def __str__(self) -> str:
        return f"{self.person_id}: {self.hard}, {self.soft}"


def is_paused(prefix: str = "") -> Exists:
    """The condition that a person's address is mailed no more; ``prefix``: the path to them."""
    own = {"person": OuterRef(f"{prefix}pk"), "address": OuterRef(f"{prefix}email")}
    return Exists(BounceCount.objects.filter(**own, paused_at__isnull=False))
