"""Who may open a college's room, and with what words."""

import re

from accounts.people.factors import is_administrator

#: Different words, and letters in all, that a reason takes at least.
FEWEST_WORDS, FEWEST_LETTERS = 3, 15


def may_open(viewer, person):
    """Animators, while they are members, and administrators."""
    return viewer.is_animator or is_administrator(person)


def says_why(reason):
    """Whether ``reason`` could be a sentence that the college can read."""
    words = re.findall(r"[^\W_]+", reason)
    return len({*words}) >= FEWEST_WORDS and sum(map(len, words)) >= FEWEST_LETTERS
