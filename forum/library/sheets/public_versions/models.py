"""Public versions of sheets, and what each author says of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection
from accounts.base.expressions import Literal
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.text import slug_of
from forum.base import visibility
from forum.base.licences import Licence, Licensable
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import MAX_PART_LENGTH, PARTS
from forum.library.sheets.public_versions.consents.models import ConsentAnswer
from forum.library.sheets.querysets import shown_sheets

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer

#: Characters of the summary for councillors.
MAX_SUMMARY_LENGTH = 800


class VersionEnd(models.TextChoices):
    """Why a version is proposed or public no more."""

    REPLACED = "replaced", _("une autre version l’a remplacée")
    WITHDRAWN = "withdrawn", _("un de ses auteurs l’a retirée")
    CANCELLED = "cancelled", _("la proposition a été abandonnée")


_WAITING = Q(published_at=None, ended_at=None)
_PUBLISHED = Q(published_at__isnull=False, ended_at=None)


def public_versions(_viewer: Viewer | Rights | None = None, prefix: str = "") -> Q:
    """Those that all may read, guests too, whoever reads the thread of the sheet.

    Each author that was asked said yes and still does, and the first post of the sheet is
    shown: not hidden, deleted or held, nor its thread removed.
    """
    shown = visibility.shown_posts() & visibility.remaining_threads("thread__")
    posts = apps.get_model("forum", "Post")._base_manager.filter(shown, number=Literal(1))
    consents = apps.get_model("forum", "AuthorConsent")._base_manager
    refused = consents.filter(version=OuterRef(f"{prefix}pk")).exclude(answer=ConsentAnswer.YES)
    return (
        Q((f"{prefix}published_at__isnull", False), (f"{prefix}ended_at", None))
        & Q(Exists(posts.filter(thread=OuterRef(f"{prefix}sheet__thread"))))
        & ~Q(Exists(refused))
    )


def concerned_versions(viewer: Viewer, prefix: str = "") -> Q:
    """Those about which the viewer was asked, or that they proposed, whatever became of them.

    Animators: of the sheets that they read, too.
    """
    person = viewer.person_id or 0
    consents = apps.get_model("forum", "AuthorConsent")._base_manager.filter(person=person)
    own = Q((f"{prefix}proposed_by", person))
    own |= Q(Exists(consents.filter(version=OuterRef(f"{prefix}pk"))))
    return own | shown_sheets(viewer, f"{prefix}sheet__") if viewer.is_animator else own


def agreed_versions(viewer: Viewer, prefix: str = "") -> Q:
    """Those that have not ended and to which the viewer said yes, whatever their rights are."""
    consents = apps.get_model("forum", "AuthorConsent")._base_manager
    own = consents.filter(person=viewer.person_id or 0, answer=ConsentAnswer.YES)
    agreed = Q(Exists(own.filter(version=OuterRef(f"{prefix}pk"))))
    return Q((f"{prefix}ended_at", None)) & agreed


class PublicVersionQuerySet(visibility.VisibleQuerySet["PublicVersion"]):
    """Public versions: ``visible_to`` gives those that are public, the same to everybody."""

    rule = staticmethod(public_versions)

    def read_as_public(self, viewer: Viewer | Rights) -> Self:
        """Those that are public, of sheets that the viewer does not read themselves."""
        seen = apps.get_model("forum", "ExperienceSheet").objects.published_to(viewer)
        return self.visible_to(viewer).exclude(
            Exists(seen.order_by().filter(pk=OuterRef("sheet")))
        )

    def concerning(self, viewer: Viewer) -> Self:
        """Those about which the viewer has a word to say, public or not."""
        return self.visible_to(viewer, concerned_versions)

    def waiting(self) -> Self:
        """Those that wait for the word of an author."""
        return self.filter(_WAITING)

    def with_display_fields(self) -> Self:
        """With what a line about them shows: territory, topic, thread."""
        return self.select_related("territory", "topic", "sheet__thread__space")

    def with_authors(self) -> Self:
        """The same, and what its authors say: what a page and a file show."""
        consents = apps.get_model("forum", "AuthorConsent")._base_manager.order_by("pk")
        consents = consents.select_related("person", "seat__organisation__merged_into")
        return self.with_display_fields().prefetch_related(Prefetch("consents", consents))

    def newest_first(self) -> Self:
        """The one that became public last first."""
        return self.order_by(F("published_at").desc(nulls_first=True), F("pk").desc())


class PublicVersion(Licensable, Addressable):
    """What ``sheet`` said as it was proposed to the public, by ``proposed_by``.

    It waits until each of the authors of that moment (``consents``) has said yes, is public
    from then, ``published_at``, and until ``ended_at``, for the reason ``end``. Its address is
    the sheet's, of which one version is public at most. ``figures`` are those of the sheet,
    without those that are money once an author took prices out. ``changed_at``: when what it
    says, or whom it names, last changed.
    """

    sheet = models.ForeignKey(
        "forum.ExperienceSheet", models.CASCADE, related_name="public_versions"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposed_public_versions"
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence)
    summary = models.TextField(_("en bref"), max_length=MAX_SUMMARY_LENGTH)
    # As long as a text in which names of closed accounts are replaced.
    title = models.CharField(_("titre"), max_length=200)
    topic = models.ForeignKey("forum.Topic", models.PROTECT, related_name="+")
    territory = models.ForeignKey(
        "accounts.Territory", models.SET_NULL, null=True, related_name="public_versions"
    )
    population = models.PositiveIntegerField(null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(null=True, blank=True)
    started = models.CharField(max_length=7, blank=True)
    commissioned = models.CharField(max_length=7, blank=True)
    finished = models.CharField(max_length=7, blank=True)
    context = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    work = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    partners = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    results = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    failures = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    advice = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    contacts = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    sources = models.TextField(max_length=MAX_PART_LENGTH, blank=True)
    figures = models.JSONField(default=list)
    without_prices = models.BooleanField(default=False)
    proposed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=VersionEnd, blank=True)
    #: The stems of its title, and after a SEPARATOR of what it says, in both forms.
    stems = models.TextField(blank=True, editable=False)
    folded_stems = models.TextField(blank=True, editable=False)

    objects = PublicVersionQuerySet.as_manager()

    inbox_watches = (
        InboxWatch("proposed_by consents__person", columns="published_at, ended_at"),
    )
    export_sections = (
        ExportSection(
            "proposed_public_sheets",
            "proposed_by",
            "title licence summary proposed_at published_at ended_at end",
            order_by="-proposed_at",
        ),
    )
    searched_texts = dict.fromkeys(["title", "summary", *PARTS], "")
    texts_kept_when_closed = dict.fromkeys(
        ["stems", "folded_stems"], "made of other texts, and made anew with them"
    )
    export_labels = {
        "proposed_public_sheets": _("Fiches que vous avez proposé de rendre publiques")
    }

    class Meta:
        verbose_name = _("version publique d’une fiche")
        indexes = [
            models.Index(
                F("published_at").desc(), condition=_PUBLISHED, name="public_version_by_date"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=_WAITING, name="one_waiting_public_version"
            ),
            models.UniqueConstraint(
                fields=["sheet"], condition=_PUBLISHED, name="one_public_version"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="ended_public_version_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The address of the public page, where the id, the sheet's, is what counts."""
        slug = slug_of(self.title)[:80].strip("-") or "fiche"
        return reverse("public-sheet", args=[self.sheet_id, slug])

    @property
    def permanent_path(self) -> str:
        """The same without the title, which may change: what feeds and codes name."""
        return reverse("public-sheet-short", args=[self.sheet_id])

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the word of an author. In SQL: ``waiting``."""
        return self.published_at is None and self.ended_at is None

    @property
    def figure_rows(self) -> list[SheetFigure]:
        """Its figures, as rows that nothing saves."""
        return [
            SheetFigure(**figure | {"amount": figure["amount"] and Decimal(figure["amount"])})
            for figure in self.figures
        ]
