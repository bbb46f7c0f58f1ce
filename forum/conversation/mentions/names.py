"""Where a text names somebody: ``@`` and what follows it on the line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import takewhile

from django.utils.translation import ngettext

from accounts.base.text import fold

#: Characters and words of a name, at most.
MAX_LENGTH, _MAX_WORDS = 130, 16
#: Names that are looked at in a text: one with more mentions nobody beyond.
MAX_NAMES = 20

#: Not in an address: there a letter, a digit or a dot comes before.
_AT = re.compile(r"(?<![\w.@/+-])@(?=\w)")
_WORD_END = re.compile(r"\w(?!\w)|\)")
_WORDS = re.compile(r"[\w’'-]+(?: [\w’'-]+)*")


def names_in(text: str) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Where each ``@`` of ``text`` is, and what may be the name, the longest first.

    Each is where it ends and the name, folded: of « @Claire Le Bihan, merci » those are
    "claire le bihan, merci", "claire le bihan", "claire le" and "claire".
    """
    for count, at in enumerate(_AT.finditer(text)):
        if count == MAX_NAMES:
            return
        line = text[at.end() : at.end() + MAX_LENGTH].partition("\n")[0]
        ends = [match.end() for match in _WORD_END.finditer(line)][:_MAX_WORDS]
        names = [(at.end() + end, fold(line[:end])) for end in reversed(ends)]
        yield at.start(), names


def typed_name(text: str, start: int) -> str:
    """What seems to be the name that begins with the ``@`` at ``start``, as it was typed.

    That is a word, and those with a capital that follow it.
    """
    words = _WORDS.match(text[start + 1 : start + 1 + MAX_LENGTH])
    first, *others = words[0].split(" ") if words else [""]
    return " ".join([f"@{first}", *takewhile(lambda it: it[0].isupper(), others)])


def without_mentions(text: str) -> str:
    """``text`` with the names alone where it mentions somebody."""
    return _AT.sub("", text)


def unreached_words(names: Collection[str]) -> str:
    """What who writes is told of these ``names``, which nobody is told by; "" of none.

    The same whether nobody is called so or who is does not read there.
    """
    if not names:
        return ""
    words = ngettext(
        "Ce nom n’avertira personne ici\u00a0: %(names)s",
        "Ces noms n’avertiront personne ici\u00a0: %(names)s",
        len(names),
    )
    return words % {"names": ", ".join(names)}
