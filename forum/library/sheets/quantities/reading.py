"""What is typed as a quantity: read, or asked about in words, with what may be meant.

``read_quantity`` never guesses. What it is not sure of it asks about, with the readings from
which one chooses; what it cannot read at all it asks to be typed otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from re import Pattern
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.library.sheets.quantities import unit_words
from forum.library.sheets.quantities.quantity import Quantity, Reading
from forum.library.sheets.quantities.typed_numbers import read_number, spelled
from forum.library.sheets.quantities.units import BASE_SYMBOLS, Dimension, Unit, unit_of

if TYPE_CHECKING:
    from forum.library.sheets.quantities.unit_words import ParsedUnit


#: Characters of a quantity as it is typed; more are not looked at.
MAX_LENGTH = 60
#: A base value has fewer digits than this before its decimal mark.
MAX_DIGITS = 16

_NUMBER = re.compile(r"[0-9](?:[0-9.,']| (?=[0-9]))*")
_ROUGHLY = re.compile(r"(?:environ|env\.?|about|around|approx\.?|circa|ca\.?|pres de|~|≈)\s*")
_BOUND = re.compile(
    r"(?:plus de|moins de|au moins|au plus|au maximum|jusqu'a|more than|less than|at least"
    r"|at most|up to|over|under|max\.?|mini?\.?|>=?|<=?|≥|≤)\s*"
)
_FROM = re.compile(r"(?:entre|between|from|de)\s+(?=[0-9])")
_TO = re.compile(r"(?:-|–|—|(?:à|a|to|et|and)\b)\s*(?=[0-9])", re.IGNORECASE)
_CURRENCY_FIRST = re.compile(r"(€|eur(?![a-z])|[$£])\s*(?=[0-9])", re.IGNORECASE)
#: What is asked for without a unit, and the symbols that are offered.
_LIKELY_UNITS = {
    Dimension.ENERGY: ("kWh", "MWh", "GWh"),
    Dimension.POWER: ("kW", "MW"),
    Dimension.MONEY: ("€", "k€", "M€"),
    Dimension.CARBON: ("t CO₂e", "kg CO₂e"),
    Dimension.AREA: ("m²", "ha"),
    Dimension.LENGTH: ("m", "km"),
    Dimension.DURATION: ("mois", "ans"),
    Dimension.ENERGY_PRICE: ("€/MWh", "c€/kWh"),
    Dimension.JOBS: ("ETP",),
    Dimension.SHARE: ("%",),
}


def read_quantity(typed: str, dimension: Dimension, *, is_yearly: bool = False) -> Reading:
    """What ``typed`` means as a quantity of ``dimension``; asked about where it is not sure.

    ``is_yearly``: whether it counts by the year, so that « par an » may be said or not.
    """
    if len(typed) > MAX_LENGTH:
        return _otherwise(_("C’est trop long : un nombre et son unité, le reste dans la note."))
    if any(unicodedata.category(c)[0] == "C" and c not in "\t\n\r" for c in typed):
        return _otherwise(_("Il y a là des caractères invisibles : tapez-le à nouveau."))
    text = _plain(typed)
    if not re.search("[0-9]", text):
        return _otherwise(_("Il manque un nombre, en chiffres de 0 à 9."))
    currency = _CURRENCY_FIRST.match(text)
    if currency:
        text = text[currency.end() :]
    text, bound = _without(_BOUND, _without(_ROUGHLY, text)[0])
    text, __ = _without(_FROM, _without(_ROUGHLY, text)[0])
    is_negative = text.startswith(("-", "−"))
    text = text.lstrip("+-− ")
    number = _NUMBER.match(text)
    if number is None:
        return _otherwise(_("Commencez par le nombre, puis l’unité : « 1 200 MWh »."))
    digits = number[0].rstrip(" .,'")
    rest = text[len(digits) :].strip()
    if currency:
        rest = _with_currency(rest, currency[1])
    reading = _read(typed, digits, rest, dimension, is_yearly)
    if reading.quantity and (bound or is_negative):
        words = _("« %(typed)s » : un seul nombre se compare. Est-ce celui-ci ?")
        return Reading(None, words % {"typed": typed.strip()}, (reading.quantity,))
    return reading


def _read(typed: str, digits: str, rest: str, dimension: Dimension, is_yearly: bool) -> Reading:
    """The reading of a number of ``digits``, and ``rest`` after it."""
    if to := _TO.match(rest):
        return _range(typed, digits, rest[to.end() :], dimension, is_yearly)
    if re.match(r"[eE^*x×/]", rest) and re.match(r"[eE^*x×/]+ ?[-+]?[0-9]", rest):
        return _otherwise(_("Écrivez le nombre en entier, sans puissance ni fraction."))
    if (values := read_number(digits)) is None:
        words = _("« %(digits)s » : nous ne lisons pas ce nombre. Écrivez-le « 1 234,5 ».")
        return _otherwise(words % {"digits": digits})
    return _in_unit(typed.strip(), values.values, rest, dimension, is_yearly)


def _in_unit(
    typed: str, values: tuple[Decimal, ...], rest: str, dimension: Dimension, is_yearly: bool
) -> Reading:
    """The reading of ``values``, one or two, in the unit that ``rest`` says."""
    is_short = dimension == Dimension.MONEY and rest in {"k", "K", "M"}
    parsed = unit_words.read_unit(f"{rest}€" if is_short else rest)
    if parsed.refusal:
        return _otherwise(parsed.refusal)
    if parsed.unit is None and not parsed.ignored:
        return _without_unit(values, dimension, parsed)
    unit = parsed.unit
    if unit is None:
        if dimension != Dimension.COUNT:
            return _otherwise(_unknown(parsed.ignored, dimension))
        unit = _dwellings()
        parsed = parsed._replace(unit=unit)
    if unit.dimension != dimension:
        return _other_dimension(values, parsed, dimension)
    choices = _quantities(values, unit, parsed)
    if parsed.is_yearly and not is_yearly:
        words = _("« %(typed)s » : on demande ici un total, et non par an. Est-ce bien cela ?")
        choices = tuple(replace(quantity, is_yearly=False) for quantity in choices)
        return _asked(words % {"typed": typed}, choices)
    if len(choices) > 1:
        first, second = (
            spelled(it.number, english=get_language() == "en") for it in choices[:2]
        )
        words = _("%(typed)s : %(one)s ou %(other)s ?")
        return _asked(words % {"typed": typed, "one": first, "other": second}, choices)
    return _single_reading(typed, parsed, choices)


def _single_reading(typed: str, parsed: ParsedUnit, choices: tuple[Quantity, ...]) -> Reading:
    """The reading of one quantity, asked about where its unit leaves a doubt."""
    shown = {"typed": typed, "read": str(choices[0]), "words": parsed.ignored}
    if parsed.ignored:
        words = _("Nous lisons %(read)s ; « %(words)s » a sa place dans la note. Est-ce bien "
                  "cela ?")  # fmt: skip
        return _asked(words % shown, choices)
    if parsed.is_doubtful:
        return _asked(_("%(typed)s : voulez-vous dire %(read)s ?") % shown, choices)
    unit = parsed.unit
    if unit and unit.doubt:
        base = BASE_SYMBOLS[unit.dimension]
        amount = spelled(choices[0].amount, english=get_language() == "en")
        shown |= {"doubt": str(unit.doubt), "base": f"{amount}\u00a0{base}".rstrip()}
        words = _("%(read)s : comptés pour %(base)s, car %(doubt)s. Est-ce bien cela ?")
        return _asked(words % shown, choices)
    return _asked("", choices)


def _without_unit(
    values: tuple[Decimal, ...], dimension: Dimension, parsed: ParsedUnit
) -> Reading:
    """The reading of a bare number."""
    if dimension == Dimension.COUNT:
        return _bare_count(values, parsed)
    if dimension == Dimension.SHARE and values[0] < 1 and len(values) == 1 and values[0]:
        values = (values[0], values[0] * 100)
    symbols = _LIKELY_UNITS.get(dimension, (BASE_SYMBOLS[dimension],))
    units = [unit for it in symbols if (unit := unit_words.read_unit(it).unit)]
    choices = tuple(q for it in units for q in _quantities(values, it, parsed))
    if len(choices) == 1:
        return _asked("", choices)
    return _asked(_("Il manque l’unité. Laquelle est-ce ?"), choices)


def _dwellings() -> Unit:
    named = unit_of("logements")
    assert named is not None
    return named.unit


def _bare_count(values: tuple[Decimal, ...], parsed: ParsedUnit) -> Reading:
    choices = _quantities(values, _dwellings(), parsed)
    if len(choices) == 1:
        return _asked("", choices)
    return _asked(_("Est-ce l’un de ces nombres ?"), choices)


def _range(
    typed: str, digits: str, rest: str, dimension: Dimension, is_yearly: bool
) -> Reading:
    """Ask which number of a range is meant: an end of it, or its middle."""
    until = _NUMBER.match(rest)
    assert until is not None  # It is a range, as there is a number after it.
    low, high = read_number(digits), read_number(until[0].rstrip(" .,'"))
    if not (low and high) or low.values[0] >= high.values[0]:
        return _otherwise(_("Écrivez un seul nombre et son unité ; le reste dans la note."))
    middle = (low.values[0] + high.values[0]) / 2
    after = rest[len(until[0].rstrip(" .,'")) :].strip()
    readings = [
        _in_unit(typed.strip(), (value,), after, dimension, is_yearly)
        for value in (low.values[0], middle, high.values[0])
    ]
    choices = tuple(
        q for reading in readings for q in (reading.choices or (reading.quantity,)) if q
    )
    if not choices:
        return readings[0]
    words = _("« %(typed)s » : un seul nombre se compare. Lequel retenir ?")
    return Reading(None, words % {"typed": typed.strip()}, choices)


def _other_dimension(
    values: tuple[Decimal, ...], parsed: ParsedUnit, dimension: Dimension
) -> Reading:
    assert parsed.unit is not None
    shown = {"unit": parsed.unit.symbol, "wanted": Dimension(dimension).label}
    if len(values) == 1:
        shown["unit"] = str(_quantities(values, parsed.unit, parsed)[0])
    words = _("%(unit)s : on demande ici %(wanted)s. Changez l’unité, ou la nature du chiffre.")
    return _otherwise(words % shown)


def _unknown(words: str, dimension: Dimension) -> str:
    shown = {"words": words, "unit": BASE_SYMBOLS[dimension]}
    return _("« %(words)s » : nous ne connaissons pas cette unité. Par exemple : "
             "%(unit)s.") % shown  # fmt: skip


def _quantities(
    values: tuple[Decimal, ...], unit: Unit, parsed: ParsedUnit
) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(value * parsed.times, unit, parsed.tax, parsed.is_yearly) for value in values
    )


def _asked(question: str, choices: tuple[Quantity, ...]) -> Reading:
    """A reading of ``choices``: without a ``question`` the only one is the quantity."""
    if any(quantity.amount >= Decimal(10) ** MAX_DIGITS for quantity in choices):
        return _otherwise(_("Ce nombre est trop grand pour être juste. Vérifiez l’unité."))
    return Reading(None, question, choices) if question else Reading(choices[0])


def _otherwise(question: str) -> Reading:
    return Reading(None, question)


def _plain(typed: str) -> str:
    """``typed`` with ASCII digits, single spaces, straight apostrophes; its case stays."""
    text = unicodedata.normalize("NFKC", typed).replace("’", "'").replace("‘", "'")
    return " ".join(text.split())[: 4 * MAX_LENGTH]


def _without(pattern: Pattern[str], text: str) -> tuple[str, bool]:
    """``text`` without what ``pattern`` finds at its beginning, and whether it was there."""
    folded = text.lower().replace("è", "e").replace("à", "a")
    match = pattern.match(folded)
    return (text[match.end() :], True) if match else (text, False)


def _with_currency(rest: str, currency: str) -> str:
    """``rest`` of « €450k », as one writes it after the number."""
    first, _space, after = rest.partition(" ")
    if first.lower() in {"k", "m", "thousand", "million", "millions", "bn", "billion"}:
        return (
            f"{first}{currency} {after}" if len(first) == 1 else f"{first} {currency} {after}"
        )
    return f"{currency} {rest}"
