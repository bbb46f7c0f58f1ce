"""Sheets as pages show them, and what is asked before one is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    Prefetch,
    QuerySet,
)
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Rights, Viewer
from forum.base.writers import writer_ids
from forum.conversation.threads.models import Post, Thread
from forum.library.sheets.authors.models import AuthorState, SheetAuthor
from forum.library.sheets.authors.queries import own_invitations
from forum.library.sheets.figures.figure_kinds import FigureKind
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.querysets import SheetQuerySet, own_drafts, written_sheets
from forum.library.sheets.reviews.models import SheetReview, Verdict

#: The figures that say most of a sheet, the most important first.
_KEY_KINDS = (
    FigureKind.POWER, FigureKind.INVESTMENT, FigureKind.PRODUCED, FigureKind.SAVED_ENERGY,
    FigureKind.AREA_COST, FigureKind.ENERGY_PRICE, FigureKind.SAVED_MONEY, FigureKind.EMISSIONS,
    FigureKind.AID, FigureKind.CITIZEN_SHARE, FigureKind.HOUSEHOLDS, FigureKind.VEHICLES,
)  # fmt: skip
#: How many figures a row shows, and the head of a sheet.
LISTED_FIGURES, HEAD_FIGURES = 2, 3
#: Characters of a figure that a row of threads has room for.
_MAX_ROW_FIGURE = 20
#: Replies that the page of a sheet shows; drafts that are counted.
LAST_REPLIES, MAX_COUNTED = 3, 100


class SheetReviewState(NamedTuple):
    """The latest approval of a sheet, if any; ``is_older``: its figures changed since."""

    review: SheetReview | None
    is_older: bool


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


def _shown_drafts(rights: Rights, person_id: int) -> QuerySet[ExperienceSheet]:
    viewer = Viewer(*rights, person_id=person_id)
    sheets = ExperienceSheet.objects.visible_to(viewer, own_drafts)
    return sheets.with_display_fields().order_by("-saved_at", "-pk")


def draft_count(viewer: Viewer) -> int:
    """How many these are, as far as MAX_COUNTED."""
    return len(_DRAFTS.rows(viewer.rights, person_id=viewer.person_id))


def _drafts(rights: Rights, person_id: int) -> QuerySet[ExperienceSheet, tuple[int]]:
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


def row_figures(figures: Iterable[SheetFigure]) -> str:
    """What a row of threads shows of the ``figures`` of a sheet, one a line: the short ones."""
    listed = key_figures(figures, LISTED_FIGURES)
    return "\n".join(it.typed for it in listed if len(it.typed) <= _MAX_ROW_FIGURE)


def key_figures(figures: Iterable[SheetFigure], most: int) -> list[SheetFigure]:
    """The ``most`` of the ``figures`` of a sheet that say most, one of a kind."""
    by_kind: dict[str, SheetFigure] = {}
    for figure in figures:
        by_kind.setdefault(figure.kind, figure)
    kinds = dict.fromkeys((*_KEY_KINDS, *by_kind))
    return [by_kind[kind] for kind in kinds if kind in by_kind][:most]


def review_state(sheet: ExperienceSheet) -> SheetReviewState:
    """Who last approved ``sheet``, whose reviews were read with it."""
    approved = [review for review in sheet.reviews.all() if review.verdict == Verdict.APPROVED]
    latest = max(approved, key=lambda review: (review.answered_at, review.pk), default=None)
    changed = sheet.figures_at
    answered_at = latest.answered_at if latest else None
    is_older = bool(answered_at and changed and changed > answered_at)
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


def _with_page_fields(sheets: SheetQuerySet, viewer: Viewer) -> SheetQuerySet:
    annotations = {"is_written": ExpressionWrapper(written_sheets(viewer), BooleanField())}
    sheets = sheets.annotate(**annotations).with_display_fields()
    return sheets.select_related("origin__space").prefetch_related(*parts_beside())


def parts_beside() -> tuple[str, Prefetch[str], Prefetch[str]]:
    """What is prefetched with sheets: figures, co-authors and reviews, a query each."""
    joined = SheetAuthor.objects.filter(state=AuthorState.ACCEPTED)
    reviewed = SheetReview.objects.exclude(verdict="")
    return (
        "figures",
        Prefetch("coauthors", joined.select_related("person", "seat__organisation")),
        Prefetch("reviews", reviewed.select_related("reviewer", "seat__organisation")),
    )


_DRAFTS: CompiledQuery[tuple[int]] = CompiledQuery(_drafts, "person_id")
_SHOWN_DRAFTS: CompiledQuery[ExperienceSheet] = CompiledQuery(_shown_drafts, "person_id")
