"""The runs of words that texts have, as hashes: whose words stand in a text is told by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING

from accounts.base.text import fold
from forum.base import markup
from forum.library.sheets.models import PARTS

if TYPE_CHECKING:
    from forum.library.sheets.figures.models import SheetFigure
    from forum.library.sheets.models import ExperienceSheet

#: Words of a run. Fewer would be found in what anybody writes, more be lost with each edit.
_RUN = 4
_WORD = re.compile(r"\w+")
#: What Markdown within a word may begin with, or end.
_MARK = re.compile(r"[&*_~`\\\[<]")


def texts_of(sheet: ExperienceSheet, figures: Iterable[SheetFigure]) -> list[str]:
    """All that people wrote in ``sheet`` with these ``figures``; last the note at its head."""
    notes = (f"{figure.typed} {figure.note}" for figure in figures)
    parts = (getattr(sheet, name) for name in PARTS)
    return [sheet.title, *parts, *notes, sheet.outdated]


def fingerprints(texts: Iterable[str]) -> set[str]:
    """The hashes of each run of four words in ``texts``; of all of one that is shorter.

    Of each as it is typed, and as one reads it: marks and entities within words hide nothing.
    """
    hashes = set()
    for text in (form for typed in texts for form in _forms(typed)):
        words = _WORD.findall(fold(text))
        for start in range(max(1, len(words) - _RUN + 1) if words else 0):
            run = " ".join(words[start : start + _RUN])
            hashes.add(blake2b(run.encode(), digest_size=5).hexdigest())
    return hashes


def _forms(typed: str) -> Iterator[str]:
    """A text as it is typed and, where it has marks, as it is shown."""
    yield typed
    if _MARK.search(typed):
        yield markup.plain_text(markup.render(typed))
