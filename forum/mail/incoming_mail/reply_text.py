"""What someone wrote in answer to a mail, without what their program quoted below it.

Nothing is lost: what is left out is told as ``folded``, in its order. Where an answer stands
between the lines that it is about, these stay, as quotations. Where nothing would be left, all
is kept: better too much than an empty post.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from forum.mail.incoming_mail.quotations import (
    AttributionBudget,
    attribution_length,
    header_length,
    is_forwarded_message,
    is_marked,
    is_original_message,
    is_rule,
    shared_line,
)
from forum.mail.incoming_mail.signatures import body_length, is_signature

_QUOTED = re.compile(r"^\s{0,3}>")
#: *>>> >>> http://… <<<* decorates, and quotes nothing.
_DECORATION = re.compile(r"^\s*+>\s*+>++\s.*<<")
#: Characters of a line that decorates, and of a mail that are read: the rest is folded.
_MAX_DECORATION, MAX_LENGTH = 120, 200_000
#: Of lines that are quoted without a word of who wrote them: so many are a quotation.
_MIN_BEFORE, _MIN_AFTER = 3, 2
#: Words that only send on what follows them.
_SENT_ON = re.compile(
    r"(?:fyi|pvi|pour info(?:rmation)?s?|(?:voir )?ci-dessous|à lire|à toutes fins utiles)"
    r"[\s.!:]*",
    re.IGNORECASE,
)
#: A link whose bracket is closed on another line; one that stands by itself.
_MAX_LINK = 300
_OPEN_LINK = re.compile(r"\([^()]*$|<[^<>]*$")
_LINK = re.compile(r"\(?<?https?://\S+\)?>?\s*>?")
#: A line so short ended where its writer wanted it to; others their program may have broken.
_SHORT = 50
#: What begins a line of its own, such as an item of a list.
_NEW_LINE = re.compile(r"[#|]|[-*+•–—]\s|\d{1,9}[.)]\s|```|$")
_BREAKS = re.compile(r"\r\n?|\u2028|\u2029")
_UNSEEN = re.compile("[\ufeff\u200b\u200e\u200f]")


class Reply(NamedTuple):
    """The ``text`` that someone wrote, and what was ``folded`` away of their mail."""

    text: str
    folded: str = ""


class _Kind(Enum):
    """What a line is: somebody's own, quoted, or what begins a quotation."""

    OWN = "own"
    QUOTED = "quoted"
    #: Says who wrote what follows, which may be marked as quoted, or not.
    ATTRIBUTION = "attribution"
    #: All that follows is quoted, whether it is marked or not.
    ORIGINAL = "original"
    FORWARDED = "forwarded"


def extract_reply(body: str, *, may_be_empty: bool = False, keeps_quoted: bool = True) -> Reply:
    """What the writer of a mail with the plain text ``body`` wrote themselves.

    ``may_be_empty``: whether they may have written nothing, since they sent a file; else all
    is theirs where nothing would be left. ``keeps_quoted``: whether what they answer between
    stays; else it is folded too, where words of theirs are left.
    """
    body, rest = body[:MAX_LENGTH], body[MAX_LENGTH:]
    lines = _lines(body)
    own = _own_lines(lines, keeps_quoted=keeps_quoted)
    if not any(lines[at].strip() for at in own):
        own = [] if may_be_empty else list(range(len(lines)))
    own = _without_signature(lines, own)
    if may_be_empty and is_signature([lines[at] for at in own]):
        own = []
    in_reply = set(own)
    folded = [line for at, line in enumerate(lines) if at not in in_reply]
    return Reply(_text([lines[at] for at in own]), _text([*folded, rest] if rest else folded))


def without_wraps(text: str) -> str:
    """``text`` with long lines run on, which programs break: a post shows where lines end."""
    lines: list[list[str]] = []
    open_marks = None  # Those of a line that the next one may go on with.
    for line in text.split("\n"):
        words = line.lstrip(" \t>").rstrip()
        marks = line[: len(line) - len(line.lstrip(" \t>"))].strip()
        if marks == open_marks and not _NEW_LINE.match(words):
            lines[-1].append(words)
        else:
            lines.append([line.rstrip()])
        open_marks = marks if len(words) >= _SHORT else None
    return "\n".join(map(" ".join, lines))


def has_quotation(text: str) -> bool:
    """Whether ``text``, such as what was folded, quotes somebody: a signature does not."""
    lines = text.split("\n")
    return any(kind is not _Kind.OWN for kind in _kinds(lines)) or any(map(is_marked, lines))


def _lines(body: str) -> list[str]:
    """The lines of ``body``; an attribution on a line of the writer's own has its own."""
    lines: list[str] = []
    raw = _UNSEEN.sub("", _BREAKS.sub("\n", body)).split("\n")
    for at, line in enumerate(raw):
        following = next(
            (next_line for next_line in raw[at + 1 : at + 4] if next_line.strip()), ""
        )
        shared = shared_line(line) if is_quoted(following) and not is_quoted(line) else None
        lines += shared or [line.rstrip()]
    return lines


def _text(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip("\n")).strip()


def is_quoted(line: str) -> bool:
    """Whether ``line`` is marked as a program marks what it quotes."""
    return bool(_QUOTED.match(line)) and not _DECORATION.match(line[:_MAX_DECORATION])


def _kinds(lines: Sequence[str]) -> list[_Kind]:
    """What each line is by itself."""
    kinds: list[_Kind] = []
    budget = AttributionBudget()
    while (at := len(kinds)) < len(lines):
        line = lines[at]
        if is_forwarded_message(line):
            kinds.append(_Kind.FORWARDED)
        elif is_original_message(line):
            kinds.append(_Kind.ORIGINAL)
        elif length := attribution_length(lines, at, budget):
            kinds += [_Kind.ATTRIBUTION] * length
        elif not is_quoted(line) and (length := header_length(lines, at)):
            kinds += [_Kind.ORIGINAL] * length
        else:
            kinds.append(_Kind.QUOTED if is_quoted(line) else _Kind.OWN)
    for at, kind in enumerate(kinds):
        if kind is _Kind.ORIGINAL:
            above = next((n for n in range(at - 1, -1, -1) if lines[n].strip()), None)
            if above is not None and is_rule(lines[above]):
                kinds[above:at] = [_Kind.ORIGINAL] * (at - above)
    return _with_folded_links(lines, kinds)


def _with_folded_links(lines: Sequence[str], kinds: list[_Kind]) -> list[_Kind]:
    """Take for quoted the rest of a link that lost its mark as it was folded."""
    quoted = [at for at, kind in enumerate(kinds) if kind is _Kind.QUOTED]
    for before, after in pairwise(quoted):
        between = [at for at in range(before + 1, after) if lines[at].strip()]
        if len(between) == 1 and kinds[between[0]] is _Kind.OWN:
            is_rest = "http" in lines[before] and _OPEN_LINK.search(lines[before][-_MAX_LINK:])
            if is_rest or _LINK.fullmatch(lines[between[0]].strip()[:_MAX_LINK]):
                kinds[between[0]] = _Kind.QUOTED
    return kinds


def _own_lines(lines: Sequence[str], *, keeps_quoted: bool) -> list[int]:
    """The numbers of the lines to keep."""
    around = _around_quoted if keeps_quoted else _between_quoted
    kinds = _kinds(lines)
    quoted = [at for at, kind in enumerate(kinds) if kind is _Kind.QUOTED]
    if quoted and is_signature(lines[quoted[-1] + 1 :]):
        lines, kinds = lines[: quoted[-1] + 1], kinds[: quoted[-1] + 1]
    every = list(range(len(lines)))
    first = next((at for at, kind in enumerate(kinds) if kind is not _Kind.OWN), None)
    if first is None:
        return every
    top = _text(lines[:first])
    if kinds[first] is _Kind.FORWARDED:
        if not top or _SENT_ON.fullmatch(top):
            return every
        following = _next_written(lines, first + 1)
        if following is None or kinds[following] is not _Kind.QUOTED:
            return every[:first]
        return around(lines, kinds, first, following)
    if kinds[first] is _Kind.ORIGINAL:
        return _around_original(lines, kinds, first)
    if kinds[first] is _Kind.ATTRIBUTION:
        end = first + 1
        while end < len(kinds) and kinds[end] is _Kind.ATTRIBUTION:
            end += 1
        following = _next_written(lines, end)
        if following is None or kinds[following] is not _Kind.QUOTED:
            return every[:first]
        return around(lines, kinds, first, following)
    return around(lines, kinds, first, first)


def _around_original(lines: Sequence[str], kinds: Sequence[_Kind], first: int) -> list[int]:
    """What stands before a mail that is quoted whole; or after it, where it is marked."""
    before = list(range(first))
    if _text(lines[:first]):
        return before
    marked = [at for at in range(first, len(kinds)) if kinds[at] is _Kind.QUOTED]
    after = list(range(marked[-1] + 1, len(lines))) if marked else []
    return after if any(lines[at].strip() for at in after) else before


def _next_written(lines: Sequence[str], at: int) -> int | None:
    return next((n for n in range(at, len(lines)) if lines[n].strip()), None)


def _around_quoted(
    lines: Sequence[str], kinds: Sequence[_Kind], first: int, marked: int
) -> list[int]:
    """What stands around marked lines; with those that one answers between.

    ``first``: where they, or their attribution, begin; ``marked``: the first of them.
    """
    is_attributed = first < marked
    run_end = _run_end(lines, kinds, marked)
    rest = range(run_end, len(kinds))
    stop = next((at for at in rest if kinds[at] in _BEGIN_ANOTHER), len(lines))
    before, after = list(range(first)), list(range(run_end, stop))
    last = max(at for at, kind in enumerate(kinds) if kind is _Kind.QUOTED)
    if run_end <= last < stop:  # Somebody wrote between what is quoted.
        own = [at for at in after if kinds[at] is _Kind.OWN and lines[at].strip()]
        # Who wrote what is quoted is said to all who read the post, but for their address.
        is_private = is_attributed and "@" in "".join(lines[first:marked])
        return [*before, *range(marked if is_private else first, own[-1] + 1)]
    has_before, has_after = (any(lines[at].strip() for at in it) for it in (before, after))
    number = sum(kinds[at] is _Kind.QUOTED for at in range(marked, run_end))
    if is_attributed or (has_before and not has_after and number >= _MIN_AFTER):
        return [*before, *after]
    if not has_before and number >= _MIN_BEFORE:
        return after
    return [*before, *range(first, stop)]


def _between_quoted(
    lines: Sequence[str], kinds: Sequence[_Kind], first: int, marked: int
) -> list[int]:
    """As ``_around_quoted``, without what is quoted, unless that is all there is."""
    around = _around_quoted(lines, kinds, first, marked)
    own = [at for at in around if kinds[at] is _Kind.OWN]
    return own if any(lines[at].strip() for at in own) else around


_BEGIN_ANOTHER = frozenset((_Kind.ORIGINAL, _Kind.FORWARDED, _Kind.ATTRIBUTION))


def _run_end(lines: Sequence[str], kinds: Sequence[_Kind], at: int) -> int:
    """Where a run of marked lines ends, with the attributions and blank lines in it."""
    end = at
    while at < len(kinds):
        if kinds[at] is _Kind.QUOTED or (kinds[at] is not _Kind.OWN and is_marked(lines[at])):
            end = at + 1
        elif lines[at].strip():
            break
        at += 1
    return end


def _without_signature(lines: Sequence[str], own: list[int]) -> list[int]:
    """``own`` without the signature, at the end of each part that stands by itself."""
    remaining: list[int] = []
    part: list[int] = []
    for at in own:
        if part and at != part[-1] + 1:
            remaining += part[: body_length([lines[n] for n in part])]
            part = []
        part.append(at)
    remaining += part[: body_length([lines[n] for n in part])]
    return remaining
