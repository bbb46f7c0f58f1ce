"""Who may have a break-glass access, and for what reason."""

import re

from accounts.users.models import User
from accounts.users.second_factors import is_administrator
from accounts.viewers.viewers import Viewer

#: How many different words, and letters in all, a reason needs.
MIN_REASON_WORDS, MIN_REASON_LETTERS = 3, 15


def may_break_glass(viewer: Viewer, person: User) -> bool:
    """Whether they may: animators, while they hold a seat, and administrators."""
    return viewer.is_animator or bool(is_administrator(person))


def is_sufficient_reason(reason: str) -> bool:
    """Whether ``reason`` is long enough to be a sentence."""
    words = re.findall(r"[^\W_]+", reason)
    return len({*words}) >= MIN_REASON_WORDS and sum(map(len, words)) >= MIN_REASON_LETTERS
