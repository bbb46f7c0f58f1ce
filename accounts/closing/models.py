"""Accounts that will be closed: the wait in which one comes back."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.users.models import Device


class AccountClosingQuerySet(models.QuerySet["AccountClosing"]):
    """Queries of accounts that will be closed."""

    def due(self, at: datetime | None = None) -> Self:
        """Those whose wait is over, among them those that have begun and were interrupted."""
        return self.filter(due_at__lte=at or timezone.now())

    def revisited(self) -> Self:
        """Those for inactivity whose person has signed in or come to a page since."""
        has_returned = Q(person__seen_at__gt=F("asked_at"))
        has_returned |= Q(person__last_login__gt=F("asked_at"))
        used = Device.objects.filter(
            session__person=OuterRef("person"), last_seen_at__gt=OuterRef("asked_at")
        )
        has_returned |= Q(Exists(used))
        return self.filter(has_returned, is_for_inactivity=True, person__is_active=True)


class AccountClosing(models.Model):
    """The account of ``person`` is closed from ``due_at`` on, unless they take that back.

    They have asked for it or, ``is_for_inactivity``, have not come for very long: then they
    were mailed at ``asked_at`` and, a second time, at ``reminded_at``. The row goes once all is
    done.
    """

    person = models.OneToOneField("accounts.User", models.CASCADE, related_name="closing")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    deletes_all_posts = models.BooleanField(default=False)
    is_for_inactivity = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)

    #: Set by the queries that ask for it.
    was_asked_before: bool
    objects = AccountClosingQuerySet.as_manager()
    inbox_watches = (InboxWatch("person"),)
    kept_when_closed = {"person": "says how far the closing has come, and goes last"}
    export_sections = (ExportSection("closing", "person", "asked_at due_at deletes_all_posts"),)
    privacy_notices = (
        PrivacyNotice(
            _("La fermeture de votre compte, que vous avez demandée"),
            _("Vous laisser le temps d’y revenir : contrat"),
            _("%(days)d jours ; puis votre nom, vos adresses et le reste sont effacés"),
            position=11,
            retention="closing",
        ),
        PrivacyNotice(
            _("Un compte où personne n’est venu"),
            _("Ne pas garder sans fin ce qui ne sert plus : obligation légale"),
            _("%(days)d jours après la dernière visite, et deux courriels qui l’annoncent"),
            position=12,
            retention="inactive_accounts",
        ),
    )
    private_rows = True
    export_labels = {"closing": _("Fermeture de votre compte")}

    class Meta:
        verbose_name = _("fermeture de compte")
        indexes = [models.Index(fields=["due_at"], name="closing_by_date")]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.due_at:%Y-%m-%d}"
