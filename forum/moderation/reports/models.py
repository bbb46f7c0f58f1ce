"""Reports: what somebody holds to be unlawful, or against the charter (DSA, article 16)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.models import Thread

#: Characters that a report, and what is answered to it, may have.
MAX_TEXT = 5_000
#: Days for which another animator may be asked to read a dismissed report again.
APPEAL_DAYS = 180


#: The columns that say what a report is about.
SUBJECT_KEYS = ("post_id", "thread_id", "person_id", "organisation_id")


class ReportStatus(models.TextChoices):
    """Where a report stands."""

    OPEN = "open", _("À l’étude")
    DISMISSED = "dismissed", _("Classé sans suite")
    REMEDIED = "remedied", _("Suivi d’effet, sans mesure")
    UPHELD = "upheld", _("Suivi d’une mesure")


def reports_rule(viewer: Viewer, prefix: str = "") -> Q:
    """To others than animators, what they made; to them all, but what is theirs to leave.

    They leave to another what is about themselves, and appeals of what they decided.
    """
    if viewer.is_animator:
        person = viewer.person_id
        about = Q((f"{prefix}person", None)) | ~Q((f"{prefix}person", person))
        decided_by = f"{prefix}appeal_of__decided_by"
        return about & (Q((decided_by, None)) | ~Q((decided_by, person)))
    return Q((f"{prefix}reporter", viewer.person_id or 0))


class ReportQuerySet(visibility.VisibleQuerySet["Report"]):
    """Reports, for animators and for those who made them."""

    rule = staticmethod(reports_rule)

    def open(self) -> ReportQuerySet:
        """Those that nobody has decided."""
        return self.filter(status=ReportStatus.OPEN)

    def oldest_of_each_subject(self) -> ReportQuerySet:
        """Of the open ones about the same subject the first: they are decided together."""
        before = Report.objects.open().filter(
            subject=OuterRef("subject"), pk__lt=OuterRef("pk")
        )
        return self.open().filter(~Exists(before))


class Report(Addressable):
    """What somebody reports at an ``address``, for a ``reason`` or one of their own.

    ``subject`` names what is reported, such as ``post-12``: open reports of one subject are
    decided together. ``post``, ``thread`` and ``organisation`` are what it is, ``person`` whose
    page it is or who wrote it; all None where the reporter saw nothing at that address.
    ``reported_text`` is what stood there then.

    ``reporter`` has an account; else they gave ``reporter_name`` and ``reporter_email``, or
    neither where the law does not ask for it. ``token`` opens ``follow_up_url``, where they
    read where it stands. ``measure`` is what was done about it, ``answer`` what they are told.
    ``appeal_of`` is the dismissed report that they ask another animator to read again.
    """

    address = models.CharField(max_length=500)
    subject = models.CharField(max_length=520)
    post = models.ForeignKey("forum.Post", models.SET_NULL, null=True, related_name="+")
    thread = models.ForeignKey("forum.Thread", models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.SET_NULL, null=True, related_name="+"
    )
    reported_text = models.TextField(blank=True)
    reason = models.ForeignKey(
        "forum.ModerationReason", models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField(blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="reports_made"
    )
    reporter_name = models.CharField(max_length=120, blank=True)
    reporter_email = models.EmailField(blank=True)
    is_in_good_faith = models.BooleanField()
    language = models.CharField(max_length=8)
    token = models.CharField(max_length=32, unique=True, editable=False)
    follow_up_url = models.URLField(max_length=300)
    idempotency_key = models.UUIDField(unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(
        max_length=10, choices=ReportStatus.choices, default=ReportStatus.OPEN
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer = models.TextField(blank=True)
    measure = models.ForeignKey(
        "forum.Measure", models.SET_NULL, null=True, related_name="reports"
    )

    appeal_of = models.OneToOneField(
        "forum.Report", models.SET_NULL, null=True, related_name="appeal"
    )

    #: In the review queue: how many are open about the same, and its thread if one reads it.
    open_count: int
    read_thread: Thread | None

    objects = ReportQuerySet.as_manager()
    inbox_watches = (InboxWatch("reporter animators"),)
    export_sections = (
        ExportSection(
            "reports",
            "reporter",
            "address reported_text reason=reason__name text created_at status decided_at"
            " answer",
        ),
    )
    not_exported = {
        "person": "nobody learns who reported them: what is decided about them they export",
        "decided_by": "a decision about others",
    }
    privacy_notices = (
        PrivacyNotice(
            _(
                "Vos signalements : ce que vous avez écrit, votre nom, et votre courriel si "
                "vous signalez sans compte"
            ),
            _(
                "Les étudier et vous répondre : obligation légale. La personne concernée "
                "n’apprend pas qui l’a signalée ; un animateur qui lit votre nom laisse une "
                "trace"
            ),
            _("%(days)d jours après la décision"),
            retention="reports",
            position=10,
        ),
    )
    private_rows = True
    searched_texts = {"text": "reporter", "reported_text": "", "answer": "decided_by"}
    texts_kept_when_closed = {
        "address": "what programs write",
        "subject": "what programs write",
    }
    export_labels = {
        "reports": _("Vos signalements"),
        "reported_text": _("Texte signalé"),
        "status": _("État"),
    }

    class Meta:
        verbose_name = _("signalement")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["subject", "id"], condition=Q(status="open"), name="report_open"
            ),
            models.Index(fields=["reporter", "-created_at"], name="report_by_reporter"),
            models.Index(
                fields=["decided_at"],
                condition=Q(decided_at__isnull=False),
                name="report_by_decision",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None)
                | ~Q(status="open") & Q(decided_at__isnull=False),
                name="report_is_open_or_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.created_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page where animators decide about it, and about others of the same subject."""
        return reverse("decide-report", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided. In SQL: ``open``."""
        return self.status == ReportStatus.OPEN

    def is_upheld_by(self, person_id: int | None) -> bool:
        """Whether this person, an animator, has answered it with a measure."""
        return self.status == ReportStatus.UPHELD and self.decided_by_id == person_id

    @property
    def may_be_appealed(self) -> bool:
        """Whether it was closed without a measure, once, within ``APPEAL_DAYS``."""
        since = timezone.now() - timedelta(days=APPEAL_DAYS)
        is_first = self.appeal_of_id is None and not hasattr(self, "appeal")
        is_closed = self.status in (ReportStatus.DISMISSED, ReportStatus.REMEDIED)
        is_recent = self.decided_at is not None and self.decided_at > since
        return is_first and is_closed and is_recent

    @property
    def names_something(self) -> bool:
        """Whether it names more than an address: its reporter saw what stands there."""
        return any(getattr(self, key) is not None for key in SUBJECT_KEYS)

    @property
    def subject_kind(self) -> str:
        """What is reported: post, thread, person, organisation or address."""
        return self.subject.partition("-")[0]

    @property
    def reason_name(self) -> str:
        """The reason, in the language of the reader."""
        return str(self.reason) if self.reason_id else str(_("Autre raison"))
