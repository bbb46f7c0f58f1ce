"""Text that never ends, of the manuals' words as often as they are there."""

from functools import cache

from bench.search import manuals

#: The word that half of all posts hold, besides whatever they say.
EVERYWHERE = "territoire"
_RUN = 5, 15  # words that follow one another as in a manual
_POST = 60, 120  # words
_TITLE = 4, 11


@cache
def manual_words():
    """All words of the French manuals, in order, with their punctuation."""
    return [
        word
        for section in manuals.sections().values()
        if section.language == "fr"
        for paragraph in section.paragraphs
        for word in paragraph.split()
        if len(word) <= 40
    ]


class WordStream:
    """Texts by the chances of ``rng``: runs of words from anywhere in the manuals.

    Words are as frequent as there, from *de* to those that one page has, and neighbours often
    belong together, as where people write; no two texts are alike.
    """

    def __init__(self, rng):
        """Read the manuals, once in a process."""
        self._rng, self._words = rng, manual_words()

    def post(self):
        """A text; half of them hold EVERYWHERE."""
        words = self._text(self._rng.randint(*_POST))
        if self._rng.random() < 0.5:
            words[self._rng.randrange(len(words))] = EVERYWHERE
        return " ".join(words)

    def title(self):
        """A title."""
        return " ".join(self._text(self._rng.randint(*_TITLE)))[:160].strip() or "Sans titre"

    def _text(self, count):
        words, last = [], len(self._words) - _RUN[1]
        while len(words) < count:
            start = self._rng.randrange(last)
            words += self._words[start : start + self._rng.randint(*_RUN)]
        return words[:count]
