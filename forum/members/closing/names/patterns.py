"""How names are written: in either order, with an initial, in capitals."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from re import Pattern
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.base.erasure import apart
from accounts.base.text import fold
from forum.conversation.mentions.names import names_in

if TYPE_CHECKING:
    from forum.members.closing.names.models import NamePhrase

#: Words of a name that is looked for: one alone is a word like another, and each more makes
#: looking for all their orders dearer.
MIN_WORDS, MAX_WORDS = 2, 12
#: The heading of a quotation, as ``markup.quote`` writes it: the name, and the post.
HEADING = re.compile(
    r"\[(?P<name>(?:\\.|[^\\\]\n]){1,300}), nº\u00a0\d+\]"
    r"\([^()\s]*/messages/(?P<pk>\d{1,18})/\)"
)
_ASCII = re.compile(r"[A-Za-z0-9]+")
_FOR_ONE = {"'": "['’]", "’": "['’]"}


def written_in_full(names: Iterable[str], addresses: Iterable[str] = ()) -> Pattern[str]:
    """What finds each of ``names``, in either order, and ``addresses``."""
    names = sorted(names, key=len, reverse=True)  # The longer of two that begin alike.
    ordered = [ordering for name in names for ordering in _orders(name)]
    return apart([*ordered, *map(_address, addresses)])


def mentions_in(
    text: str, links: Mapping[str, str], url: str, folded: Collection[str]
) -> Iterator[tuple[int, int, str]]:
    """Where ``text`` names, behind an ``@``, whose page is ``url``; the name, of ``folded``.

    ``links``: to whose page each name leads that the text mentions.
    """
    for at, candidates in names_in(text):
        end = next((end for end, name in candidates if name in links), None)
        if end is None or links[fold(text[at + 1 : end])] != url:
            continue
        name = text[at + 1 : end].partition(" (")[0]  # An organisation may follow it.
        if fold(name) in folded:
            yield at + 1, at + 1 + len(name), name


def pattern_of(phrases: Iterable[NamePhrase]) -> Pattern[str]:
    """What finds ``phrases`` in what others wrote: names with an initial too."""
    expressions: list[str] = []
    for kind, words in phrases:
        if kind == "address":
            expressions.append(_address(words))
        elif kind == "common":
            expressions += _orders(words, as_names=True)
        else:
            expressions += [*_orders(words), *_with_initial(words)]
    return apart(expressions)


def probe_of(phrases: Iterable[NamePhrase], field: str) -> Q:
    """The rows whose ``field`` may have one of ``phrases``: all its words, or an initial."""
    condition = Q(pk__in=[])
    for kind, words in phrases:
        first, *others = [words] if kind == "address" else words.split()
        likely = Q(pk__isnull=False) & _has(field, first[0] if others else first)
        for word in others:
            likely &= _has(field, word)
        condition |= likely
    return condition


def is_name(words: str) -> bool:
    """Whether ``words`` are enough to be looked for as a name."""
    return MIN_WORDS <= len(words.split()) <= MAX_WORDS


def unescaped(name: str) -> str:
    """A name as it stands in Markdown, folded, without what keeps it from being markup."""
    return fold(re.sub(r"\\(.)", r"\1", name))


def _has(field: str, word: str) -> Q:
    """SQLite knows the case of ASCII letters only."""
    return Q(*((f"{field}__icontains", run) for run in _ASCII.findall(word)))


def _orders(name: str, as_names: bool = False) -> Iterator[str]:
    """The expressions of a name from its first word on, and from each other one on."""
    words = name.split()
    if as_names and not all(word[0].isupper() for word in words):
        return
    for first in range(len(words)):
        ordered = words[first:] + words[:first]
        if as_names:
            yield _in_order(ordered)
            yield _in_order([word.upper() for word in ordered])
        else:
            yield f"(?i:{_in_order(ordered)})"


def _with_initial(name: str) -> Iterator[str]:
    """« F. Rigollet » and « Rigollet F. » of *Fanny Rigollet*."""
    first, *others = name.split()
    yield rf"(?i:{_initial(first)}\s*{_in_order(others)})"
    yield rf"(?i:{_in_order(others)},?\s+{_initial(first)})"


def _address(address: str) -> str:
    return f"(?i:{re.escape(address)})"


def _initial(word: str) -> str:
    return r"\.?-?".join(re.escape(part[0]) for part in word.split("-") if part) + r"\."


def _in_order(words: Iterable[str]) -> str:
    return r",?\s+".join("".join(_FOR_ONE.get(c) or re.escape(c) for c in it) for it in words)
