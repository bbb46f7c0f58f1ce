"""A quantity, and what was understood of what is typed as one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.library.sheets.quantities.typed_numbers import spelled
from forum.library.sheets.quantities.units import Unit

#: Decimals of an amount in base units.
BASE_STEP = Decimal("0.000001")


@dataclass(frozen=True)
class Quantity:
    """``number`` of ``unit``, as it was typed; ``amount`` is in the base unit.

    ``tax``: "ht", "ttc" or "", as it says. ``is_yearly``: whether it says « par an ».
    """

    number: Decimal
    unit: Unit
    tax: str = ""
    is_yearly: bool = False

    @property
    def amount(self) -> Decimal:
        """In base units, to six decimals."""
        with localcontext(prec=60):
            exact = self.number * self.unit.factor
            return exact.quantize(BASE_STEP, rounding=ROUND_HALF_EVEN)

    @property
    def key(self) -> str:
        """What a form sends back of the reading that was chosen."""
        return f"{self.amount.normalize():f}"

    def __str__(self) -> str:
        number = spelled(self.number, english=get_language() == "en")
        yearly = _("/an") if self.is_yearly else ""
        tax = f" {self.tax.upper()}" if self.tax else ""
        return f"{number}\u00a0{self.unit.symbol}{yearly}{tax}".rstrip("\u00a0")


@dataclass(frozen=True)
class Reading:
    """Either a ``quantity``, or a ``question`` with the ``choices`` that answer it, if any."""

    quantity: Quantity | None = None
    question: str = ""
    choices: tuple[Quantity, ...] = ()

    def answered(self, key: str) -> Reading:
        """The reading once the choice of ``key`` was made; itself where there is none such."""
        chosen = [choice for choice in self.choices if choice.key == key]
        return Reading(chosen[0]) if chosen else self
