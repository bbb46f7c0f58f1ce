"""What changed between two texts, found in a time that grows no faster than they do."""

import re
from functools import lru_cache
from itertools import zip_longest

#: A word, or a sign, with the space before it.
_WORD = re.compile(r"\s*(?:\w+|[^\w\s])")
#: From 0 to 1: a paragraph less like the old one than this is another paragraph.
_REWORDED = 0.4
#: Steps that comparing may take for each character compared, before it is given up.
_STEPS = 5


@lru_cache(maxsize=32)
def changes(before, after):
    """The paragraphs that differ, each a list of (sign, words): ``+``, ``-`` or ``=``.

    A paragraph that was reworded is one, with the words that came and went marked in it;
    where telling which would take too long, all of it went and all of it came. What is found
    is kept, for texts do not change.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    found = []
    for gone, come, _kept in _runs(old, new, len(old) + len(new)):
        pairs = zip_longest(gone, come, fillvalue="")
        found += [_within(*pair) for pair in pairs if pair[0] != pair[1]]
    return found


def _within(gone, come):
    """What changed in one paragraph; all of it, where little of it stayed."""
    # The first word too has a space before it, as it would have after another.
    old, new = _WORD.findall(f" {gone}"), _WORD.findall(f" {come}")
    pieces = []
    for run in _runs(old, new, int((1 - _REWORDED) * (len(old) + len(new)))):
        pieces += [(sign, "".join(words)) for sign, words in zip("-+=", run, strict=True)]
    pieces = [(sign, words) for sign, words in pieces if words]
    first = 2 if [sign for sign, _words in pieces[:2]] == ["-", "+"] else 1
    return [(sign, words.lstrip()) for sign, words in pieces[:first]] + pieces[first:]


def _runs(old, new, edits):
    """``old`` and ``new`` as (gone, come, kept) lists in order; one, where too much differs."""
    i, k, steps = 0, 0, _STEPS * sum(map(len, old + new))
    for start, other, length in [*_shared(old, new, edits, steps), (len(old), len(new), 0)]:
        yield old[i:start], new[k:other], old[start : start + length]
        i, k = start + length, other + length


def _shared(old, new, edits, steps):
    """The runs (place in ``old``, in ``new``, length) that both have, as long as can be.

    By Myers' algorithm: how far does one come with one edit, two, three…? Nothing where it
    takes more than ``edits``, or more than ``steps`` to tell.
    """
    reached = {1: (0, None)}
    for edit in range(edits + 1):
        for k in range(-edit, edit + 1, 2):
            is_added = k == -edit or (k != edit and reached[k - 1][0] < reached[k + 1][0])
            i, runs = reached[k + 1] if is_added else reached[k - 1]
            start = i = i if is_added else i + 1
            while i < len(old) and i - k < len(new) and old[i] == new[i - k]:
                i += 1
            reached[k] = i, ((start, start - k, i - start), runs) if i > start else runs
            steps -= 1 + i - start
            if i >= len(old) and i - k >= len(new):
                return _unwound(reached[k][1])
            if steps < 0:
                return []
    return []


def _unwound(runs):
    found = []
    while runs:
        run, runs = runs
        found.append(run)
    return found[::-1]


def _paragraphs(text):
    return [line.strip() for line in text.splitlines() if line.strip()]
