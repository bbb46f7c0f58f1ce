"""The words after a number: its unit, the year it counts by, its tax, and what is left."""

from __future__ import annotations

import re
from decimal import Decimal
from re import Match, Pattern
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.base.text import fold
from forum.library.sheets.quantities.units import NamedUnit, Unit, divided, key_of, unit_of

#: Names of taxes, folded, and as they are stored.
_TAXES = {
    "ht": "ht", "htva": "ht", "hors taxe": "ht", "hors taxes": "ht", "hors tva": "ht",
    "excl vat": "ht", "excluding vat": "ht", "ex vat": "ht", "before tax": "ht",
    "ttc": "ttc", "toutes taxes": "ttc", "toutes taxes comprises": "ttc", "tva comprise": "ttc",
    "incl vat": "ttc", "including vat": "ttc", "inc vat": "ttc",
}  # fmt: skip
_TAX = re.compile(
    rf"(?<![a-z])({'|'.join(sorted(map(re.escape, _TAXES), key=len, reverse=True))})(?![a-z])"
)
_SPACED_TAX = re.compile(r"\b(?:h\.t|t\.t\.c)\b\.?", re.IGNORECASE)
_YEAR = re.compile(
    r"(?:/ ?|\bpar |\bper )(?:an|annee|year|yr|a|y)(?![a-z])"
    r"|(?<![a-z])(?:annuels?|annuelles?|yearly|annual|annually|p ?a)(?![a-z])"
)
_MONTH = re.compile(r"(?:/ ?|\bpar |\bper )(?:mois|month)(?![a-z])")
#: Words that change nothing to a quantity.
_SILENT = frozenset([
    "de", "d'", "du", "des", "en", "of", "pci", "ef", "lhv", "final", "finale", "finals",
    "utile", "utiles", "livres", "livree", "electrique", "electriques", "electricite",
    "chaleur", "thermique", "thermiques", "elec", "avoided", "evite", "evites", "evitee",
    "evitees", "saved", "economise", "economises", "produit", "produits", "produite",
    "produites", "produced", "cree", "crees", "creees", "created", "directs", "installe",
    "installes", "installee", "equipe", "equipes",
])  # fmt: skip
_OTHER_MONEY = re.compile(r"[$£]|\b(?:dollars?|usd|chf|francs?|pounds?|gbp)\b")
#: Words for powers of ten that come before a unit.
_POWERS = {"mille": 3, "millier": 3, "milliers": 3, "thousand": 3, "million": 6, "millions": 6,
           "milliard": 9, "milliards": 9}  # fmt: skip


class ParsedUnit(NamedTuple):
    """What stands after a number. ``times``: a power of ten that is written in words.

    ``ignored``: words that we do not read. ``refusal``: why it is to be typed otherwise.
    """

    unit: Unit | None = None
    times: Decimal = Decimal(1)
    tax: str = ""
    is_yearly: bool = False
    is_doubtful: bool = False
    ignored: str = ""
    refusal: str = ""


def read_unit(words: str) -> ParsedUnit:
    """The unit that ``words`` say, and what else; without a unit where they name none."""
    if words.strip("./ ") == "" and len(words) > 1:
        return ParsedUnit(ignored=words)
    text = _SPACED_TAX.sub(_without_dots, re.sub(r"[()]", " ", words)).replace("·", ".")
    text = re.sub(r"\.(?=an\b|year\b)", "/", text).replace(".", " ")
    text = " ".join(text.split())
    folded = _same_length_fold(text)
    if re.search(r"\bbillions?\b", folded):
        return ParsedUnit(refusal=_("« Billion » a deux sens : écrivez milliards ou millions."))
    if _OTHER_MONEY.search(folded):
        return ParsedUnit(refusal=_("Les montants sont en euros."))
    if _MONTH.search(folded):
        return ParsedUnit(refusal=_("Comptez-le par an plutôt que par mois."))
    text, tax = _taken(text, _TAX)
    text, year = _taken(text, _YEAR)
    parsed = ParsedUnit(tax=_TAXES.get(tax.strip(), ""), is_yearly=bool(year))
    return _with_unit(parsed, text)


def _with_unit(parsed: ParsedUnit, text: str) -> ParsedUnit:
    """``parsed`` with the unit of ``text``, and the words after it that are none."""
    text = re.sub(r"\b(?:par|per)\b", "/", text)
    parts = [_tokens(part) for part in text.split("/")]
    if not any(parts):
        return parsed._replace(ignored=" ".join(text.split()))
    power = 0
    if parts[0] and (power := _POWERS.get(fold(parts[0][0]), 0)):
        if len(parts[0]) == 1 and len(parts) == 1 and power < 6:
            return parsed._replace(times=Decimal(10) ** power)
        parts[0] = parts[0][1:] or ["€"]
    units, rest = [], []
    for number, part in enumerate(parts):
        known, after = _longest(part)
        if known is None and number == 0:
            return parsed._replace(ignored=" ".join(text.split()))
        if known is None:
            rest += ["/", *part]
            continue
        units.append(known)
        rest += after
    unit = units[0].unit
    for divisor in units[1:]:
        if (quotient := divided(unit, divisor.unit)) is None:
            return parsed._replace(ignored=" ".join(text.split()))
        unit = quotient
    parsed = parsed._replace(unit=unit, is_doubtful=any(it.is_doubtful for it in units))
    return parsed._replace(times=Decimal(10) ** power, ignored=" ".join(rest))


def _longest(tokens: list[str]) -> tuple[NamedUnit | None, list[str]]:
    """The unit of as many of the first ``tokens`` as name one, and the others."""
    for length in range(len(tokens), 0, -1):
        if known := unit_of("".join(tokens[:length])):
            rest = [it for it in tokens[length:] if fold(it) not in _SILENT]
            return known, rest
    return None, tokens


def _tokens(part: str) -> list[str]:
    """The words of ``part``, without those that say nothing before the unit is named."""
    words = re.sub(r"\bd'", "", part).split()
    return [word for word in words if fold(word) not in {"de", "d'", "du", "des", "en", "of"}]


def _taken(text: str, pattern: Pattern[str]) -> tuple[str, str]:
    """``text`` without what ``pattern`` finds first in it folded, and that."""
    if (match := pattern.search(_same_length_fold(text))) is None:
        return text, ""
    return text[: match.start()] + " " + text[match.end() :], match[0]


def _same_length_fold(text: str) -> str:
    """``text`` in lower case and without accents, each character in its place."""
    return "".join(key_of(c.lower())[:1] or " " for c in text)


def _without_dots(match: Match[str]) -> str:
    return match[0].replace(".", "")
