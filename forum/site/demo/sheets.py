"""The experience sheets of the demonstration, published, most of them reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from accounts.models import Seat, Territory
from accounts.territories.models import official
from forum.base import markup
from forum.base.search_index.analysis import streams_of
from forum.library.sheets.authors.models import AuthorState, SheetAuthor
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import PARTS, ExperienceSheet
from forum.library.sheets.queries import row_figures
from forum.library.sheets.reviews.models import SheetReview, Verdict
from forum.library.sheets.sheet_text import sheet_text
from forum.models import Space, Tag, Thread, ThreadKind, Topic
from forum.site.demo import bulk_threads, follows, source_data, timestamps
from forum.site.demo.people import demo_email
from forum.site.reference_data import files

if TYPE_CHECKING:
    from forum.site.demo.bulk_threads import ThreadData


_SPACES = {"public": "place-publique", "members": "reseau"}
#: The year of the populations.
_POPULATION_YEAR = 2023
_COLUMNS = ("title", "started", "commissioned", "finished", "outdated", *PARTS)


def create_more_sheets(now: datetime) -> None:
    """Create those of the larger set, for a demonstration that is loaded."""
    emails = {demo_email(row): row["id"] for row in source_data.people()}
    seats = (
        Seat.objects.filter(person__email__in=emails).select_related("person").order_by("pk")
    )
    by_person = {emails[seat.person.email]: seat for seat in seats}
    create_sheets(source_data.more_sheets(), by_person, now)


def create_sheets(rows: list[dict[str, Any]], seats: dict[str, Seat], now: datetime) -> None:
    """Publish the sheets of ``rows``, oldest first, by ``seats`` of people by their ids."""
    rows = sorted(rows, key=lambda row: -row["days_ago"])
    territories = {place.slug: place for place in Territory.objects.exclude(official())}
    for row in rows:
        territories[row["territory"]].population = row["population"]
    Territory.objects.bulk_update(territories.values(), ["population"])
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    sheets = [_sheet(row, seats, topics, territories, now) for row in rows]
    figures = [_figures(sheet, row) for sheet, row in zip(sheets, rows, strict=True)]
    threads = bulk_threads.create_threads(_threads(sheets, figures, rows, seats))
    for sheet, thread in zip(sheets, threads, strict=True):
        sheet.thread = thread
    for own_rows, thread in zip(figures, threads, strict=True):
        thread.has_sheet, thread.sheet_figures = True, row_figures(own_rows)
    Thread.objects.bulk_update(threads, ["has_sheet", "sheet_figures"])
    ExperienceSheet.objects.bulk_create(sheets)
    SheetFigure.objects.bulk_create(figure for own_rows in figures for figure in own_rows)
    _create_people(sheets, rows, seats)
    follows.create_follows(threads, now, [])


def _sheet(
    row: dict[str, Any],
    seats: dict[str, Seat],
    topics: dict[str, Topic],
    territories: dict[str, Territory],
    now: datetime,
) -> ExperienceSheet:
    seat = seats[row["person"]]
    (at,) = timestamps.post_times([row["days_ago"]], row["slug"], now)
    columns = {name: row[name] for name in _COLUMNS}
    texts = [row["title"], str(territories[row["territory"]]), *(row[name] for name in PARTS)]
    return ExperienceSheet(
        author_id=seat.person_id, seat=seat, topic=topics[row["topic"]],
        territory=territories[row["territory"]], population=row["population"],
        population_year=_POPULATION_YEAR, created_at=at - timedelta(days=20), saved_at=at,
        published_at=at, figures_at=at - timedelta(days=15), saved_by_id=seat.person_id,
        outdated_at=at + timedelta(days=60) if row["outdated"] else None,
        idempotency_key=source_data.post_key(row["slug"], 1),
        stems=f" {streams_of('. '.join(texts)).folded_stems} ", **columns,
    )  # fmt: skip


def _figures(sheet: ExperienceSheet, row: dict[str, Any]) -> list[SheetFigure]:
    return [
        _figure(sheet, position, TypedFigure(kind, typed, year, tax, vector, note))
        for position, (kind, typed, year, tax, vector, note) in enumerate(row["figures"])
    ]


def _figure(sheet: ExperienceSheet, position: int, figure: TypedFigure) -> SheetFigure:
    quantity = figure.quantity
    assert quantity is not None  # All of the demonstration are well formed.
    return SheetFigure(
        sheet=sheet, position=position, kind=figure.kind, typed=figure.typed, year=figure.year,
        tax=figure.shown_tax, vector=figure.vector, note=figure.note,
        unit=quantity.unit.symbol, amount=quantity.amount,
    )  # fmt: skip


def _threads(
    sheets: list[ExperienceSheet],
    figures: list[list[SheetFigure]],
    rows: list[dict[str, Any]],
    seats: dict[str, Seat],
) -> Iterator[ThreadData]:
    spaces = dict(Space.objects.values_list("slug", "pk"))
    tags, slugs = dict(Tag.objects.values_list("slug", "pk")), files.tag_slugs()
    for sheet, own_rows, row in zip(sheets, figures, rows, strict=True):
        text = sheet_text(sheet, own_rows)
        assert sheet.published_at and sheet.topic_id
        post = bulk_threads.PostData(
            seats[row["person"]], text, markup.render(text), sheet.published_at,
            sheet.idempotency_key,
        )  # fmt: skip
        yield bulk_threads.ThreadData(
            space_id=spaces[_SPACES[row["visibility"]]],
            topic_id=sheet.topic_id,
            kind=ThreadKind.EXPERIENCE,
            title=sheet.title,
            posts=[post],
            tag_ids=[tags[slugs[name]] for name in row["tags"]],
        )


def _create_people(
    sheets: list[ExperienceSheet],
    rows: list[dict[str, Any]],
    seats: dict[str, Seat],
) -> None:
    """The co-authors of ``sheets``, and who reviewed them."""
    coauthors, reviews = [], []
    for sheet, row in zip(sheets, rows, strict=True):
        for name in row["coauthors"]:
            seat = seats[name]
            who: dict[str, Any] = {
                "person_id": seat.person_id,
                "seat": seat,
                "invited_by_id": sheet.author_id,
            }
            when: dict[str, Any] = {
                "invited_at": sheet.created_at,
                "answered_at": sheet.created_at,
            }
            state = AuthorState.ACCEPTED
            coauthors.append(SheetAuthor(sheet=sheet, state=state, **who, **when))
        if row["review"] and sheet.published_at:
            seat, at = seats[row["review"][0]], sheet.published_at - timedelta(days=2)
            who = {"reviewer_id": seat.person_id, "seat": seat, "asked_by_id": sheet.author_id}
            when = {"asked_at": at - timedelta(days=4), "answered_at": at}
            reviews.append(SheetReview(sheet=sheet, verdict=Verdict.APPROVED, **who, **when))
    SheetAuthor.objects.bulk_create(coauthors)
    SheetReview.objects.bulk_create(reviews)
