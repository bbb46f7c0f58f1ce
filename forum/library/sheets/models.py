"""Experience sheets: what a territory did, written by those who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.text import slug_of
from forum.library.sheets.querysets import SheetQuerySet

if TYPE_CHECKING:
    from forum.base.spaces.models import Topic


#: Characters of a part of a sheet.
MAX_PART_LENGTH = 6000
#: The parts, in the order in which a sheet shows them.
PARTS = ("context", "work", "partners", "results", "failures", "advice", "contacts", "sources")

_PLACED = " OR ".join(
    f"COALESCE(OLD.{it}, 0) <> COALESCE(NEW.{it}, 0)"
    for it in ("territory_id", "seat_id", "topic_id")
)
#: What concerns those who write a sheet, are invited to, review it or are notified of a call
#: on it: columns of the sheet, or of what it names, and when.
_CHANGES = (
    ("pk", "thread_id, asked_at, confirmed_at, outdated_at", "TRUE"),
    # Who may take a call depends on where it is of, and who reads what it comes from.
    ("pk", "territory_id, seat_id, topic_id", _PLACED),
    ("origin", "space_id, removed_at", "TRUE"),
    # Its readers change with those of its thread and of its first post.
    ("thread", "space_id, removed_at", "NEW.has_sheet"),
    ("thread__posts", "hidden_at, deleted_at, held_at, withheld_move_id", "NEW.number = 1"),
    ("author", "is_active", "OLD.is_active <> NEW.is_active"),
    ("coauthors__person", "is_active", "OLD.is_active <> NEW.is_active"),
)
_PEOPLE = "author coauthors__person reviews__reviewer review_calls__recipients__person"
#: They answer for it where its authors are gone.
_CONTACTS = "seat__organisation__seats__person"
_IS_CONTACT = Q(seat__organisation__seats__is_contact=True)


class ExperienceSheet(Addressable):
    """What a territory did: a draft as long as it has no ``thread``, then what heads it.

    Once it is published, the thread says its title, topic, tags, space and readers; until then
    ``title``, ``topic``, ``tags``, with commas between them, and ``space`` say them. ``author``
    began it, and ``seat`` is for whom. ``origin``: the thread that it was begun from.

    Months are "2024" or "2024-03". ``version`` counts saves: an editor names the one they read.
    ``asked_at``: when its authors were last asked whether it is still true; ``confirmed_at``:
    when they last said so; ``outdated``: what they say where it is not, at the head of the
    sheet, since ``outdated_at``. ``figures_at``: when its figures last changed.
    """

    thread = models.OneToOneField(
        "forum.Thread", models.CASCADE, null=True, blank=True, related_name="sheet"
    )
    origin = models.ForeignKey(
        "forum.Thread", models.SET_NULL, null=True, blank=True, related_name="sheets_drawn"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sheets", db_index=False
    )
    seat = models.ForeignKey("accounts.Seat", models.SET_NULL, null=True, related_name="sheets")
    # As long as a text in which names of closed accounts are replaced.
    title = models.CharField(_("titre"), max_length=200, blank=True)
    topic = models.ForeignKey("forum.Topic", models.PROTECT, null=True, related_name="sheets")
    space = models.ForeignKey("forum.Space", models.SET_NULL, null=True, related_name="+")
    tags = models.CharField(max_length=300, blank=True)
    territory = models.ForeignKey(
        "accounts.Territory", models.SET_NULL, null=True, related_name="sheets"
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(null=True, blank=True)
    started = models.CharField(_("début"), max_length=7, blank=True)
    commissioned = models.CharField(_("mise en service"), max_length=7, blank=True)
    finished = models.CharField(_("fin"), max_length=7, blank=True)
    context = models.TextField(_("contexte"), max_length=MAX_PART_LENGTH, blank=True)
    work = models.TextField(_("ce qui a été fait"), max_length=MAX_PART_LENGTH, blank=True)
    partners = models.TextField(_("partenaires"), max_length=MAX_PART_LENGTH, blank=True)
    results = models.TextField(_("résultats"), max_length=MAX_PART_LENGTH, blank=True)
    failures = models.TextField(_("ce qui a raté"), max_length=MAX_PART_LENGTH, blank=True)
    advice = models.TextField(_("à refaire"), max_length=MAX_PART_LENGTH, blank=True)
    contacts = models.TextField(_("contacts"), max_length=MAX_PART_LENGTH, blank=True)
    sources = models.TextField(_("sources"), max_length=MAX_PART_LENGTH, blank=True)
    idempotency_key = models.UUIDField(default=uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    figures_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    outdated = models.CharField(max_length=500, blank=True)
    outdated_at = models.DateTimeField(null=True, blank=True)
    #: The stems of what it says, each between spaces.
    stems = models.TextField(blank=True, editable=False)

    #: Whether the viewer writes it: on pages of one sheet.
    is_written: bool

    objects = SheetQuerySet.as_manager()

    inbox_watches = tuple(
        InboxWatch(people, of=of, columns=columns, when=when, rows=rows)
        for of, columns, when in _CHANGES
        for people, rows in ((_PEOPLE, Q()), (_CONTACTS, _IS_CONTACT))
    )
    export_sections = (
        ExportSection(
            "sheets",
            "author",
            "thread title topic=topic__name territory=territory__name started commissioned"
            " finished context work partners results failures advice contacts sources"
            " created_at saved_at published_at confirmed_at outdated",
            order_by="-created_at",
            words={
                "saved_by": f"{' '.join(PARTS)} title topic territory started commissioned"
                " finished outdated"
            },
        ),
    )
    not_exported = {"saved_by": "who saved it last: its author or co-author, who exports it"}
    privacy_notices = (
        PrivacyNotice(
            _("Vos fiches d’expérience, et celles que vous écrivez avec d’autres"),
            _(
                "Les montrer aux lecteurs de l’espace choisi ; un brouillon, à ses auteurs et "
                "à qui le relit : contrat"
            ),
            _(
                "Comme vos messages ; un brouillon, jusqu’à ce que vous le supprimiez, ou que "
                "votre compte soit fermé"
            ),
            position=6,
        ),
    )
    private_rows = True
    searched_texts = dict.fromkeys(["title", "tags", "outdated", *PARTS], "")
    texts_kept_when_closed = {"stems": "made of other texts, and made anew with them"}
    export_labels = {"sheets": _("Fiches que vous avez commencées")}

    class Meta:
        verbose_name = _("fiche d’expérience")
        indexes = [
            models.Index(fields=["author", "-saved_at"], name="sheet_by_author"),
            models.Index(
                F("published_at").desc(),
                condition=Q(thread__isnull=False),
                name="sheet_by_date",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(thread=None) | Q(published_at__isnull=False),
                name="published_sheet_has_date",
            )
        ]

    def __str__(self) -> str:
        return self.shown_title or str(_("Fiche sans titre"))

    def get_absolute_url(self) -> str:
        """Its page, where the id is what counts: its thread's; a draft's own page."""
        if self.thread is None:
            return reverse("sheet-draft", args=[self.pk])
        return sheet_url(self.thread.pk, self.thread.title)

    @property
    def is_draft(self) -> bool:
        """Whether it is not published."""
        return self.thread_id is None

    @property
    def shown_title(self) -> str:
        """Its thread's title, or the draft's."""
        return self.title if self.thread is None else self.thread.title

    @property
    def shown_topic(self) -> Topic | None:
        """Its thread's topic, or the draft's, None where none is chosen yet."""
        return self.topic if self.thread is None else self.thread.topic


def sheet_url(thread_id: int, title: str) -> str:
    """The page of the sheet that heads the thread of this id."""
    slug = slug_of(title)[:80].strip("-") or "fiche"
    return reverse("sheet", args=[thread_id, slug])


def tag_names(typed: str) -> list[str]:
    """The tags of a draft, which are typed with commas between them."""
    return [name for name in (" ".join(it.split()) for it in typed.split(",")) if name]
