"""How a question was settled otherwise than by an answer in its thread."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Protocol

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from forum.base import visibility

#: Characters that say how.
MAX_LENGTH = 1000


class SettlementQuerySet(visibility.VisibleQuerySet["Settlement"]):
    """Settlements, seen where their threads are."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class Settlement(models.Model):
    """The words in which ``person`` settled the question of ``thread`` at a moment.

    One of a thread is current, and the former ones ended: reopened, or replaced. Whether the
    question is settled is said by the thread (``Thread.settled_at``).
    """

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="settlements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=MAX_LENGTH, blank=True)
    settled_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SettlementQuerySet.as_manager()
    export_sections = (
        ExportSection("settlements", "person", "thread text settled_at ended_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Ce que vous dites de la façon dont une question a été réglée"),
            _("Le montrer à qui lit le fil : contrat"),
            _("Autant que le fil ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )
    searched_texts = {"text": "person"}
    export_labels = {"settlements": _("Lignes de la boîte de réception que vous avez réglées")}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(ended_at=None), name="one_settlement_stands"
            )
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}, {self.settled_at}"


class _Resolvable(Protocol):
    """A question that an answer settles, or words."""

    accepted_id: int | None
    settled_at: datetime | None


class Settleable(models.Model):
    """What a thread is that may be settled otherwise than by an answer."""

    #: Since when it is.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_resolved(self: _Resolvable) -> bool:
        """Whether the question is settled, by an answer or otherwise. In SQL: ``resolved``."""
        return self.accepted_id is not None or self.settled_at is not None

    @property
    def page_settlement(self) -> Settlement | None:
        """The current settlement, with who wrote it."""
        current = Settlement.objects.filter(thread=self.pk, ended_at=None)
        return current.select_related("person").first()
