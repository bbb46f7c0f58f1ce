"""French text without end, recombined from what the demonstration says.

A post is a few blocks of Markdown: paragraphs, now and then a list or a quotation. Blocks
are rendered once and joined; since they are parted by blank lines and no two lists meet,
the joined HTML is what rendering the whole text would give, and tests hold it to that.
"""

import re
from dataclasses import dataclass

from forum import markup
from forum.demonstration import texts

SHORTEST, LONGEST = 60, 200
#: Distinct blocks of each make. Combined by two to five, they give no two posts alike.
_POOL = {"paragraph": 1500, "list": 200, "quote": 200}


@dataclass(frozen=True)
class Block:
    """A piece of Markdown with its HTML and the number of its words."""

    make: str
    text: str
    html: str
    words: int


class Prose:
    """Writes posts and titles by the chances of ``chance``, a ``random.Random``."""

    def __init__(self, chance):
        """Prepare the blocks."""
        self._chance = chance
        said = [text for row in texts.threads() for text in _bodies(row)]
        self._sentences = [one for text in said for one in _sentences(text)]
        titles = [row["title"].partition("\u00a0: ") for row in texts.threads()]
        self._heads = sorted({head for head, _colon, tail in titles if tail})
        self._tails = sorted({tail for _head, _colon, tail in titles if tail})
        self._blocks = {
            make: [self._block(make) for _ in range(count)] for make, count in _POOL.items()
        }

    def title(self):
        """A title of two halves, each from another one's."""
        halves = self._chance.choice(self._heads), self._chance.choice(self._tails)
        return "\u00a0: ".join(halves)[:160]

    def post(self):
        """A text of SHORTEST to LONGEST words, and its HTML."""
        wanted = self._chance.randint(SHORTEST, LONGEST - 40)
        blocks, words = [], 0
        while words < wanted:
            block = self._next(blocks)
            if words + block.words <= LONGEST:
                blocks.append(block)
                words += block.words
        text = "\n\n".join(block.text for block in blocks)
        return text, "".join(block.html for block in blocks)

    def _next(self, blocks):
        """Any block; but a text opens with no list, and no list or quote follows its like."""
        make = self._chance.choices(["paragraph", "list", "quote"], [82, 9, 9])[0]
        before = blocks[-1].make if blocks else "list"
        if make == before:
            make = "paragraph"
        return self._chance.choice(self._blocks[make])

    def _block(self, make):
        text = getattr(self, f"_{make}")()
        return Block(make, text, markup.render(text), len(text.split()))

    def _paragraph(self):
        sentences = self._chance.sample(self._sentences, self._chance.choice([1, 2, 2, 3]))
        if self._chance.random() < 0.25:
            sentences[0] = _bold(sentences[0])
        return " ".join(sentences)

    def _list(self):
        items = self._chance.sample(self._sentences, self._chance.choice([2, 3]))
        return "\n".join(f"- {item}" for item in items)

    def _quote(self):
        return f"> {self._chance.choice(self._sentences)}"


def _bodies(row):
    return [row["body"], *(reply["body"] for reply in row["replies"])]


def _sentences(text):
    """The sentences of plain ``text`` of 5 to 40 words; Markdown is left out."""
    if re.search(r"[*>\n\[]", text):
        return []
    found = re.split(r"(?<=[.?!])\s+(?=[A-ZÀÂÉÈÊÎÔ])", text)
    return [one for one in found if 5 <= len(one.split()) <= 40]


def _bold(sentence):
    """``sentence`` with its first two words in bold."""
    first, second, *rest = sentence.split(" ")
    return " ".join([f"**{first} {second}**", *rest])
