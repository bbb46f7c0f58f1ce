"""The names that people bore before the one of today."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice


class FormerName(models.Model):
    """A former name of ``person``, until ``ended_at``, from when the one before ended."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_names"
    )
    name = models.CharField(max_length=120)
    ended_at = models.DateTimeField(default=timezone.now)

    export_sections = (
        ExportSection("former_names", "person", "name ended_at", order_by="-ended_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les noms que votre compte a portés"),
            _("Les ôter aussi le jour où vous le fermez : obligation légale"),
            _("Tant que le compte existe"),
            position=1,
        ),
    )
    export_labels = {"former_names": _("Noms que vous portiez")}

    class Meta:
        verbose_name = _("ancien nom")
        ordering = ["ended_at", "pk"]

    def __str__(self) -> str:
        return self.name
