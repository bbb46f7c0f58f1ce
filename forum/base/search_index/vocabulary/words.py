"""Which words have their spelling corrected: those of some letters, and of letters alone."""

from collections.abc import Iterator

from forum.base.search_index.analysis import clean, words_of

#: Shorter words are taken as they are.
MIN_LENGTH = 4


def correctable_words(text: str) -> Iterator[str]:
    """The words of ``text``, in its order, that are corrected or correct others."""
    for it in words_of(clean(text)):
        if len(it.word) >= MIN_LENGTH and it.word.isalpha():
            yield it.word
