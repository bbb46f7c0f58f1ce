"""Measures of moderation, and the reasons for which they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.translations import translated
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Thread


class ModerationReason(models.Model):
    """A reason that the network has for measures: its words, and the law or clause behind it.

    ``is_legal``: whether the ground is a law; else it is the charter. ``reference`` names it.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    is_legal = models.BooleanField(default=False)
    reference = models.CharField(max_length=300)
    reference_en = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        verbose_name = _("motif")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return translated(self, "name")

    @property
    def ground(self) -> str:
        """The law or the clause, in the language of the reader."""
        return translated(self, "reference")


class MeasureKind(models.TextChoices):
    """What a measure does."""

    HIDE_POST = "hide_post", _("Message masqué")
    REFUSE_EDIT = "refuse_edit", _("Modification refusée")
    LOCK_THREAD = "lock_thread", _("Fil fermé aux réponses")
    SLOW_MODE = "slow_mode", _("Fil ralenti")
    WARN = "warn", _("Avertissement")
    REMOVE_PHOTO = "remove_photo", _("Photo retirée")
    SILENCE = "silence", _("Compte en lecture seule")
    SUSPEND = "suspend", _("Compte suspendu")
    STRIKE_ORGANISATION = "strike_organisation", _("Organisation radiée du réseau")


#: What is done at once and forbids nothing from then on.
AT_ONCE = frozenset({MeasureKind.WARN, MeasureKind.REMOVE_PHOTO})


def measures_rule(viewer: Viewer, prefix: str = "") -> Q:
    """The measures that concern the viewer, suspended or not; to animators, all."""
    if viewer.is_animator:
        return Q((f"{prefix}pk__isnull", False))
    return Q((f"{prefix}person", viewer.person_id or 0))


class MeasureQuerySet(visibility.VisibleQuerySet["Measure"]):
    """Measures, for those whom they concern and for animators."""

    rule = staticmethod(measures_rule)

    def in_force(self) -> MeasureQuerySet:
        """Those that nobody has ended, and whose time is not over."""
        now = timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), ended_at=None)


class Measure(Addressable):
    """What an animator imposed on ``person``, whom the statement of reasons is for.

    ``facts``: in the animator's own words. ``ends_at``: when it ends by itself, if it does;
    ``ended_at``, ``ended_by`` and ``ending_reason``: who ended it before, and why.
    ``report_id``: the report that led to it, if one did. Rows are never deleted.
    """

    kind = models.CharField(max_length=20, choices=MeasureKind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="measures"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, related_name="measures"
    )
    thread = models.ForeignKey(
        "forum.Thread", models.SET_NULL, null=True, related_name="measures"
    )
    post = models.ForeignKey("forum.Post", models.SET_NULL, null=True, related_name="measures")
    reason = models.ForeignKey(ModerationReason, models.PROTECT, related_name="+")
    facts = models.TextField()
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ending_reason = models.TextField(blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="measures_taken"
    )
    report_id = models.BigIntegerField(null=True)
    is_automated = models.BooleanField(default=False)
    #: Set by ``measure_for_page``.
    is_own: bool
    shown_thread: Thread | None
    shows_edit: bool
    shows_text: bool

    objects = MeasureQuerySet.as_manager()
    inbox_watches = (InboxWatch("person"),)
    export_sections = (
        ExportSection(
            "measures",
            "person",
            "kind reason=reason__name ground=reason__reference facts thread post starts_at"
            " ends_at ended_at ending_reason is_automated",
        ),
        ExportSection(
            "measures_taken",
            "taken_by",
            "kind reason=reason__name facts starts_at ends_at ended_at ending_reason",
        ),
    )
    not_exported = {"ended_by": "about the person concerned, who exports it"}
    privacy_notices = (
        PrivacyNotice(
            _("Les mesures prises à votre égard : motif, faits, durée, recours"),
            _("Motiver chaque restriction, comme la loi le demande : obligation légale"),
            _("Tant que le réseau existe"),
            position=9,
        ),
    )
    private_rows = True
    searched_texts = {"facts": "taken_by", "ending_reason": "ended_by"}
    export_labels = {
        "measures": _("Mesures à votre égard"),
        "measures_taken": _("Mesures que vous avez prises"),
        "facts": _("Faits"),
        "ground": _("Fondement"),
        "is_automated": _("Décision automatique"),
        "ending_reason": _("Motif"),
        "starts_at": _("Début"),
    }

    class Meta:
        verbose_name = _("mesure")
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-starts_at"], name="measure_by_person"),
            models.Index(
                fields=["thread"], condition=Q(ended_at=None), name="measure_of_thread"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(facts=""), name="measure_has_facts"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="measure_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page of its statement of reasons."""
        return reverse("measure", args=[self.pk])

    @property
    def is_in_force(self) -> bool:
        """Whether it is in force now. In SQL: ``in_force``."""
        is_over = self.ends_at is not None and self.ends_at <= timezone.now()
        return self.ended_at is None and not is_over and self.kind not in AT_ONCE

    @property
    def may_be_ended(self) -> bool:
        """Whether it is in force, or one that was done at once and nobody has taken back."""
        return self.is_in_force or self.kind in AT_ONCE and self.ended_at is None
