"""Open calls as pages show them, and who is notified of a new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.pagination import NumberedPage
from accounts.models import Seat, User
from accounts.profiles.queries import listed_people
from accounts.viewers.viewers import Rights, Viewer
from forum.base.expertise.models import Expertise
from forum.conversation.addressees.queries import reading_seats
from forum.conversation.threads.models import Post
from forum.library.sheets.authors.models import SheetAuthor, SheetWriter
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.querysets import written_sheets
from forum.library.sheets.reviews.calls.models import ReviewCall, ReviewCallRecipient
from forum.library.sheets.reviews.models import SheetReview
from forum.library.sheets.reviews.queries import seats_near

#: How many people a call is sent to, and how many calls in a week one person is sent.
MAX_RECIPIENTS, MAX_CALLS_A_WEEK = 12, 2
#: Calls that the page of sheets shows.
LISTED_CALLS = 3
_WEEK = timedelta(days=7)


def calls_to_take(viewer: Viewer) -> QuerySet[ReviewCall]:
    """The open calls that ``viewer`` may take, the newest first."""
    calls = ReviewCall.objects.takeable_by(viewer)
    return _with_sheets(calls).order_by("-opened_at", "-pk")


def listed_calls(viewer: Viewer) -> list[ReviewCall]:
    """The newest of these calls, one more than are listed."""
    return _LISTED.rows(viewer.rights, person_id=viewer.person_id)


def _listed(rights: Rights, person_id: int, at: datetime | None) -> QuerySet[ReviewCall]:
    calls = ReviewCall.objects.takeable_by(Viewer(*rights, person_id=person_id), at)
    return _with_sheets(calls).order_by("-opened_at", "-pk")[: LISTED_CALLS + 1]


def calls_page(viewer: Viewer, number: int) -> NumberedPage[ReviewCall]:
    """A page of these calls."""
    return NumberedPage(calls_to_take(viewer), number)


def get_call(viewer: Viewer, pk: int) -> ReviewCall:
    """The call of this id, open or ended, that ``viewer`` may take, took, or is an author of.

    ``is_written`` says whether ``viewer`` is one. Raise ReviewCall.DoesNotExist where there is
    none.
    """
    is_written = ExpressionWrapper(written_sheets(viewer, "sheet__"), BooleanField())
    annotations = {"is_written": is_written}
    calls = ReviewCall.objects.visible_to(viewer).annotate(**annotations)
    return _with_sheets(calls).get(pk=pk)


def call_for(viewer: Viewer, sheet: ExperienceSheet) -> ReviewCall | None:
    """The open call of ``sheet``, which ``viewer`` writes."""
    calls = ReviewCall.objects.visible_to(viewer).open().filter(sheet=sheet)
    return calls.annotate(recipient_count=Count("recipients")).first()  # type: ignore[no-redef]


def people_to_notify(
    sheet: ExperienceSheet, viewer: Viewer, at: datetime | None = None
) -> QuerySet[User]:
    """Whom a call of ``viewer`` on ``sheet`` is sent to, the longest ago sent one first.

    People of the directory of another organisation and territory who say that they know the
    topic, or wrote on it where ``viewer`` reads, who may read what the sheet comes from, and
    where a draft goes, and write. Nobody who wrote, reviews or reviewed it, nor who was sent a
    call on it before.
    """
    at = at or timezone.now()
    notified = ReviewCallRecipient.objects.filter(person=OuterRef("pk")).order_by()
    recent = notified.filter(notified_at__gt=at - _WEEK).values("person")
    known = Expertise.objects.visible_to(viewer).filter(topic=sheet.shown_topic)
    posts = Post.objects.visible_to(viewer).filter(thread__topic=sheet.shown_topic)
    people = listed_people(at).exclude(silenced_until__gt=at).exclude(pk=sheet.author_id)
    people = people.exclude(_is_concerned(sheet))
    says_so = Exists(known.filter(person=OuterRef("pk")))
    people = people.filter(says_so | Exists(posts.filter(author=OuterRef("pk"))))
    threads = [it for it in (sheet.thread_id and sheet.thread, sheet.origin) if it]
    spaces = [thread.space for thread in threads]
    if sheet.is_draft and sheet.space:
        spaces.append(sheet.space)
    for space in spaces:
        people = people.filter(Exists(reading_seats(space).filter(person=OuterRef("pk"))))
    latest = notified.values("person").annotate(at=Max("notified_at")).values("at")
    people = people.annotate(
        recent_calls=Coalesce(Subquery(recent.annotate(n=Count("pk")).values("n")), 0),
        last_notified=Subquery(latest),
    )
    people = people.filter(recent_calls__lt=MAX_CALLS_A_WEEK)
    return people.order_by(F("last_notified").asc(nulls_first=True), "pk")[:MAX_RECIPIENTS]


def _is_concerned(sheet: ExperienceSheet) -> Q:
    """Who writes or reviews ``sheet``, was sent a call on it, or has a seat near it."""
    own = {"sheet": sheet, "person": OuterRef("pk")}
    seats = Seat.objects.representing().filter(person=OuterRef("pk"))
    return (
        Q(Exists(SheetAuthor.objects.filter(**own)))
        | Q(Exists(SheetWriter.objects.filter(**own)))
        | Q(Exists(SheetReview.objects.filter(sheet=sheet, reviewer=OuterRef("pk"))))
        | Q(
            Exists(ReviewCallRecipient.objects.filter(call__sheet=sheet, person=OuterRef("pk")))
        )
        | Q(Exists(seats_near(seats, sheet)))
    )


def _with_sheets(rows: QuerySet[ReviewCall]) -> QuerySet[ReviewCall]:
    return rows.select_related(
        "sheet__thread__space", "sheet__thread__topic", "sheet__topic", "sheet__territory",
        "sheet__seat__organisation", "opened_by",
    )  # fmt: skip


_LISTED: CompiledQuery[ReviewCall] = CompiledQuery(_listed, "person_id", "at")
