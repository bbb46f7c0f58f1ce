"""What in a text looks like an amount of money, an e-mail address or a telephone number.

It is pointed out to authors before all may read what they wrote. Names, and amounts that are
spelled out in words, are not found: pages say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.library.sheets.quantities.unit_words import read_unit
from forum.library.sheets.quantities.units import Dimension

#: Details that are pointed out of one text; who sees as many reads it again as a whole.
MAX_DETAILS = 20
#: Characters of a text that are looked at: more than the longest that can be written.
_MAX_LENGTH = 40_000
#: Characters after a number in which its unit stands.
_UNIT_LENGTH = 24
#: Numbers of a text whose unit is read word by word.
_MAX_READ = 300

# Each has bounded repetitions only, so that a text takes time by its length, whatever it says.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?![\w@-])", re.I
)
_PHONE = re.compile(
    r"(?<![\w+.,/-])(?:(?:\+|00) ?33 ?(?:\(0\) ?)?[1-9]|0[1-9])"
    r"([ ./-]?)[0-9]{2}(?:\1[0-9]{2}){3}(?![\w/-])"
    r"|(?<![\w+])\+[1-9][0-9]{0,2}(?:[ ./()-]{1,2}[0-9]{1,5}){2,6}(?!\w)"
)
_NUMBER = re.compile(r"(?<![\w.,])[0-9](?:[0-9.,']| (?=[0-9])){0,30}")
_CURRENCY_FIRST = re.compile(
    r"(?:€|\$|£|\beur) {0,2}[0-9](?:[0-9.,']| (?=[0-9])){0,30} ?(?:[km]\b|millions?\b)?", re.I
)
#: What makes it worth reading the words after a number.
_MONEY_WORD = re.compile(r"[€$£]|eur|cent|cts?\b|dollar|franc|\b(?:ht|ttc)\b", re.I)
_POWER = r"(?:k|m|md|mds|mille|milliers?|millions?|milliards?)"
_CURRENCY_NEXT = re.compile(
    rf" ?{_POWER}? ?(?:(?:d['e] ?)?(?:€|eur(?:os?)?\b)|[$£]|dollars?\b|francs?\b)"
    r"(?: ?/ ?\w{1,10}| (?:h\.?t|t\.?t\.?c)\b){0,3}",
    re.I,
)
_MONEY = {
    Dimension.MONEY,
    Dimension.ENERGY_PRICE,
    Dimension.MONEY_OF_AREA,
    Dimension.MONEY_OF_POWER,
}


class DetailKind(models.TextChoices):
    """What somebody may not want all to read."""

    MONEY = "money", _("montant")
    EMAIL = "email", _("adresse de courriel")
    PHONE = "phone", _("numéro de téléphone")


class SensitiveDetail(NamedTuple):
    """``words``: what looks like one, as it stands in the text."""

    kind: DetailKind
    words: str


def sensitive_details(*texts: str) -> list[SensitiveDetail]:
    """What is found in ``texts``, each once and in order; ``MAX_DETAILS`` at most."""
    details: dict[SensitiveDetail, None] = {}
    for text in texts:
        for detail in _details_of(text):
            details.setdefault(detail)
            if len(details) >= MAX_DETAILS:
                return list(details)
    return list(details)


def _details_of(text: str) -> Iterator[SensitiveDetail]:
    shown = unicodedata.normalize("NFKC", text[:_MAX_LENGTH])[:_MAX_LENGTH]
    # As long as ``shown``: what is found in one stands at the same place in the other.
    plain = re.sub(r"[^\S\n]", " ", shown.replace("’", "'"))
    spans = [(it.span(), DetailKind.EMAIL) for it in _EMAIL.finditer(plain)]
    spans += [(it.span(), DetailKind.PHONE) for it in _PHONE.finditer(plain)]
    taken = [span for span, _kind in spans]
    spans += [(span, DetailKind.MONEY) for span in _amounts(plain, taken)]
    for (start, end), kind in sorted(spans):
        yield SensitiveDetail(kind, " ".join(shown[start:end].split()).rstrip(" .,'’"))


def _amounts(text: str, taken: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places of the amounts in ``text``, from and to, but in those that are ``taken``."""
    if not _MONEY_WORD.search(text):
        return
    places = {at for start, end in taken for at in range(start, end)}
    for currency in _CURRENCY_FIRST.finditer(text):
        if currency.start() not in places:
            places |= set(range(*currency.span()))
            yield currency.span()
    read = 0
    for number in _NUMBER.finditer(text):
        if number.start() in places:
            continue
        end = number.start() + len(number[0].rstrip(" .,'"))
        after = text[end : end + _UNIT_LENGTH].partition("\n")[0]
        if unit := _CURRENCY_NEXT.match(after):
            yield number.start(), end + unit.end()
        elif read < _MAX_READ and _MONEY_WORD.search(after):
            read += 1
            if length := _length_of_money(after):
                yield number.start(), end + length


def _length_of_money(after: str) -> int:
    """How many characters of ``after`` name a unit of money or a tax, at its beginning."""
    for count in (1, 2, 3, 4):
        words = re.match(rf" ?(?:[^ ]+ ?){{{count}}}", after)
        if words is None:
            return 0
        parsed = read_unit(words[0].strip().rstrip(".,;:!?)»"))
        if (parsed.unit and parsed.unit.dimension in _MONEY) or (
            parsed.tax and not parsed.unit
        ):
            return len(words[0].rstrip(" .,;:!?)»"))
    return 0
