"""Publishing sheets, and saving those that are published.

Each action is one transaction of four steps; they raise as those of threads do
(``forum/conversation/threads/actions.py``). A published sheet's thread is locked first, then
the sheet; who publishes a draft, then the draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import Territory
from accounts.viewers.viewers import Viewer
from forum.base import events, visibility
from forum.base.rules import Refused, is_author, require
from forum.base.search_index.analysis import streams_of
from forum.base.spaces.models import Space, Topic
from forum.conversation.files.actions import (
    Attachment,
    give_files,
    release_sheet_files,
)
from forum.conversation.mentions.actions import render_post
from forum.conversation.mentions.quotations import require_quotable
from forum.conversation.threads.actions import NewThread, add_thread
from forum.conversation.threads.edits.actions import replace_text, set_head
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import lock_active_account, thread_for_update
from forum.conversation.threads.shown_readers import require_shown_readers
from forum.library.sheets.authors.actions import note_writer
from forum.library.sheets.authors.fingerprints import fingerprints, texts_of
from forum.library.sheets.authors.queries import former_writers
from forum.library.sheets.figures.figure_questions import TypedFigure
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import PARTS, ExperienceSheet, tag_names
from forum.library.sheets.public_versions.queries import quotation_reason, quoted_posts
from forum.library.sheets.queries import (
    get_draft,
    get_published_sheet,
    is_shared,
    row_figures,
)
from forum.library.sheets.rules import (
    require_manages,
    require_may_edit,
    require_no_words_of,
    require_publication_in,
)
from forum.library.sheets.sheet_text import sheet_text


class SheetConflict(Refused):
    """Somebody saved the sheet since the editor read it. ``sheet`` is the current one."""

    status = 409

    def __init__(self, sheet: ExperienceSheet) -> None:
        super().__init__(_("Cette fiche a été modifiée depuis que vous l’avez ouverte."))
        self.sheet = sheet


class SheetValues(NamedTuple):
    """What an editor says of a sheet. ``parts``: texts and months by the names of columns."""

    title: str
    topic: Topic | None
    tags: str
    territory: Territory | None
    population: int | None
    population_year: int | None
    parts: dict[str, str]
    figures: Sequence[TypedFigure] = ()


@transaction.atomic(durable=True)
def save_published(
    sheet: ExperienceSheet,
    actor: Viewer,
    values: SheetValues,
    version: int,
    *,
    reason: str = "",
    shown_readers: str = "",
    files: Sequence[Attachment] | None = None,
) -> ExperienceSheet:
    """Save a published sheet, and have its post say what it says now; return it.

    What the post said is kept, with ``reason``. The files are the post's author's to change.
    Raise SheetConflict, and ReadersChanged as editing a post does.
    """
    thread = thread_for_update(sheet.thread_id, actor)
    require_shown_readers(thread.space, shown_readers)
    lock_row(ExperienceSheet, sheet.pk)
    sheet = get_published_sheet(actor, thread.pk)
    require_may_edit(actor, sheet, is_written=sheet.is_written)
    if sheet.version != version:
        raise SheetConflict(sheet)
    post = thread.posts.visible_to(actor).get(number=1)
    require_read_posts(actor, thread.space, post.html)
    sheet.thread = thread
    quoted = {quoted_post.pk for quoted_post in quoted_posts(sheet, thread.space)}
    sheet.version += 1
    write_sheet(sheet, actor, values)
    reason_against = quotation_reason(actor, sheet, thread.space, known=quoted)
    require(not reason_against, reason_against)
    head: dict[str, Any] = {
        "title": values.title,
        "topic": values.topic,
        "tags": tag_names(values.tags),
    }
    changed = set_head(thread, actor, reason=reason, **head)
    if files is not None and is_author(actor, post):
        give_files(post, actor, files)
    _write_post(post, sheet, actor, thread, reason)
    thread.sheet_figures = row_figures(sheet.figures.all())
    events.record(thread, post, changed=[*changed, "sheet_figures"])
    return sheet


@transaction.atomic(durable=True)
def publish_sheet(
    sheet: ExperienceSheet,
    actor: Viewer,
    space: Space,
    *,
    version: int,
    shown_readers: str = "",
    files: Sequence[Attachment] = (),
) -> Thread:
    """Publish a draft in ``space``: start the thread that it heads; return that.

    The publisher read it at ``version``. With the sheet locked nobody joins, saves or sends a
    file meanwhile: raise SheetConflict where a co-author saved it since. Pressed twice it is
    published once. The caller has asked what it lacks.
    """
    lock_active_account(actor)
    if thread_id := lock_row(ExperienceSheet, sheet.pk).thread_id:
        return Thread.objects.visible_to(actor, visibility.own_threads).get(pk=thread_id)
    sheet = get_draft(actor, sheet.pk)
    require_manages(actor, sheet)
    origin_space = sheet.origin.space if sheet.origin else None
    require_publication_in(space, origin_space, is_shared=is_shared(sheet))
    senders = {attachment.file.owner_id for attachment in files}
    require_no_words_of(former_writers(sheet, senders).filter(is_active=True))
    quoted = quotation_reason(actor, sheet, space)
    require(not quoted, quoted)
    if sheet.version != version:
        raise SheetConflict(sheet)
    assert sheet.topic is not None  # It says all that is asked for.
    new = NewThread(
        space, sheet.topic, "experience", sheet.title, sheet_text(sheet, sheet.figures.all()),
        tag_names(sheet.tags), sheet.idempotency_key, shown_readers,
    )  # fmt: skip
    body = render_post(new.text, actor, Thread(space=space), new.idempotency_key)
    thread = add_thread(actor, new, body, files=files)
    _head_thread(sheet, thread, actor)
    return thread


def _head_thread(sheet: ExperienceSheet, thread: Thread, actor: Viewer) -> None:
    """Have ``sheet`` head ``thread``: the one just started, or one with the same words."""
    thread = lock_row(Thread, thread.pk)
    words = _("Une autre fiche dit déjà la même chose : modifiez celle-là.")
    require(not thread.has_sheet, words)
    sheet.thread, sheet.published_at = thread, timezone.now()
    sheet.figures_at = sheet.figures_at or sheet.published_at
    sheet.save(update_fields=["thread", "published_at", "figures_at"])
    release_sheet_files(sheet.pk)
    thread.has_sheet, thread.sheet_figures = True, row_figures(sheet.figures.all())
    post = thread.posts.get(number=1)
    origin = Thread.objects.visible_to(actor).filter(pk=sheet.origin_id or 0).first()
    if origin:
        made_by = {"made_by_id": actor.person_id, "kind": LinkKind.SEE_ALSO}
        ThreadLink.objects.get_or_create(thread=thread, linked=origin, defaults=made_by)
    events.record(thread, post, changed=["has_sheet", "sheet_figures"])


def unsaved(
    sheet: ExperienceSheet, values: SheetValues
) -> tuple[ExperienceSheet, list[SheetFigure]]:
    """``sheet`` with ``values``, and its figures, as nobody has saved them."""
    _set(sheet, values)
    return sheet, [_row(sheet, number, figure) for number, figure in enumerate(values.figures)]


def write_sheet(sheet: ExperienceSheet, actor: Viewer, values: SheetValues) -> None:
    """Save ``sheet`` with ``values``: part of the transaction of an action that locked it."""
    now = timezone.now()
    old = [] if sheet.pk is None else list(sheet.figures.all())
    before = fingerprints(texts_of(sheet, old))
    sheet, rows = unsaved(sheet, values)
    if list(map(_figure_fields, rows)) != list(map(_figure_fields, old)):
        sheet.figures_at = now
    sheet.saved_at, sheet.saved_by_id = now, actor.person_id
    index_sheet(sheet, values.title, values.tags)
    sheet.save()
    sheet.figures.all().delete()
    SheetFigure.objects.bulk_create(rows)
    note_writer(sheet, actor, before, fingerprints(texts_of(sheet, rows)))
    getattr(sheet, "_prefetched_objects_cache", {}).pop("figures", None)


def index_sheet(sheet: ExperienceSheet, title: str, tags: str) -> None:
    """Set what searches find ``sheet`` by; the caller saves it."""
    texts = [title, str(sheet.territory or ""), tags]
    texts += [getattr(sheet, name) for name in PARTS]
    sheet.stems = f" {streams_of('. '.join(texts)).folded_stems} "


def _set(sheet: ExperienceSheet, values: SheetValues) -> None:
    for name in ("title", "topic", "tags", "territory", "population", "population_year"):
        setattr(sheet, name, getattr(values, name))
    for name, text in values.parts.items():
        setattr(sheet, name, text)


def _row(sheet: ExperienceSheet, position: int, figure: TypedFigure) -> SheetFigure:
    quantity = figure.quantity
    return SheetFigure(
        sheet=sheet, position=position, kind=figure.kind, typed=figure.typed, year=figure.year,
        tax=figure.shown_tax, vector=figure.vector, note=figure.note,
        unit=quantity.unit.symbol if quantity else "",
        amount=quantity.amount if quantity else None,
        confirmed=" ".join(sorted(figure.confirmed))[:200],
    )  # fmt: skip


def _figure_fields(
    row: SheetFigure,
) -> tuple[str, str, int | None, str, str]:
    return row.kind, row.typed, row.year, row.tax, row.vector


def _write_post(
    post: Post, sheet: ExperienceSheet, actor: Viewer, thread: Thread, reason: str = ""
) -> None:
    text = sheet_text(sheet, sheet.figures.all())
    if text != post.text:
        body = render_post(text, actor, thread)
        require_quotable(actor, body.html, thread.space, post.html)
        replace_text(post, actor, text, body, reason)
