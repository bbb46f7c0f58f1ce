"""Who may open a college's room, and with what words."""

import re

from accounts.users.second_factors import is_administrator

#: Different words, and letters in all, that a reason takes at least.
MIN_REASON_WORDS, MIN_REASON_LETTERS = 3, 15


def may_break_glass(viewer, person):
    """Animators, while they are members, and administrators."""
    return viewer.is_animator or is_administrator(person)


def is_sufficient_reason(reason):
    """Whether ``reason`` could be a sentence that the college can read."""
    words = re.findall(r"[^\W_]+", reason)
    return len({*words}) >= MIN_REASON_WORDS and sum(map(len, words)) >= MIN_REASON_LETTERS
