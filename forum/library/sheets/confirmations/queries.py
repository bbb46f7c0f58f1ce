"""Which sheets are due to be asked about, and who answers for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.library.sheets.authors.models import AuthorState, SheetAuthor
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.querysets import written_sheets

#: How long a sheet is taken to be true since its authors last said so.
CONFIRMATION_PERIOD = timedelta(days=365)


def sheets_to_ask_about(at: datetime | None = None) -> QuerySet[ExperienceSheet]:
    """The published sheets that nobody has confirmed for a year, nor was asked about since."""
    due = (at or timezone.now()) - CONFIRMATION_PERIOD
    since = Coalesce("outdated_at", "confirmed_at", "published_at")
    sheets = ExperienceSheet.objects.filter(thread__removed_at=None, thread__isnull=False)
    sheets = sheets.annotate(since=since).filter(since__lte=due)
    return sheets.filter(Q(asked_at=None) | Q(asked_at__lt=F("since"))).order_by("pk")


def sheets_asked_of(viewer: Viewer, at: datetime | None = None) -> QuerySet[ExperienceSheet]:
    """Those about which ``viewer`` is asked and has not answered."""
    seen = ExperienceSheet.objects.published_to(viewer).filter(asked_at__isnull=False)
    since = Coalesce("outdated_at", "confirmed_at", "published_at")
    seen = seen.annotate(since=since).filter(asked_at__gt=F("since"))
    return seen.filter(answered_for(viewer, at)).select_related("thread__space")


def answered_for(viewer: Viewer, at: datetime | None = None) -> Q:
    """The sheets for which ``viewer`` answers.

    Their own, and those of an organisation whose contact they are, where no author is there
    any more.
    """
    person = viewer.person_id or 0
    joined = SheetAuthor.objects.filter(sheet=OuterRef("pk"), state=AuthorState.ACCEPTED)
    is_left = Q(author__is_active=False) & ~Exists(joined.filter(person__is_active=True))
    contacts = Seat.objects.contacts(at).filter(person=person)
    of_contact = Exists(contacts.filter(organisation=OuterRef("seat__organisation")))
    return written_sheets(viewer) | (is_left & of_contact)
