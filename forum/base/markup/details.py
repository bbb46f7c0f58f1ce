"""Folded parts of a text, as people paste them from other forums.

``<details><summary>Words</summary>``, on one line or two, or ``[details="Words"]``; then what
is folded, Markdown, until a line ``</details>`` or ``[/details]``. It is no HTML: such lines
alone are known, and what is not closed is shown as it was typed.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

#: What a part without a summary is called.
_NO_SUMMARY = "Détails"
#: Parts within parts; deeper ones are not folded.
_MAX_DEPTH = 5
_SUMMARY = r"<summary>(?P<summary>.*?)</summary>[ \t]*"
_BEGINNING = re.compile(
    rf"(?:<details(?: open)?>[ \t]*(?:{_SUMMARY})?|\[details(?:=(?P<words>[^\]]*))?\][ \t]*)"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_SUMMARY_ALONE = re.compile(rf"{_SUMMARY}(?P<rest>.*)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_CLOSING = re.compile(r"(?:</details>|\[/details\])[ \t]*$", re.IGNORECASE)
_PREFIX = re.compile(r"[ \t]*(?:>[ \t]*)*")
_FENCE = re.compile(r"`{3,}|~{3,}")


class SourceRow(NamedTuple):
    """A line of a text: how deep in quotations, its words, and whether it is of code."""

    depth: int
    words: str
    is_code: bool


def source_rows(text: str) -> list[SourceRow]:
    """The lines of ``text``, with what is between fences known as code."""
    rows, fence = [], None
    for line in text.split("\n"):
        match = _PREFIX.match(line)
        prefix = match[0] if match else ""
        depth, words = prefix.count(">"), line[len(prefix) :]
        if fence and depth < fence[1]:
            fence = None  # It ends with the quotation that it is in.
        fence_match = _FENCE.match(words)
        rows.append(SourceRow(depth, words, is_code=bool(fence or fence_match)))
        if fence is None and fence_match:
            fence = fence_match[0], depth
        elif (
            fence
            and fence_match
            and words.startswith(fence[0])
            and not words.strip(fence[0][0] + " ")
        ):
            fence = None
    return rows


def closings_of(text: str) -> dict[int, int]:
    """``{line: line}``: of each part of ``text`` that is closed, where it begins and ends."""
    ends: dict[int, int] = {}
    opened: list[tuple[int, int]] = []
    for number, row in enumerate(source_rows(text)):
        while opened and opened[-1][0] > row.depth:
            opened.pop()
        if row.is_code:
            continue
        if beginning := _BEGINNING.match(row.words):
            if _CLOSING.search(beginning["rest"]):
                ends[number] = number
            else:
                opened.append((row.depth, number))
        elif _CLOSING.match(row.words) and opened and opened[-1][0] == row.depth:
            begins = opened.pop()[1]
            if len(opened) < _MAX_DEPTH:
                ends[begins] = number
    return ends


def enable(parser: MarkdownIt) -> None:
    """Add folded parts to ``parser``; its ``env`` has ``closings_of`` the text."""
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "details", _details, {"alt": ends})


def _details(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    closing = state.env["closings"].get(start, end)
    if closing >= end or state.is_code_block(start):
        return False
    beginning = _BEGINNING.match(_words(state, start))
    if beginning is None:
        return False
    if silent:
        return True
    summary, rest, is_alone = _summary_of(
        beginning, _words(state, start + 1) if start + 1 < closing else ""
    )
    first = start + 1 + is_alone
    outer = state.lineMax, state.parentType
    state.lineMax, state.parentType = closing, "details"
    state.push("details_open", "details", 1)
    _push_summary(state, summary)
    if rest:
        _push_paragraph(state, rest)
    state.line = min(first, closing)
    if first < closing:
        state.md.block.tokenize(state, first, closing)
    is_whole = state.line >= closing  # Else it began in an item of a list that ends before.
    state.push("details_close", "details", -1)
    state.lineMax, state.parentType = outer
    state.line = max(closing if is_whole else state.line - 1, start) + 1
    return True


def _summary_of(beginning: re.Match[str], after: str) -> tuple[str, str, bool]:
    """The summary, what stands behind it, and whether it is in the line ``after``."""
    summary, rest = beginning["summary"] or beginning["words"], beginning["rest"]
    own = None if summary or rest.strip() else _SUMMARY_ALONE.match(after)
    if own:
        summary, rest = own["summary"], own["rest"]
    words = _TAG.sub("", (summary or "").strip(" \t\"'“”«»\u00a0")).strip()
    return words or _NO_SUMMARY, _CLOSING.sub("", rest).strip(), own is not None


def unfolded(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of ``text`` as one reads it without folding; whether each is of code."""
    closings, rows = closings_of(text), source_rows(text)
    left_out = set(closings.values()) - set(closings)
    for number, (line, row) in enumerate(zip(text.split("\n"), rows, strict=True)):
        beginning = _BEGINNING.match(row.words) if number in closings else None
        if beginning:
            after = rows[number + 1].words if number < closings[number] else ""
            summary, rest, is_alone = _summary_of(beginning, after)
            yield f"{line.removesuffix(row.words)}▸ {summary}", False
            if rest:
                yield rest, False
            left_out |= {number + 1} if is_alone else set()
        elif number not in left_out:
            yield line, row.is_code


def _words(state: StateBlock, at: int) -> str:
    return state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]]


def _push_summary(state: StateBlock, words: str) -> None:
    """Push a summary of words alone: links within a control are lost to keyboards."""
    state.push("summary_open", "summary", 1)
    state.push("inline", "", 0).children = [Token("text", "", 0, content=words)]
    state.push("summary_close", "summary", -1)


def _push_paragraph(state: StateBlock, words: str) -> None:
    state.push("paragraph_open", "p", 1)
    state.push("inline", "", 0).content = words
    state.tokens[-1].children = []
    state.push("paragraph_close", "p", -1)
