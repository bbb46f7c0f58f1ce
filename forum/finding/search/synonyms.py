"""Terms that mean the same: a search for one finds the others too.

A term that animators have put in a group of their own means what they say, whatever group of
the reference data has it.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    Q,
    QuerySet,
    StringAgg,
    Subquery,
    Value,
)

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import fold
from forum.base.search_index import analysis
from forum.base.search_index.models import SynonymGroup
from forum.base.search_index.terms import (
    Alternative,
    Clause,
    Expression,
    is_phrase,
    phrase_clause,
)

#: A term as the index knows it, whatever its accents and endings.
type Key = tuple[str, ...]
#: Words of a term, and parts of a query that are looked at together.
MAX_WORDS = 5
#: Synonyms of a whole query, and of a part of it at least: the first of their groups.
MAX_SYNONYMS, _MIN_SYNONYMS = 24, 2
#: Letters of a word that corrects another.
_MIN_LETTERS = 6
#: How much a synonym counts beside what was typed.
WEIGHT = 0.8
#: By each term, all alternatives of its groups.
type Synonyms = dict[Key, list[Alternative]]


def read_synonyms() -> Synonyms:
    """All that animators keep: one query, for whoever reads many expressions."""
    return synonyms_of(GROUPS.rows())


def synonyms_of(rows: Iterable[SynonymGroup]) -> Synonyms:
    """The same of ``rows``, which are those of ``GROUPS``."""
    lines = [(row.own_lines or "", row.reference_lines or "") for row in rows]
    return _groups(*(lines[0] if lines else ("", "")), analysis.FORMER_STEMS)


def shipped_words_of(rows: Iterable[SynonymGroup]) -> tuple[str, ...]:
    """The words that are a term each of the reference data, of those ``rows``."""
    return _shipped_words("\n".join(row.reference_lines or "" for row in rows))


@lru_cache(4)
def _shipped_words(lines: str) -> tuple[str, ...]:
    terms = (term.strip() for line in lines.splitlines() for term in line.split(","))
    return tuple(sorted({fold(it) for it in terms if len(it) >= _MIN_LETTERS and it.isalpha()}))


def with_synonyms(
    expression: Expression, synonyms: Synonyms | None = None, longest: int = MAX_WORDS
) -> Expression:
    """``expression``, each of whose terms may also be found by what means the same.

    Several words that are a term together, ``longest`` at most, are found together, in any
    order, or by its synonyms.
    """
    groups = read_synonyms() if synonyms is None else synonyms
    if not groups:
        return expression
    clauses: list[Clause] = []
    rest = expression.clauses
    most = max(_MIN_SYNONYMS, MAX_SYNONYMS // max(1, len(rest)))
    while rest:
        length, others = _longest_term(rest[:longest], groups)
        typed = rest[0]
        if length > 1:
            terms = tuple(term for clause in rest[:length] for term in clause[0].terms)
            typed = (Alternative(terms, is_ordered=False),)
        clauses.append((*typed, *others[:most]))
        rest = rest[length:]
    return expression._replace(clauses=tuple(clauses))


def _longest_term(
    clauses: tuple[Clause, ...], groups: Synonyms
) -> tuple[int, list[Alternative]]:
    """How many ``clauses``, from the first, are a term, and its synonyms; else 1 and none."""
    for length in range(min(MAX_WORDS, len(clauses)), 0, -1):
        head = clauses[:length]
        if length > 1 and any(map(is_phrase, head)):
            continue  # Words in quotes are no part of a longer term.
        key = tuple(term.folded_stem for clause in head for term in clause[0].terms)
        if key in groups:
            return length, [it for it in groups[key] if _key(it) != key]
    return 1, []


def key_of(term: str) -> Key:
    """What ``term`` is to searches; nothing where they leave all of it out."""
    alternatives = phrase_clause(term)
    return _key(alternatives[0]) if alternatives else ()


@lru_cache(4)
def _groups(own_lines: str, reference_lines: str, _stems: object) -> Synonyms:
    """The synonyms of these groups, a line each.

    They are cached, since they seldom change, and never altered.
    """
    groups: Synonyms = {}
    own_keys: frozenset[Key] = frozenset()
    for lines in own_lines, reference_lines:
        for line in lines.splitlines():
            written = [it for term in line.split(",") for it in phrase_clause(term)]
            terms = [replace(it, weight=WEIGHT) for it in written if _key(it) not in own_keys]
            for alternative in terms:
                groups.setdefault(_key(alternative), []).extend(terms)
        own_keys = frozenset(groups)
    return groups


def _key(alternative: Alternative) -> Key:
    return tuple(term.folded_stem for term in alternative.terms)


def _in_use() -> QuerySet[SynonymGroup]:
    """One row with all groups, a line each: each search reads them."""
    rows = SynonymGroup.objects.in_use().order_by("pk").only("pk")
    own, reference = _lines(is_own=True), _lines(is_own=False)
    annotations = {"own_lines": own, "reference_lines": reference}
    return rows.annotate(**annotations)[:1]


def _lines(is_own: bool) -> Subquery:
    of_animators = ExpressionWrapper(Q(reference=""), BooleanField())
    groups = SynonymGroup.objects.in_use().order_by().annotate(is_own=of_animators)
    of_one = groups.filter(is_own=is_own).values("is_own")
    lines = StringAgg("terms", Value("\n"), order_by="terms")
    return Subquery(of_one.annotate(lines=lines).values("lines"))


#: One row at most, with ``own_lines`` and ``reference_lines``.
GROUPS: CompiledQuery[SynonymGroup] = CompiledQuery(_in_use)
