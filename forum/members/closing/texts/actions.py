"""Rewriting a text of any model, with all that is made of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from re import Pattern
from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.base.erasure import REPLACEMENT
from accounts.base.locks import lock_row
from forum.base import events, markup
from forum.base.search_index.actions import index_thread, reindex_post
from forum.conversation.files.actions import show_files
from forum.conversation.mentions.actions import render_again
from forum.conversation.threads.models import Thread
from forum.library.sheets.actions import index_sheet
from forum.library.sheets.public_versions.actions import replace_note
from forum.library.sheets.public_versions.snapshot import index_version
from forum.library.tools.actions import index_tool
from forum.members.closing.names.models import NamePassage
from forum.members.closing.names.queries import digest_of
from forum.members.closing.texts.queries import thread_id_of

#: Where a text has what is replaced: from, to, and the words.
Spans = list[tuple[int, int, str]]
#: Stands for REPLACEMENT where that would be too long for the field.
_SHORT = "[…]"


def lock_thread_of(
    label: str, pk: object, lock: Callable[[int], Thread] | None = None
) -> Thread | None:
    """The thread that a row is read in, locked by ``lock``; None where it is in none.

    Raise DoesNotExist where it goes from thread to thread meanwhile.
    """
    for _attempt in range(2):
        thread_id = thread_id_of(label, pk)
        thread = None if thread_id is None else (lock or _lock)(thread_id)
        if thread_id_of(label, pk) == thread_id:
            return thread
    raise Thread.DoesNotExist


_lock = partial(lock_row, Thread)


def rewrite(
    label: str, pk: object, field: str, thread: Thread | None, change: Callable[[str], str]
) -> Any | None:
    """Have the text say what ``change`` makes of it; return the row, None if it is the same.

    Part of a transaction that has locked ``thread``, in which it is read, if it is in one.
    Raise DoesNotExist where the row is gone.
    """
    model = apps.get_model(label)
    row: Any = thread if label == "forum.Thread" else lock_row(model, pk)
    before = getattr(row, field)
    after = change(before)
    if after == before:
        return None
    setattr(row, field, after)
    save = _MADE.get(label, _save)
    save(row, field, thread, before)
    return row


def replace_in_passage(
    passage: NamePassage, thread: Thread | None, find: Callable[[str], Spans]
) -> Any | None:
    """Replace what ``find`` finds in the text of ``passage``, and save what stood there.

    Return the row, None where nothing was found; part of a transaction, as ``rewrite``.
    """
    words: list[tuple[int, int, str]] = []

    def change(text: str) -> str:
        return replaced(passage.model, passage.field, text, find, words)

    row = rewrite(passage.model, passage.row_id, passage.field, thread, change)
    if row is not None:
        passage.words, passage.replaced_at = words, timezone.now()
        passage.digest = digest_of(getattr(row, passage.field))
        passage.save()
    return row


def replaced(
    label: str,
    field: str,
    text: str,
    find: Callable[[str], Spans],
    words: list[tuple[int, int, str]] | None = None,
) -> str:
    """``text`` without what ``find`` finds; ``words`` gets where, and what, that was."""
    spans, most = find(text), apps.get_model(label)._meta.get_field(field).max_length
    for mark in REPLACEMENT, _SHORT:
        parts, at, length, positions = [], 0, 0, []
        for start, end, word in spans:
            parts += [text[at:start], mark]
            length += start - at
            positions.append((length, len(mark), word))
            length, at = length + len(mark), end
        without = "".join([*parts, text[at:]])
        if not most or len(without) <= most:
            break
    if words is not None:
        words[:] = positions
    return without


def spans_found(pattern: Pattern[str], text: str) -> Spans:
    """Where ``text`` has what ``pattern`` finds."""
    return [(*it.span(), it[0]) for it in pattern.finditer(text)]


def _save(row: Any, field: str, thread: Thread | None, _before: str) -> None:
    row.save(update_fields=[field])


def _write_post(post: Any, field: str, thread: Any, _before: str) -> None:
    post.thread = thread
    if field != "text":
        post.save(update_fields=[field])
        return
    post.html = render_again(post)
    post.version += 1
    post.save(update_fields=["text", "html", "version"])
    reindex_post(post)
    events.record(thread, post)


def _write_title(thread: Any, _field: str, _thread: Any, _before: str) -> None:
    index_thread(thread)
    events.record(thread, changed=["title"])
    thread.moves.update(title=thread.title)
    thread.post_moves.update(title=thread.title)


def _write_summary(summary: Any, _field: str, thread: Any, _before: str) -> None:
    summary.html = markup.render(summary.text)
    summary.version += 1
    summary.save(update_fields=["text", "html", "version"])
    events.record(thread)


def _write_in_head(row: Any, field: str, thread: Any, _before: str) -> None:
    row.save(update_fields=[field])
    events.record(thread)


def _write_consultation(row: Any, field: str, thread: Any, before: str) -> None:
    _write_in_head(row, field, thread, before)
    index_thread(thread)


def _write_file(file: Any, field: str, thread: Any, _before: str) -> None:
    file.save(update_fields=[field])
    if file.post is not None:
        show_files(file.post)
        events.record(thread, file.post)


def _write_sheet(sheet: Any, field: str, thread: Any, _before: str) -> None:
    tags = [str(tagging.name) for tagging in thread.page_taggings] if thread else [sheet.tags]
    index_sheet(sheet, sheet.shown_title, ", ".join(tags))
    sheet.save(update_fields=[field, "stems"])


def _write_public_version(version: Any, field: str, _thread: Any, _before: str) -> None:
    index_version(version)
    version.changed_at = timezone.now()
    version.save(update_fields=[field, "stems", "folded_stems", "changed_at"])


def _write_note(figure: Any, field: str, _thread: Any, before: str) -> None:
    figure.save(update_fields=[field])
    replace_note(figure.sheet_id, before, figure.note)


def _write_tool(version: Any, field: str, _thread: Any, _before: str) -> None:
    index_tool(version, version.file)
    version.save(update_fields=[field, "stems"])


_MADE: dict[str, Callable[[Any, str, Any, str], None]] = {
    "forum.Post": _write_post,
    "forum.Thread": _write_title,
    "forum.Summary": _write_summary,
    "forum.Settlement": _write_in_head,
    "forum.Poll": _write_consultation,
    "forum.ConsentRound": _write_consultation,
    "forum.ThreadAddressee": _write_in_head,
    "forum.StoredFile": _write_file,
    "forum.ExperienceSheet": _write_sheet,
    "forum.PublicVersion": _write_public_version,
    "forum.SheetFigure": _write_note,
    "forum.ToolVersion": _write_tool,
}
