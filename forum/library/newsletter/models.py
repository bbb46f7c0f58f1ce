"""The newsletter « La semaine du réseau »: its issues, and what each names.

Items are references: what is shown of one is read when it is shown, by who reads.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.dates import date_format
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base.spaces.models import MailContent
from forum.conversation.consent_rounds.choices import RoundOutcome
from forum.conversation.consultations.models import open_text
from forum.conversation.files.models import StoredFile
from forum.conversation.meetings.models import coming_text
from forum.conversation.threads.kinds import ThreadKind
from forum.library.newsletter.querysets import NewsletterIssueQuerySet, NewsletterItemQuerySet
from forum.library.sheets.models import sheet_url
from forum.library.tools.models import ToolVersion

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread


#: Characters of an introduction, of the note on an item, and of the words of a link.
MAX_INTRODUCTION, MAX_NOTE, MAX_WORDS = 600, 200, 120
#: The hour on Monday, in the site's time zone, at which an issue is published by itself.
PUBLICATION_HOUR = 7


class NewsletterIssue(Addressable):
    """What home and digests tell of one week: items, in order, under an introduction.

    ``week``: its Monday. ``published_at``: since when readers are shown it; it may lie ahead,
    and None is never. ``gathered_at``: what happened later is proposed for the next one.
    ``reviewed_at``: when an animator first saved it, or it went out without; None: it waits.
    ``is_decided``: whether an animator has chosen its day, or that there is none.
    ``version`` goes up with each change; ``edited_by`` made the last, None the site itself.
    """

    week = models.DateField(unique=True)
    introduction = models.CharField(
        gettext_lazy("introduction"), max_length=MAX_INTRODUCTION, blank=True
    )
    published_at = models.DateTimeField(null=True, db_index=True)
    gathered_at = models.DateTimeField(default=timezone.now)
    reviewed_at = models.DateTimeField(null=True)
    is_decided = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = NewsletterIssueQuerySet.as_manager()

    inbox_watches = (InboxWatch("animators"),)
    not_exported: ClassVar = {"edited_by": "the log of moderation, which is exported, says so"}
    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        verbose_name = gettext_lazy("semaine du réseau")

    def __str__(self) -> str:
        return _("Semaine du %(day)s") % {"day": date_format(self.week, _("j F Y"))}

    @property
    def slug(self) -> str:
        """Its week as addresses say it, by the calendar of ISO 8601: *2026-48*."""
        year, number, _day = self.week.isocalendar()
        return f"{year}-{number:02}"

    def get_absolute_url(self) -> str:
        """The address of its page."""
        return reverse("newsletter-issue", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Whether readers are shown it by now."""
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def awaits_decision(self) -> bool:
        """Whether it waits for an animator to let it go out: somebody has written in it."""
        return self.published_at is None and not self.is_decided

    @property
    def goes_out_at(self) -> datetime:
        """When it is published by itself: on the Monday after its week."""
        monday = datetime.combine(self.week + timedelta(days=7), time(PUBLICATION_HOUR))
        return timezone.make_aware(monday, timezone.get_default_timezone())


def monday_of(day: date) -> date:
    """The Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


class NewsletterItem(models.Model):
    """What an issue names, at a ``position``: a thread, a tool, an organisation, else a link.

    ``words``: those of a link, which leads to ``address``. ``note``: what animators say of it.
    """

    issue = models.ForeignKey(NewsletterIssue, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    thread = models.ForeignKey("forum.Thread", models.CASCADE, null=True, related_name="+")
    tool = models.ForeignKey("forum.Tool", models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, related_name="+"
    )
    words = models.CharField(max_length=MAX_WORDS, blank=True)
    address = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=MAX_NOTE, blank=True)
    #: Where the sheet that heads the thread is about, "" for nowhere, as who it was read
    #: ``with_display_fields`` for sees it; None where there is none, or they do not.
    sheet_territory: str | None = None
    #: Of what is open in the thread to be answered, likewise; None for nothing.
    open_poll_id: int | None = None
    open_poll_closes_on: date | None = None
    open_consentround_id: int | None = None
    #: What came of the last consent round of the thread, likewise.
    round_outcome: str | None = None
    open_consentround_closes_on: date | None = None
    #: When the readers of the thread meet next, likewise.
    coming_meeting_starts_at: datetime | None = None
    coming_meeting_ends_at: datetime | None = None
    coming_meeting_time_zone: str | None = None
    #: Whether the minutes of a vote by secret ballot of the thread are written, likewise.
    has_counted_vote: bool = False
    #: Of a tool, as its latest version has it.
    tool_title: str
    tool_publisher: str | None
    tool_mail_content: str | None

    objects = NewsletterItemQuerySet.as_manager()

    private_rows = False
    texts_kept_when_closed = "what animators and operators write for the site"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", name], name=f"one_item_a_{name}")
            for name in ("thread", "tool", "organisation")
        ] + [
            models.CheckConstraint(
                condition=Q(thread__isnull=False, tool=None, organisation=None, words="")
                | Q(thread=None, tool__isnull=False, organisation=None, words="")
                | Q(thread=None, tool=None, organisation__isnull=False, words="")
                | (Q(thread=None, tool=None, organisation=None) & ~Q(words="")),
                name="newsletter_item_is_one_of_four",
            )
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}, {self.position}"

    @property
    def is_link(self) -> bool:
        """Whether it is words with a link, which may lead anywhere."""
        return bool(self.words)

    @property
    def title(self) -> str:
        """What it is called today; of a tool, to whom it was read ``with_display_fields``."""
        if self.thread:
            return self.thread.title
        if self.organisation:
            return self.organisation.name
        return self.tool_title if self.tool_id else self.words

    @property
    def url(self) -> str:
        """Where it leads."""
        if self.tool_id:
            file = StoredFile(tool_id=self.tool_id)
            return ToolVersion(title=self.tool_title, file=file).get_absolute_url()
        if self.thread and self.sheet_territory is not None:
            return sheet_url(self.thread.pk, self.thread.title)
        named = self.thread or self.organisation
        return named.get_absolute_url() if named else self.address

    @property
    def place(self) -> str:
        """The territory of a sheet, but where its publisher bears that name; "" for none."""
        seat = self.thread.seat if self.thread else None
        named = seat.organisation.name if seat else ""
        return (self.sheet_territory or "") if self.sheet_territory != named else ""

    @property
    def publisher(self) -> str:
        """The organisation, or the person in their own name, that it is of; "" for none."""
        if self.thread:
            seat = self.thread.seat
            return str(seat.organisation if seat else self.thread.author)
        return (self.tool_publisher or "") if self.tool_id else ""

    @property
    def consultation_text(self) -> str:
        """What is open in the thread to be answered, or what was decided; "" for nothing."""
        if text := open_text(self):
            return text
        if self.round_outcome:
            outcome = RoundOutcome(self.round_outcome).label
            return _("Décision\u00a0: %(outcome)s") % {"outcome": outcome}
        return _("Procès-verbal d’un vote") if self.has_counted_vote else ""

    @property
    def meeting_text(self) -> str:
        """When the readers of the thread meet next; "" where they do not."""
        return coming_text(self)

    @property
    def is_titled_in_mails(self) -> bool:
        """Whether mails name it: where it was written, they name what is."""
        if self.thread:
            return self.thread.space.is_titled_in_mails
        return not self.tool_id or self.tool_mail_content != MailContent.NOTHING

    @property
    def label(self) -> str:
        """What it is today, in words."""
        if self.tool_id:
            return _("Outil")
        if self.organisation_id:
            return _("Nouvelle organisation")
        if self.sheet_territory is not None:
            return _("Fiche d’expérience")
        return _label_of(self.thread) if self.thread else _("À lire")


def _label_of(thread: Thread) -> str:
    if thread.kind != ThreadKind.QUESTION:
        return str(ThreadKind(thread.kind).label)
    if thread.accepted_id:
        return _("Question résolue")
    return _("Question ouverte") if thread.reply_count else _("Question sans réponse")
