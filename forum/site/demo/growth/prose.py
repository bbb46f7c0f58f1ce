"""French text without end, recombined from what the demonstration says.

A post is a few blocks of Markdown: paragraphs, now and then a list or a quotation. Blocks
are rendered once and joined; since they are parted by blank lines and no two lists meet,
the joined HTML is what rendering the whole text would give, and tests hold it to that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from forum.base import markup
from forum.site.demo import source_data

MIN_WORDS, MAX_WORDS = 60, 200
#: Distinct blocks of each make. Combined by two to five, they give no two posts alike.
_BLOCK_COUNTS = {"paragraph": 1500, "list": 200, "quote": 200}


@dataclass(frozen=True)
class ProseBlock:
    """A piece of Markdown with its HTML, rendered when it is first used."""

    block_type: str
    text: str

    @cached_property
    def html(self) -> str:
        """The text as HTML."""
        return markup.render(self.text)

    @cached_property
    def words(self) -> int:
        """The number of its words."""
        return len(self.text.split())


class ProseGenerator:
    """Writes posts and titles by the chances of ``rng``, a ``random.Random``."""

    def __init__(self, rng: Random) -> None:
        """Prepare the blocks."""
        self._rng = rng
        texts = [text for row in source_data.threads() for text in _post_texts(row)]
        self._sentences = [sentence for text in texts for sentence in _sentences(text)]
        titles = [row["title"].partition("\u00a0: ") for row in source_data.threads()]
        self._heads = sorted({head for head, _colon, tail in titles if tail})
        self._tails = sorted({tail for _head, _colon, tail in titles if tail})
        self._blocks = {
            block_type: [self._block(block_type) for _ in range(count)]
            for block_type, count in _BLOCK_COUNTS.items()
        }

    def title(self) -> str:
        """A title of two halves, each from another one's."""
        halves = self._rng.choice(self._heads), self._rng.choice(self._tails)
        return "\u00a0: ".join(halves)[:160]

    def post(self) -> tuple[str, str]:
        """A text of SHORTEST to LONGEST words, and its HTML."""
        length = self._rng.randint(MIN_WORDS, MAX_WORDS - 40)
        blocks: list[ProseBlock] = []
        words = 0
        while words < length:
            block = self._next(blocks)
            if words + block.words <= MAX_WORDS:
                blocks.append(block)
                words += block.words
        text = "\n\n".join(block.text for block in blocks)
        return text, "".join(block.html for block in blocks)

    def _next(self, blocks: list[ProseBlock]) -> ProseBlock:
        """Any block; but a text opens with no list, and no list or quote follows its like."""
        block_type = self._rng.choices(["paragraph", "list", "quote"], [82, 9, 9])[0]
        before = blocks[-1].block_type if blocks else "list"
        if block_type == before:
            block_type = "paragraph"
        return self._rng.choice(self._blocks[block_type])

    def _block(self, block_type: str) -> ProseBlock:
        return ProseBlock(block_type, getattr(self, f"_{block_type}")())

    def _paragraph(self) -> str:
        sentences = self._rng.sample(self._sentences, self._rng.choice([1, 2, 2, 3]))
        if self._rng.random() < 0.25:
            sentences[0] = _bold(sentences[0])
        return " ".join(sentences)

    def _list(self) -> str:
        items = self._rng.sample(self._sentences, self._rng.choice([2, 3]))
        return "\n".join(f"- {item}" for item in items)

    def _quote(self) -> str:
        return f"> {self._rng.choice(self._sentences)}"


def _post_texts(row: dict[str, Any]) -> list[str]:
    return [row["body"], *(reply["body"] for reply in row["replies"])]


def _sentences(text: str) -> list[str]:
    """The sentences of plain ``text`` of 5 to 40 words; Markdown is left out."""
    if re.search(r"[*>\n\[]", text):
        return []
    sentences = re.split(r"(?<=[.?!])\s+(?=[A-ZÀÂÉÈÊÎÔ])", text)
    return [sentence for sentence in sentences if 5 <= len(sentence.split()) <= 40]


def _bold(sentence: str) -> str:
    """``sentence`` with its first two words in bold."""
    first, second, *rest = sentence.split(" ")
    return " ".join([f"**{first} {second}**", *rest])
