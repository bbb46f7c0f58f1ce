"""Sheets as pages show them, and what is asked before one is published."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
)
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import PAGE_SIZE, AskedPage, NumberedPage
from accounts.base.query_filters import search_words
from accounts.base.text import fold
from accounts.viewers.viewers import Viewer
from forum.base.search_index.analysis import clean, stems_of, words_of
from forum.base.writers import writer_ids
from forum.conversation.threads.models import Post, Thread
from forum.library.sheets.authors.models import AuthorState, SheetAuthor
from forum.library.sheets.authors.queries import own_invitations
from forum.library.sheets.figures.figure_kinds import FigureKind
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.filters import COSTS, SIZES, NumberRange, SheetFilters, SheetSelection
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.querysets import own_drafts, written_sheets
from forum.library.sheets.reviews.models import SheetReview, Verdict

_MAX_WORDS = 6
_ALL = Q()
#: The figures that a card and the head of a sheet show, the most important first.
_KEY_KINDS = (
    FigureKind.POWER, FigureKind.PRODUCED, FigureKind.SAVED_ENERGY, FigureKind.INVESTMENT,
    FigureKind.AREA_COST, FigureKind.ENERGY_PRICE, FigureKind.SAVED_MONEY, FigureKind.EMISSIONS,
    FigureKind.AID, FigureKind.CITIZEN_SHARE, FigureKind.HOUSEHOLDS, FigureKind.VEHICLES,
)  # fmt: skip
#: How many of them each shows.
LISTED_FIGURES, HEAD_FIGURES = 3, 6
#: Replies that the page of a sheet shows; drafts that are counted.
LAST_REPLIES, MAX_COUNTED = 3, 100


class SheetReviewState(NamedTuple):
    """The latest approval of a sheet, if any; ``is_older``: its figures changed since."""

    review: SheetReview | None
    is_older: bool


class ListedVersion(NamedTuple):
    """A public version in the list of sheets; ``pk`` is below zero, unlike a sheet's."""

    pk: int
    version: PublicVersion


def sheets_page(
    viewer: Viewer, filters: SheetFilters
) -> NumberedPage[ExperienceSheet | ListedVersion]:
    """The page of published sheets that ``filters`` ask for, the newest first.

    Those that ``viewer`` sees, and the public versions of others.
    """
    condition, public = selected_sheets(filters), selected_versions(filters)
    if filters.words:
        condition &= _has_words(filters.words, "stems")
        public &= _has_words(filters.words, "folded_stems")

    def pks_from(start, limit):
        number = start + limit
        if not condition:
            rows = [*_NEWEST.rows(viewer.rights, number)]
            rows += _NEWEST_PUBLIC.rows(viewer.rights, number)
        else:
            rows = [*_dates(_sheets_of(viewer, condition), number)]
            rows += _dates(_versions_of(viewer, public), number)
        return [pk for _at, pk in sorted(rows, reverse=True)[start:number]]

    def rows_of(pks):
        sheets = [pk for pk in pks if pk > 0]
        versions = [-pk for pk in pks if pk < 0]
        rows: list[ExperienceSheet | ListedVersion] = []
        if sheets:
            rows += _LISTED.rows(viewer.rights, **id_values(sheets, PAGE_SIZE))
        if versions:
            public = _LISTED_PUBLIC.rows(viewer.rights, **id_values(versions, PAGE_SIZE))
            rows += [ListedVersion(-version.pk, version) for version in public]
        return rows

    return AskedPage(pks_from, rows_of, filters.page)


def _sheets_of(viewer, condition=_ALL):
    return ExperienceSheet.objects.published_to(viewer).filter(condition).annotate(key=F("pk"))


def _versions_of(viewer, condition=_ALL):
    versions = PublicVersion.objects.read_as_public(viewer).filter(condition)
    return versions.annotate(key=-F("pk"))


def _dates(rows, number):
    return rows.newest_first().values_list("published_at", "key")[:number]


def _newest(rights, number):
    return _dates(_sheets_of(rights), number)


def _newest_public(rights, number):
    return _dates(_versions_of(rights), number)


def _listed_public(rights, **pks):
    versions = PublicVersion.objects.read_as_public(rights).filter(pk__in=pks.values())
    return versions.with_display_fields()


def _listed(rights, **pks):
    sheets = ExperienceSheet.objects.published_to(rights).filter(pk__in=pks.values())
    return sheets.with_display_fields().prefetch_related(*_beside())


def get_published_sheet(viewer: Viewer, thread_id: int) -> ExperienceSheet:
    """The sheet that heads the thread of this id.

    ``is_written`` says whether ``viewer`` writes it. Raise ExperienceSheet.DoesNotExist where
    they see none.
    """
    sheets = ExperienceSheet.objects.published_to(viewer).filter(thread=thread_id)
    return _with_page_fields(sheets, viewer).get()


def get_draft(viewer: Viewer, pk: int) -> ExperienceSheet:
    """The draft of this id, of those that ``viewer`` writes or reviews; raise likewise."""
    sheets = ExperienceSheet.objects.visible_to(viewer).filter(pk=pk, thread=None)
    return _with_page_fields(sheets, viewer).get()


def get_written_sheet(viewer: Viewer, pk: int) -> ExperienceSheet:
    """A draft of theirs or a published sheet that ``viewer`` writes; raise likewise."""
    sheets = ExperienceSheet.objects.visible_to(viewer).filter(written_sheets(viewer), pk=pk)
    return _with_page_fields(sheets, viewer).get()


def visible_draft_titles(viewer: Viewer, pks: Collection[int]) -> dict[int, str]:
    """``{id: title}`` of those drafts that ``viewer`` writes, reviews or is invited to."""
    drafts = ExperienceSheet.objects.visible_to(viewer).filter(pk__in=pks, thread=None)
    invitations = own_invitations(viewer).filter(sheet__in=pks, sheet__thread=None)
    named = dict(invitations.values_list("sheet", "sheet__title"))
    return named | dict(drafts.values_list("pk", "title"))


def drafts_of(viewer: Viewer) -> list[ExperienceSheet]:
    """The drafts that ``viewer`` writes, the latest saved first."""
    return _SHOWN_DRAFTS.rows(viewer.rights, person_id=viewer.person_id)


def _shown_drafts(rights, person_id):
    viewer = Viewer(*rights, person_id=person_id)
    sheets = ExperienceSheet.objects.visible_to(viewer, own_drafts)
    return sheets.with_display_fields().order_by("-saved_at", "-pk")


def draft_count(viewer: Viewer) -> int:
    """How many these are, as far as MAX_COUNTED."""
    return len(_DRAFTS.rows(viewer.rights, person_id=viewer.person_id))


def _drafts(rights, person_id):
    viewer = Viewer(*rights, person_id=person_id)
    sheets = ExperienceSheet.objects.visible_to(viewer, own_drafts)
    return sheets.values_list("pk")[:MAX_COUNTED]


def is_shared(sheet: ExperienceSheet) -> bool:
    """Whether ``sheet`` has words of others than who began it, or a co-author."""
    return writer_ids(ExperienceSheet.objects.filter(pk=sheet.pk)) != {sheet.author_id}


def first_post_of(viewer: Viewer, sheet: ExperienceSheet) -> Post:
    """The post that has the text of a published sheet."""
    posts = Post.objects.visible_to(viewer).with_byline()
    return posts.get(thread=sheet.thread_id, number=1)


def last_replies(viewer: Viewer, thread: Thread) -> list[Post]:
    """The last posts under a sheet, the newest first."""
    posts = Post.objects.visible_to(viewer).filter(thread=thread, number__gt=1)
    return list(posts.with_byline().order_by("-number")[:LAST_REPLIES])


def key_figures(sheet: ExperienceSheet, most: int) -> list[SheetFigure]:
    """The ``most`` key figures of ``sheet``, one of a kind."""
    by_kind: dict[str, SheetFigure] = {}
    for figure in sheet.figures.all():
        by_kind.setdefault(figure.kind, figure)
    return [by_kind[kind] for kind in _KEY_KINDS if kind in by_kind][:most]


def review_state(sheet: ExperienceSheet) -> SheetReviewState:
    """Who last approved ``sheet``, whose reviews were read with it."""
    approved = [review for review in sheet.reviews.all() if review.verdict == Verdict.APPROVED]
    latest = max(approved, key=lambda review: (review.answered_at, review.pk), default=None)
    changed = sheet.figures_at
    is_older = bool(latest and changed and changed > latest.answered_at)
    return SheetReviewState(latest, is_older)


def typed_figures(sheet: ExperienceSheet) -> list[TypedFigure]:
    """The figures of ``sheet`` as a form has them."""
    return [
        TypedFigure(
            row.kind, row.typed, row.year, row.tax, row.vector, row.note,
            reading="" if row.amount is None else f"{row.amount.normalize():f}",
            confirmed=frozenset(row.confirmed.split()),
        )
        for row in sheet.figures.all()
    ]  # fmt: skip


def missing_parts(sheet: ExperienceSheet) -> dict[str, str]:
    """What a draft lacks to be published, by the name of the field, in words."""
    lacks = {
        "title": (
            len(sheet.title.strip()) < 8,
            _("Donnez un titre qui dise ce qui a été fait."),
        ),
        "topic": (sheet.topic_id is None, _("Choisissez le sujet le plus proche.")),
        "territory_words": (
            sheet.territory_id is None,
            _("Dites où cela s’est fait : le nom de la commune ou de l’intercommunalité."),
        ),
        "work": (not sheet.work.strip(), _("Dites ce qui a été fait.")),
        "results": (not sheet.results.strip(), _("Dites ce que cela a donné.")),
    }
    return {name: words for name, (is_missing, words) in lacks.items() if is_missing}


def _with_page_fields(sheets, viewer):
    is_written = ExpressionWrapper(written_sheets(viewer), BooleanField())
    sheets = sheets.annotate(is_written=is_written).with_display_fields()
    return sheets.select_related("origin__space").prefetch_related(*_beside())


def _beside():
    """What stands beside sheets: figures, co-authors and reviews, a query each."""
    joined = SheetAuthor.objects.filter(state=AuthorState.ACCEPTED)
    reviewed = SheetReview.objects.exclude(verdict="")
    return (
        "figures",
        Prefetch("coauthors", joined.select_related("person", "seat__organisation")),
        Prefetch("reviews", reviewed.select_related("reviewer", "seat__organisation")),
    )


def selected_sheets(selection: SheetSelection) -> Q:
    """The condition that a published sheet is one of those that ``selection`` chooses."""
    condition = Q(thread__topic__slug=selection.topic) if selection.topic else Q()
    condition &= _selected(selection)
    if selection.cost:
        cost = _in_range("amount", COSTS[selection.cost]) & Q(kind=FigureKind.INVESTMENT)
        condition &= Q(Exists(SheetFigure.objects.filter(cost, sheet=OuterRef("pk"))))
    return condition


def selected_versions(selection: SheetSelection) -> Q:
    """The same of a public version; none by cost, which is not among its columns."""
    condition = Q(topic__slug=selection.topic) if selection.topic else Q()
    return condition & _selected(selection) & (Q(pk__in=[]) if selection.cost else Q())


def _selected(selection: SheetSelection) -> Q:
    """What sheets and public versions are chosen by alike."""
    condition = Q()
    for word in search_words(selection.territory):
        condition &= Q(territory__folded_name__contains=word)
    if selection.size:
        condition &= _in_range("population", SIZES[selection.size])
    if selection.since:
        condition &= Q(commissioned__gte=selection.since)
    if selection.until:
        # Months are "2024" or "2024-03", and "" is unknown.
        condition &= Q(commissioned__lte=f"{selection.until}-12") & ~Q(commissioned="")
    return condition


def _in_range(name: str, numbers: NumberRange) -> Q:
    condition = Q((f"{name}__gte", numbers.low))
    return condition & Q((f"{name}__lt", numbers.high)) if numbers.high else condition


def _has_words(typed, column):
    """That ``column`` has the words ``typed``, or begins of them; none where these are none."""
    words = [token.word for token in words_of(clean(typed))][:_MAX_WORDS]
    condition = Q() if words else Q(pk__in=[])
    for word in words:
        stem, prefix = stems_of(word).folded_stem, fold(word)
        condition &= Q((f"{column}__contains", f" {stem}")) | Q(
            (f"{column}__contains", f" {prefix}")
        )
    return condition


_NEWEST = CompiledQuery(_newest)
_NEWEST_PUBLIC = CompiledQuery(_newest_public)
_LISTED = CompiledQuery(_listed, *id_names(PAGE_SIZE))
_LISTED_PUBLIC: CompiledQuery[PublicVersion] = CompiledQuery(
    _listed_public, *id_names(PAGE_SIZE)
)
_DRAFTS = CompiledQuery(_drafts, "person_id")
_SHOWN_DRAFTS: CompiledQuery[ExperienceSheet] = CompiledQuery(_shown_drafts, "person_id")
