"""Amounts in base units as people read them: three significant figures, in a usual unit."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

from forum.library.sheets.quantities.typed_numbers import spelled

#: For each symbol the greater ones, and how many of it one is.
_GREATER = {
    "kWh": ((Decimal(10) ** 6, "GWh"), (Decimal(1000), "MWh")),
    "kW": ((Decimal(1000), "MW"),),
    "€": ((Decimal(10) ** 6, "M€"), (Decimal(1000), "k€")),
    "m": ((Decimal(1000), "km"),),
    "m²": ((Decimal(10_000), "ha"),),
}


def amount_text(amount: Decimal, symbol: str) -> str:
    """``amount`` of ``symbol`` in words: « 1,23 M€ » for 1,234,567 of « € »."""
    factor, shown = unit_for(amount, symbol)
    number = rounded(amount / factor)
    return f"{spelled(number, english=get_language() == 'en')}\u00a0{shown}".rstrip("\u00a0")


def unit_for(amount: Decimal, symbol: str) -> tuple[Decimal, str]:
    """The unit in which ``amount`` of ``symbol`` is shown: its factor and its symbol."""
    for factor, greater in _GREATER.get(symbol, ()):
        if abs(amount) >= factor:
            return factor, greater
    return Decimal(1), symbol


def rounded(number: Decimal) -> Decimal:
    """``number`` to three significant figures; whole from a hundred on."""
    if not number or abs(number) >= 100:
        return number.quantize(Decimal(1))
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 2))
