"""What changed between two texts, as one reads them, in a time that stays within bounds."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape

from django.utils.html import strip_tags
from rapidfuzz.distance import LCSseq

from accounts.base.cpu_budget import check_budget
from accounts.charter.rendering import render

#: Where one paragraph, title or item ends and another begins.
_BLOCK_TAG = re.compile(r"</?(?:p|h\d|li|ul|ol|blockquote|hr)\b[^>]*>")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.S)
#: A word, or a sign, with the space before it; space at the end.
_WORD = re.compile(r"\s*+(?:\w+|[^\w\s])|\s+")
#: From 0 to 1: a paragraph that shares less with the old one than this is another paragraph.
_MIN_SIMILARITY = 0.5
#: Pairs of paragraphs that are looked at, at most, for one that became the other.
_MAX_PAIRS = 10_000
#: Length of one sequence times that of the other, at most, for both to be compared: a bit
#: each is held meanwhile, 50 MB in all, for about half a second.
_MAX_CELLS = 400_000_000
#: Likewise of what members write.
_MEMBERS_CELLS = 25_000_000
#: Ends of lines and marks of Markdown in a text of theirs, at most, for it to be compared: each
#: is a paragraph or a link that is rendered. A post of 40,000 characters has some hundred.
_MAX_MARKS = 600
_MARKS = "\n*_`[&<~"
#: Pieces of what an edit changed that are shown, at most.
_MAX_PIECES = 400


@lru_cache(maxsize=32)
def diff_paragraphs(
    before: str, after: str, most_cells: int = _MAX_CELLS
) -> list[list[tuple[str, str]]]:
    """The paragraphs that differ between two Markdown texts, each a list of (sign, words).

    ``+`` is added, ``-`` removed, ``=`` common, ``>`` moved. A paragraph that was reworded is
    one, with the words that were added and removed marked in it; any other was added, removed
    or moved whole. The numbers of a list do not count. The result is cached, for texts do not
    change. Two sequences whose lengths give more than ``most_cells``, one times the other, are
    one removed and one added.
    """
    check_budget()
    old, new = _paragraphs(before), _paragraphs(after)
    runs = list(_aligned_runs(old, new, most_cells))
    left, right = ({paragraph for run in runs for paragraph in run[side]} for side in (0, 1))
    moved, changes = left & right, []
    for removed, added, _common in runs:
        removed = [paragraph for paragraph in removed if paragraph not in moved]
        changes += _diff_run(removed, added, moved, most_cells)
    return changes


def bounded_changes(before: str, after: str) -> tuple[list[list[tuple[str, str]]] | None, bool]:
    """What changed between two texts of members, as much as a page shows, and if there is more.

    None where they have so many lines and marks that comparing them would cost too much.
    """
    if any(sum(map(text.count, _MARKS)) > _MAX_MARKS for text in (before, after)):
        return None, True
    shown, left = [], _MAX_PIECES
    changes = diff_paragraphs(before, after, _MEMBERS_CELLS)
    for pieces in changes:
        shown += [pieces[:left]] if left else []
        left -= min(left, len(pieces))
    return shown, not left and shown != changes


def _diff_run(
    old: Sequence[str], new: Sequence[str], moved: set[str], most_cells: int
) -> list[list[tuple[str, str]]]:
    """The changes between two runs of paragraphs, in the order of the new text."""
    changes, i, k = [], 0, 0
    for x, y in [*_match_reworded(old, new, moved), (len(old), len(new))]:
        changes += [[("-", paragraph)] for paragraph in old[i:x]]
        changes += [[(">" if paragraph in moved else "+", paragraph)] for paragraph in new[k:y]]
        if x < len(old):
            changes.append(_diff_words(old[x], new[y], most_cells))
        i, k = x + 1, y + 1
    return changes


def _match_reworded(
    old: Sequence[str], new: Sequence[str], moved: set[str]
) -> list[tuple[int, int]]:
    """The places (in ``old``, in ``new``) of paragraphs one of which became the other.

    The likest find each other first, and none cross.
    """
    if len(old) * len(new) > _MAX_PAIRS:
        return []
    words = [[Counter(re.findall(r"\w+", it)) for it in side] for side in (old, new)]
    totals = [[counts.total() for counts in side] for side in words]
    pairs = sorted(
        (2 * _shared(before, after) / ((totals[0][i] + totals[1][k]) or 1), -i, -k)
        for i, before in enumerate(words[0])
        for k, after in enumerate(words[1])
        if new[k] not in moved
    )
    taken: list[tuple[int, int]] = []
    for likeness, i, k in reversed(pairs):
        if likeness >= _MIN_SIMILARITY and all((-i - x) * (-k - y) > 0 for x, y in taken):
            taken.append((-i, -k))
    return sorted(taken)


def _shared(before: Counter[str], after: Counter[str]) -> int:
    """How many of their words two paragraphs share, in the time that the shorter one takes."""
    few, many = (before, after) if len(before) < len(after) else (after, before)
    return sum(min(count, many.get(word, 0)) for word, count in few.items())


def _diff_words(before: str, after: str, most_cells: int) -> list[tuple[str, str]]:
    """What changed in one paragraph, word by word."""
    # The first word too has a space before it, as it would have after another.
    old, new = _WORD.findall(f" {before}"), _WORD.findall(f" {after}")
    pieces = []
    for run in _aligned_runs(old, new, most_cells):
        pieces += [(sign, "".join(words)) for sign, words in zip("-+=", run, strict=True)]
    pieces = [(sign, words) for sign, words in pieces if words]
    first = 2 if [sign for sign, _words in pieces[:2]] == ["-", "+"] else 1
    return [(sign, words.lstrip()) for sign, words in pieces[:first]] + pieces[first:]


def _aligned_runs(
    old: Sequence[str], new: Sequence[str], most_cells: int
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """``old`` and ``new`` as (removed, added, common) runs in order, as much common as can be.

    Two sequences too long to compare are one run, with nothing in common.
    """
    i = k = 0
    for start, other, length in _common_runs(old, new, most_cells):
        yield old[i:start], new[k:other], old[start : start + length]
        i, k = start + length, other + length
    yield old[i:], new[k:], []


def _common_runs(
    old: Sequence[str], new: Sequence[str], most_cells: int
) -> Iterator[tuple[int, int, int]]:
    """The runs (place in ``old``, in ``new``, length) of their longest common subsequence."""
    if len(old) * len(new) > most_cells:
        return
    for step in LCSseq.opcodes(old, new):
        if step.tag == "equal":
            yield step.src_start, step.dest_start, step.src_end - step.src_start


def _paragraphs(text: str) -> list[str]:
    """What one reads of ``text``: its titles, paragraphs and items, a line each.

    A link says where it leads, which may be all that changed.
    """
    html = _LINK.sub(r"\2 (\1)", render(text))
    lines = (unescape(strip_tags(part)).strip() for part in _BLOCK_TAG.split(html))
    return [line.replace("\n", " ") for line in lines if line]
