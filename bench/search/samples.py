"""Queries for a load test: the same each time, of words of all frequencies."""

import re
from collections import Counter
from random import Random

from bench.search.word_stream import EVERYWHERE, manual_words

#: Words by how often they occur, from the most frequent on: everybody's, some's, few's.
_BANDS = {"common": (40, 400), "usual": (400, 4000), "rare": (4000, 40_000)}
_WORD = re.compile(r"[a-zà-ÿœ]{3,}")


def query_samples(number, seed=7):
    """``number`` queries of each kind, by kind."""
    rng = Random(seed)
    bands = _bands()
    neighbours = manual_words()

    def word():
        return rng.choice(bands[rng.choice(list(bands))])

    def neighbouring(count):
        """Words that follow one another somewhere, as who looks for a text remembers it."""
        start = rng.randrange(len(neighbours) - 40)
        words = [one for one in map(_plain, neighbours[start : start + 40]) if one]
        return words[:count] if len(words) >= count else [word() for _ in range(count)]

    def some(count):
        return neighbouring(count) if rng.random() < 0.5 else [word() for _ in range(count)]

    def everywhere():
        return [EVERYWHERE, *some(rng.randint(0, 3))]

    makers = {f"{count} word{'s' * (count > 1)}": lambda count=count: some(count)
              for count in (1, 2, 3, 4)}  # fmt: skip
    makers["with a word of half of all posts"] = everywhere
    makers["with a letter wrong"] = lambda: [_misspelt(word(), rng), *some(rng.randint(0, 2))]
    makers["a phrase"] = lambda: [f'"{" ".join(neighbouring(2))}"']
    makers["excluding a word"] = lambda: [*some(2), f"-{word()}"]
    makers["in nothing"] = lambda: [f"{word()}{word()}"]
    return {kind: [" ".join(make()) for _ in range(number)] for kind, make in makers.items()}


def prefix_samples(number, seed=8):
    """``number`` texts as they stand while someone types: 2 to 8 letters, some after a word."""
    rng = Random(seed)
    words = [one for band in _bands().values() for one in band]
    found = []
    for _ in range(number):
        word = rng.choice(words)[: rng.randint(2, 8)]
        found.append(f"{rng.choice(words)} {word}" if rng.random() < 0.3 else word)
    return found


def _bands():
    counts = Counter(one for one in map(_plain, manual_words()) if one)
    words = [word for word, _count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))]
    return {name: words[start:end] for name, (start, end) in _BANDS.items()}


def _plain(word):
    """``word`` in small letters without punctuation; nothing where it is no word."""
    word = word.lower().strip(".,;:!?()[]«»\"'“”\u00a0\u202f")
    return word if _WORD.fullmatch(word) else ""


def _misspelt(word, rng):
    """``word`` with two letters exchanged, or one left out, doubled or another."""
    if len(word) < 5:
        word = "reglement"
    at = rng.randrange(1, len(word) - 1)
    return rng.choice([
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + rng.choice("aeinrst") + word[at + 1 :],
    ])  # fmt: skip
