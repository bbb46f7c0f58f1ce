"""What stands at the head of a thread: where its discussion has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer
    from forum.conversation.threads.models import Thread


def _is_shown(prefix: str = "") -> Q:
    """Those that say something, and were written for who reads the thread now."""
    moved = Q((f"{prefix}thread__moved_at", None))
    moved |= Q((f"{prefix}written_at__gt", F(f"{prefix}thread__moved_at")))
    return moved & ~Q((f"{prefix}text", ""))


def _seen(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The condition that a summary is seen: its thread is, and has the same readers still."""
    return visibility.threads(viewer, f"{prefix}thread__") & _is_shown(prefix)


class SummaryQuerySet(visibility.VisibleQuerySet["Summary"]):
    """Summaries with what pages show of them."""

    rule = staticmethod(_seen)


class Summary(Addressable):
    """The summary of ``thread``, as ``author`` wrote its ``version`` of today.

    Its former versions are ``Revision`` rows ``of_summary``. Taken away, its text is empty.
    One that was written before the thread changed its readers is shown to nobody, and
    ``created_at`` is when the first one was written that they read.
    """

    thread = models.OneToOneField("forum.Thread", models.CASCADE, related_name="summary")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="summaries"
    )
    created_at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(default=timezone.now)

    objects = SummaryQuerySet.as_manager()
    export_sections = (
        ExportSection("summaries", "author", "thread text written_at", order_by="-written_at"),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les résumés de fils que vous écrivez"),
            _("Les montrer à qui lit le fil : contrat"),
            _("Autant que le fil ; votre compte fermé, sans votre nom"),
            position=6,
        ),
    )
    inbox_watches = (InboxWatch("thread__meetings__author"),)
    searched_texts = {"text": ""}
    texts_kept_when_closed = {"html": "made of other texts, and made anew with them"}
    export_labels = {"summaries": _("Résumés de fils que vous avez écrits")}

    class Meta:
        verbose_name = _("résumé")

    def __str__(self) -> str:
        return f"{self.thread_id}, {self.version}"

    def get_absolute_url(self) -> str:
        """The page of all its versions."""
        return reverse("summary-versions", args=[self.thread_id])


def summary_mark() -> Subquery:
    """What says which summary a thread shows, and under whose name; NULL where it has none."""
    rows = Summary.objects.filter(_is_shown(), thread=OuterRef("pk")).order_by()
    version = Cast("version", TextField())
    mark = Concat(version, Value(" "), "author__full_name", output_field=TextField())
    return Subquery(rows.values_list(mark))


def shown_summary(thread: Thread) -> Summary:
    """The summary of ``thread``, which was read with its ``summary_mark``."""
    return Summary.objects.select_related("author").get(thread=thread.pk)
