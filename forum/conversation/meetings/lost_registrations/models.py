"""That somebody lost their registration for a meeting that they may no longer read of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility


class LostRegistrationQuerySet(visibility.VisibleQuerySet["LostRegistration"]):
    """Lost registrations, which only those who had them see."""

    rule = staticmethod(lambda viewer, prefix="": Q((f"{prefix}person", viewer.person_id or 0)))


class LostRegistration(models.Model):
    """When ``person`` last lost one to who waited for a place; the meeting is not kept."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    lost_at = models.DateTimeField()

    objects = LostRegistrationQuerySet.as_manager()
    inbox_watches = (InboxWatch("person"),)
    private_rows = True
    export_sections = (ExportSection("lost_registrations", "person", "lost_at"),)
    export_labels = {
        "lost_registrations": _("Votre dernière inscription retirée"),
        "lost_at": _("Retirée le"),
    }
    privacy_notices = (
        PrivacyNotice(
            _("Quand votre inscription à une rencontre que vous ne lisez plus a été retirée"),
            _("Vous le dire : contrat"),
            _("Jusqu’à la suivante ; effacé avec votre compte"),
            position=7,
        ),
    )

    def __str__(self) -> str:
        return str(self.person_id)
