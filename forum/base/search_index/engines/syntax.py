"""What is to be found, in the words of an engine: one writer for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from forum.base.search_index.terms import Alternative, Clause, Expression, Phrase, shortest


class Syntax(NamedTuple):
    """How an engine joins two conditions, and writes a stem, a beginning and a phrase."""

    both: str
    either: str
    without: str
    stem: Callable[[str], str]
    beginning: Callable[[str], str]
    phrase: Callable[[Phrase], str]


def conditions(expression: Expression, syntax: Syntax) -> list[str]:
    """What finds ``expression``, in ``syntax``: conditions all of which hold."""
    if expression.sets:
        sets = ([_clause(clause, syntax) for clause in some] for some in expression.sets)
        clauses = [_joined([_joined(some, syntax.both) for some in sets], syntax.either)]
    else:
        clauses = [_clause(clause, syntax) for clause in expression.clauses]
        if expression.required is not None:
            clauses = [_at_least(expression.required, clauses, syntax)]
    if expression.excluded:
        excluded = [_clause(clause, syntax) for clause in expression.excluded]
        clauses[0] = f"({clauses[0]}{syntax.without}{_joined(excluded, syntax.either)})"
    return clauses


def _at_least(number: int, clauses: Sequence[str], syntax: Syntax) -> str:
    """The condition that ``number`` of ``clauses`` hold: some in one half, others in the other.

    For five of ten that is a tenth of what all combinations are, and of their work.
    """
    if number == len(clauses):
        return _joined(clauses, syntax.both)
    if number == 1:
        return _joined(clauses, syntax.either)
    middle = len(clauses) // 2
    left, right = clauses[:middle], clauses[middle:]
    ways = []
    for first in range(max(0, number - len(right)), min(number, len(left)) + 1):
        parts = [(first, left), (number - first, right)]
        terms = [_at_least(some, half, syntax) for some, half in parts if some]
        ways.append(_joined(terms, syntax.both))
    return _joined(ways, syntax.either)


def _clause(clause: Clause, syntax: Syntax) -> str:
    return _joined([_alternative(it, syntax) for it in shortest(clause)], syntax.either)


def _alternative(alternative: Alternative, syntax: Syntax) -> str:
    if phrases := alternative.phrases:
        return _joined([syntax.phrase(phrase) for phrase in phrases], syntax.either)
    words = []
    for term in alternative.terms:
        forms = [syntax.stem(form) for form in term.forms]
        forms += [syntax.beginning(term.prefix)] if term.prefix else []
        words.append(_joined(forms, syntax.either))
    return _joined(words, syntax.both)


def _joined(parts: Sequence[str], between: str) -> str:
    return parts[0] if len(parts) == 1 else f"({between.join(parts)})"
