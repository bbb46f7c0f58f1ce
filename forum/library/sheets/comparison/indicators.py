"""What sheets are compared by: their figures, and ratios of two of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.library.sheets.figures.figure_kinds import KIND_RULES, FigureKind
from forum.library.sheets.quantities.units import BASE_SYMBOLS, Dimension

#: Kinds that say more by the inhabitant.
_PER_INHABITANT = {
    Dimension.ENERGY, Dimension.POWER, Dimension.MONEY, Dimension.CARBON, Dimension.AREA,
}  # fmt: skip
#: Those of which less is better, for a small project as for a large one.
_PRICES = {Dimension.ENERGY_PRICE, Dimension.MONEY_OF_AREA, Dimension.MONEY_OF_POWER}


class Indicator(NamedTuple):
    """A number that each sheet has or has not, in ``symbol``.

    ``kinds``: the figure that it is, or the two of which it is the first by the second, times
    ``times``. ``is_money``: amounts with and without VAT are not compared with each other.
    ``marks_lowest``: whether less is better whatever the size, as of a price.
    """

    key: str
    label: str | Promise
    symbol: str
    kinds: tuple[str, ...]
    times: Decimal = Decimal(1)
    is_money: bool = False
    may_be_divided: bool = False
    marks_lowest: bool = False

    @property
    def is_ratio(self) -> bool:
        """Whether it is made of two figures."""
        return len(self.kinds) > 1

    def amount(self, amounts: Mapping[str, Decimal]) -> Decimal | None:
        """Its value for a sheet with these ``amounts`` by kind; None where one lacks."""
        value = amounts.get(self.kinds[0])
        if value is None:
            return None
        if self.is_ratio:
            if not (by := amounts.get(self.kinds[1])):
                return None
            value /= by
        return value * self.times


def _of_kind(kind: FigureKind) -> Indicator:
    rule = KIND_RULES[kind]
    return Indicator(
        kind.value, kind.label, BASE_SYMBOLS[rule.dimension], (kind.value,),
        is_money=rule.is_money, may_be_divided=rule.dimension in _PER_INHABITANT,
        marks_lowest=rule.dimension in _PRICES,
    )  # fmt: skip


_RATIOS = (
    Indicator(
        "investment_by_power", _("Investissement par puissance"), "€/kW",
        (FigureKind.INVESTMENT, FigureKind.POWER), is_money=True, marks_lowest=True,
    ),
    Indicator(
        "investment_by_energy", _("Investissement par énergie d’une année"), "€/MWh",
        (FigureKind.INVESTMENT, FigureKind.PRODUCED), Decimal(1000), is_money=True,
        marks_lowest=True,
    ),
    Indicator(
        "aid_share", _("Part des aides dans l’investissement"), "%",
        (FigureKind.AID, FigureKind.INVESTMENT), Decimal(100),
    ),
    Indicator(
        "full_hours", _("Heures à pleine puissance par an"), "h",
        (FigureKind.PRODUCED, FigureKind.POWER),
    ),
    Indicator(
        "consumption_left", _("Consommation qui reste après"), "%",
        (FigureKind.CONSUMED_AFTER, FigureKind.CONSUMED_BEFORE), Decimal(100),
        marks_lowest=True,
    ),
)  # fmt: skip

#: By key: those of figures in the order of their kinds, then the ratios.
INDICATORS: dict[str, Indicator] = {
    indicator.key: indicator for indicator in (*map(_of_kind, FigureKind), *_RATIOS)
}
