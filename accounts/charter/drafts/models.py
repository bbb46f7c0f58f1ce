"""Drafts of versions of the charter."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection
from accounts.base.models import Addressable

#: Days between the publication of a substantive version and the end of older signatures.
DEFAULT_GRACE_DAYS = 60


class CharterDraft(Addressable):
    """A draft of the next version. ``revision`` counts how often it was saved.

    A published draft is kept with its version (``published``) and does not change.
    """

    name = models.CharField(_("nom de la version"), max_length=20)
    text = models.TextField(_("texte"))
    text_en = models.TextField(blank=True)
    is_substantive = models.BooleanField(default=True)
    grace_days = models.PositiveSmallIntegerField(default=DEFAULT_GRACE_DAYS)
    adopted_on = models.DateField(_("date d’adoption"))
    revision = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)
    published = models.OneToOneField(
        "accounts.CharterVersion", models.PROTECT, null=True, blank=True, related_name="draft"
    )
    published_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    export_sections = (
        ExportSection("drafts_written", "written_by", "name written_at"),
        ExportSection("drafts_published", "published_by", "name published__published_at"),
    )
    private_rows = False
    texts_kept_when_closed = "what animators and operators write for the site"
    export_labels = {
        "drafts_published": _("Versions de la charte publiées"),
        "drafts_written": _("Projets de version écrits"),
    }

    class Meta:
        verbose_name = _("projet de version")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page that edits it."""
        return reverse("charter-draft", args=[self.pk])
