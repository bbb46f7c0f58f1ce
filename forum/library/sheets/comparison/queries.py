"""The sheets that are compared, with their figures: those that the viewer sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.base.parsing import parse_natural_number
from accounts.viewers.viewers import Viewer
from forum.library.sheets.comparison.filters import PER_INHABITANT, ComparisonFilters
from forum.library.sheets.comparison.indicators import INDICATORS, Indicator
from forum.library.sheets.comparison.plot import Plot, plot_of
from forum.library.sheets.comparison.spread import Spread, spread_of
from forum.library.sheets.figures.figure_kinds import Tax
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.quantities.amounts import amount_text
from forum.library.sheets.selection import selected_sheets

#: The newest sheets that are compared; those that a plot draws, and that stand side by side.
MAX_SHEETS, MAX_POINTS, MAX_BESIDE = 500, 60, 4


class ComparedFigure(NamedTuple):
    """What is compared of a ``SheetFigure``."""

    amount: Decimal | None
    tax: str
    typed: str


@dataclass
class ComparedSheet:
    """The first of a sheet's figures of each kind, and the population of its territory."""

    pk: int
    population: int | None
    figures: dict[str, ComparedFigure | SheetFigure] = field(default_factory=dict)

    @cached_property
    def _amounts(self) -> dict[str, Decimal]:
        return {kind: figure.amount for kind, figure in self.figures.items() if figure.amount}

    def amount(self, indicator: Indicator, per: str = "") -> Decimal | None:
        """What it has for ``indicator``, by the inhabitant if so; None where it says none."""
        value = indicator.amount(self._amounts)
        if value is None or per != PER_INHABITANT or not indicator.may_be_divided:
            return value
        return value / self.population if self.population else None

    def tax(self, indicator: Indicator) -> str:
        """« ht » or « ttc », where that tells its amounts from others; else ""."""
        taxes = {self.figures[kind].tax for kind in indicator.kinds if kind in self.figures}
        return next((it for it in (Tax.INCLUDED, Tax.EXCLUDED) if it in taxes), "")

    def lacks_population(self, indicator: Indicator, per: str = "") -> bool:
        """Whether its amount is not divided as nobody knows by how many inhabitants."""
        amount = self.amount(indicator)
        return amount is not None and self.amount(indicator, per) is None

    def words(self, indicator: Indicator, per: str = "") -> str:
        """Its value in words: as typed, or as computed, or why it is not."""
        if self.lacks_population(indicator, per):
            return _("habitants inconnus")
        is_divided = per == PER_INHABITANT and indicator.may_be_divided
        if not indicator.is_ratio and not is_divided:
            figure = self.figures.get(indicator.key)
            return figure.typed if figure else ""
        value = self.amount(indicator, per)
        return "" if value is None else amount_text(value, symbol_of(indicator, per))


@dataclass
class ShownSheet(ComparedSheet):
    """The same, with the sheet and all that its figures say."""

    sheet: ExperienceSheet = field(kw_only=True)

    def scope(self, indicator: Indicator) -> tuple[str, ...]:
        """The tax and the energies of its figures: a price with others is another one."""
        figures = [self.figures.get(kind) for kind in indicator.kinds]
        return (self.tax(indicator), *(getattr(it, "vector", "") for it in figures))


class PlottedSheet(NamedTuple):
    """A line of the table beside a plot: its number there, and what it says."""

    number: int
    sheet: ExperienceSheet
    x: str
    y: str
    tax: str


class IndicatorSpread(NamedTuple):
    """The median of an indicator, in words; ``left_out``: sheets with the other tax."""

    indicator: Indicator
    count: int  # type: ignore[assignment]
    low: str
    median: str
    high: str
    left_out: int


class Comparison(NamedTuple):
    """What the page of figures shows. ``is_whole``: whether all sheets are in it.

    ``uncounted``: the sheets that say no population, of figures by the inhabitant.
    """

    count: int  # type: ignore[assignment]
    is_whole: bool
    plot: Plot | None
    plotted: list[PlottedSheet]
    more: int
    spreads: list[IndicatorSpread]
    uncounted: int

    @property
    def drawable(self) -> int:
        """How many sheets say both figures."""
        return len(self.plotted) + self.more


def comparison_of(viewer: Viewer, filters: ComparisonFilters) -> Comparison:
    """The sheets that ``viewer`` sees and ``filters`` ask for, compared. Three queries.

    Of hundreds only what is compared is read; of those that a plot draws, what a line shows.
    """
    compared = _compared(viewer, selected_sheets(filters))
    sheets = compared[:MAX_SHEETS]
    plotted, pairs, more = _plotted(viewer, sheets, filters)
    x, y = INDICATORS[filters.x], INDICATORS[filters.y]
    return Comparison(
        len(sheets), len(compared) <= MAX_SHEETS,
        plot_of(pairs, symbol_of(x, filters.per), symbol_of(y, filters.per)),
        plotted, more, _spreads(sheets, filters),
        sum(not sheet.population for sheet in sheets) if filters.per else 0,
    )  # fmt: skip


def sheets_beside(viewer: Viewer, ids: Sequence[str]) -> list[ShownSheet]:
    """Those of the sheets ``ids``, of their threads, that ``viewer`` sees, in order."""
    pks = [pk for pk in map(parse_natural_number, ids[:20]) if pk]
    pks = list(dict.fromkeys(pks))[:MAX_BESIDE]
    sheets = ExperienceSheet.objects.published_to(viewer).filter(thread__in=pks)
    sheets_by_thread = {
        sheet.thread_id: ShownSheet(sheet.pk, sheet.population, sheet=sheet)
        for sheet in sheets.with_display_fields().prefetch_related("figures")
    }
    for shown in sheets_by_thread.values():
        for figure in shown.sheet.figures.all():
            shown.figures.setdefault(figure.kind, figure)
    return [sheets_by_thread[pk] for pk in pks if pk in sheets_by_thread]


def sheets_like(viewer: Viewer, beside: Sequence[ShownSheet]) -> list[ExperienceSheet]:
    """Other sheets on the topic of the first, the newest; of none, the newest of all."""
    sheets = ExperienceSheet.objects.published_to(viewer)
    if beside:
        thread = beside[0].sheet.thread
        assert thread is not None
        sheets = sheets.filter(thread__topic=thread.topic_id)
        sheets = sheets.exclude(pk__in=[shown.sheet.pk for shown in beside])
    return list(sheets.with_display_fields().newest_first()[:12])


def lowest(beside: Sequence[ShownSheet], indicator: Indicator) -> set[int]:
    """The ids of those of the sheets ``beside`` with the lowest price, where it is one.

    None where taxes or energies differ, or where all have the same.
    """
    if not indicator.marks_lowest:
        return set()
    amounts, scopes = {}, set()
    for shown in beside:
        if (amount := shown.amount(indicator)) is not None:
            amounts[shown.pk] = amount
            scopes.add(shown.scope(indicator))
    if len(scopes) != 1 or len(set(amounts.values())) == 1:
        return set()
    least = min(amounts.values())
    return {pk for pk, amount in amounts.items() if amount == least}


def symbol_of(indicator: Indicator, per: str = "") -> str:
    """The symbol of its values, by the inhabitant if so."""
    is_divided = per == PER_INHABITANT and indicator.may_be_divided
    return f"{indicator.symbol}/hab." if is_divided else indicator.symbol


def _compared(viewer: Viewer, condition: Q) -> list[ComparedSheet]:
    """The newest of them, one more than are compared."""
    sheets = ExperienceSheet.objects.published_to(viewer).filter(condition).newest_first()
    rows = sheets.values_list("pk", "population")[: MAX_SHEETS + 1]
    compared = {pk: ComparedSheet(pk, population) for pk, population in rows}
    figures = SheetFigure.objects.filter(sheet__in=compared).order_by("sheet", "position", "pk")
    columns = "sheet", "kind", "amount", "tax", "typed"
    for pk, kind, amount, tax, typed in figures.values_list(*columns):
        compared[pk].figures.setdefault(kind, ComparedFigure(amount, tax, typed))
    return list(compared.values())


def _plotted(
    viewer: Viewer, sheets: list[ComparedSheet], filters: ComparisonFilters
) -> tuple[list[PlottedSheet], list[tuple[int, Decimal, Decimal, bool]], int]:
    """The lines of the table, what is drawn of them, and how many sheets have no place."""
    x, y = INDICATORS[filters.x], INDICATORS[filters.y]
    lines: list[tuple[int, str, str, str]] = []
    pairs: list[tuple[int, Decimal, Decimal, bool]] = []
    more = 0
    for sheet in sheets:
        across, up = sheet.amount(x, filters.per), sheet.amount(y, filters.per)
        if across is None or up is None:
            continue
        if len(lines) == MAX_POINTS:
            more += 1
            continue
        number = len(lines) + 1
        tax = sheet.tax(y) if y.is_money else sheet.tax(x) if x.is_money else ""
        words = sheet.words(x, filters.per), sheet.words(y, filters.per)
        is_said = tax.upper() in " ".join(words).upper()
        lines.append((sheet.pk, *words, "" if is_said else tax))
        pairs.append((number, across, up, tax not in ("", filters.tax)))
    drawn = ExperienceSheet.objects.published_to(viewer).with_display_fields()
    shown = drawn.in_bulk([pk for pk, *_words in lines])
    plotted = [
        PlottedSheet(number, shown[pk], *words)
        for number, (pk, *words) in enumerate(lines, 1)
        if pk in shown
    ]
    return plotted, pairs, more


def _spreads(sheets: list[ComparedSheet], filters: ComparisonFilters) -> list[IndicatorSpread]:
    spreads, having = [], defaultdict(list)
    for sheet in sheets:
        for kind in sheet.figures:
            having[kind].append(sheet)
    for indicator in INDICATORS.values():
        values, left_out = _values(having[indicator.kinds[0]], indicator, filters)
        if spread := spread_of(values):
            spreads.append(spread_in_words(indicator, spread, left_out, filters.per))
    return spreads


def _values(sheets: Any, indicator: Indicator, filters: ComparisonFilters) -> Any:
    values, left_out = [], 0
    for sheet in sheets:
        if (amount := sheet.amount(indicator, filters.per)) is None:
            continue
        if indicator.is_money and sheet.tax(indicator) not in ("", filters.tax):
            left_out += 1
        else:
            values.append(amount)
    return values, left_out


def spread_in_words(
    indicator: Indicator, spread: Spread, left_out: int = 0, per: str = ""
) -> IndicatorSpread:
    """``spread`` of what sheets say for ``indicator``, by the inhabitant if so."""
    symbol = symbol_of(indicator, per)
    amounts = spread.low, spread.median, spread.high
    low, median, high = (amount_text(it, symbol) for it in amounts)
    return IndicatorSpread(indicator, spread.count, low, median, high, left_out)
