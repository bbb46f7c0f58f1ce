"""Which searches that found nothing are counted."""

import re

from accounts.base.text import fold

#: As many members have searched for words that animators are shown.
MIN_PEOPLE = 3
_MIN_LENGTH, _MAX_LENGTH, _MAX_WORDS = 3, 60, 6
#: Addresses and numbers are nobody's words for a subject.
_NO_WORDS = re.compile(r"@|\d{5}")


def countable_words(typed: str) -> str:
    """``typed`` in the one spelling by which it is counted; "" where it is not counted."""
    words = " ".join(fold(typed).split())
    is_short = _MIN_LENGTH <= len(words) <= _MAX_LENGTH and words.count(" ") < _MAX_WORDS
    return words if is_short and not _NO_WORDS.search(words) else ""
