"""What is asked about the figures of a sheet before they are published: never refused for good.

What is unusual for its kind and topic, what two figures say together, what is missing: each is
a question beside its field, with what was understood, and an answer that lets it through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.library.sheets.figures.figure_kinds import KIND_RULES, FigureKind
from forum.library.sheets.quantities.amounts import amount_text
from forum.library.sheets.quantities.quantity import Quantity, Reading
from forum.library.sheets.quantities.reading import read_quantity
from forum.library.sheets.quantities.units import BASE_SYMBOLS

#: Years of which figures are.
EARLIEST_YEAR, YEARS_AHEAD = 1900, 15
HOURS_OF_YEAR = 8760
#: What is usual, in base units, by kind; and where it is other, by kind and topic.
_USUAL: dict[str, tuple[float, float]] = {
    FigureKind.INVESTMENT: (1_000, 200_000_000),
    FigureKind.AID: (200, 50_000_000),
    FigureKind.RUNNING_COST: (100, 10_000_000),
    FigureKind.INCOME: (100, 50_000_000),
    FigureKind.SAVED_MONEY: (50, 5_000_000),
    FigureKind.CITIZEN_SHARE: (0.5, 100),
    FigureKind.POWER: (0.5, 200_000),
    FigureKind.PRODUCED: (500, 500_000_000),
    FigureKind.SAVED_ENERGY: (500, 200_000_000),
    FigureKind.CONSUMED_BEFORE: (1_000, 500_000_000),
    FigureKind.CONSUMED_AFTER: (1_000, 500_000_000),
    FigureKind.ENERGY_PRICE: (20, 400),
    FigureKind.EMISSIONS: (0.5, 100_000),
    FigureKind.JOBS: (0.05, 300),
    FigureKind.AREA: (5, 50_000_000),
    FigureKind.LENGTH: (20, 100_000),
    FigureKind.DWELLINGS: (1, 20_000),
    FigureKind.BUILDINGS: (1, 3_000),
    FigureKind.HOUSEHOLDS: (1, 50_000),
    FigureKind.VEHICLES: (1, 2_000),
    FigureKind.STUDY_TIME: (0.5, 120),
    FigureKind.WORKS_TIME: (0.25, 72),
    FigureKind.AREA_COST: (20, 5_000),
    FigureKind.POWER_COST: (200, 12_000),
}
_USUAL_OF_TOPIC: dict[tuple[str, str], tuple[float, float]] = {
    (FigureKind.POWER, "eolien"): (800, 50_000),
    (FigureKind.POWER, "solaire-pv"): (1, 30_000),
    (FigureKind.POWER, "bois-energie"): (20, 10_000),
    (FigureKind.POWER, "reseaux-chaleur"): (100, 20_000),
    (FigureKind.POWER, "methanisation"): (50, 5_000),
    (FigureKind.POWER, "hydro"): (5, 10_000),
    (FigureKind.PRODUCED, "eolien"): (1_000_000, 200_000_000),
    (FigureKind.PRODUCED, "solaire-pv"): (1_000, 40_000_000),
    (FigureKind.PRODUCED, "bois-energie"): (30_000, 60_000_000),
    (FigureKind.PRODUCED, "reseaux-chaleur"): (100_000, 100_000_000),
    (FigureKind.PRODUCED, "methanisation"): (300_000, 60_000_000),
    (FigureKind.PRODUCED, "hydro"): (20_000, 60_000_000),
}


@dataclass(frozen=True)
class TypedFigure:
    """A figure as a form or a row has it. ``reading`` is the key of the reading chosen.

    ``confirmed``: the keys of what its author said to be right though it is unusual.
    """

    kind: str = ""
    typed: str = ""
    year: int | None = None
    tax: str = ""
    vector: str = ""
    note: str = ""
    reading: str = ""
    confirmed: frozenset[str] = field(default_factory=frozenset)

    @property
    def read(self) -> Reading:
        """What is typed, as it is understood with the reading that was chosen."""
        if self.kind not in KIND_RULES:
            return Reading(None, _("Choisissez ce que dit ce chiffre."))
        rule = KIND_RULES[self.kind]
        reading = read_quantity(self.typed, rule.dimension, is_yearly=rule.is_yearly)
        return reading.answered(self.reading)

    @property
    def quantity(self) -> Quantity | None:
        """What is understood, None as long as it is asked about."""
        return self.read.quantity

    @property
    def shown_tax(self) -> str:
        """The tax that was chosen, or else the one that is typed with the amount."""
        return self.tax or (self.quantity.tax if self.quantity else "")


class FigureQuestion(NamedTuple):
    """What is asked about a figure. ``about`` is the field that answers it.

    « reading » has ``choices`` of keys and words, « confirmed » the one key that confirms it;
    others are answered in their own field.
    """

    text: str
    about: str
    choices: tuple[tuple[str, str], ...] = ()


def questions_about(
    figures: Sequence[TypedFigure], topic: str = ""
) -> dict[int, FigureQuestion]:
    """The first question about each of ``figures``, by its index; of a sheet on ``topic``."""
    questions = {}
    for index, figure in enumerate(figures):
        question = _question_alone(figure, topic) or _question_among(figure, figures)
        if question:
            questions[index] = question
    return questions


def _question_alone(figure: TypedFigure, topic: str) -> FigureQuestion | None:
    reading = figure.read
    if figure.kind not in KIND_RULES:
        return FigureQuestion(reading.question, "kind")
    if reading.quantity is None:
        choices = tuple((choice.key, str(choice)) for choice in reading.choices)
        return FigureQuestion(reading.question, "reading" if choices else "typed", choices)
    return _missing(figure) or _unusual(figure, topic)


def _missing(figure: TypedFigure) -> FigureQuestion | None:
    """What an amount of money lacks, or a year that cannot be."""
    latest = timezone.localdate().year + YEARS_AHEAD
    if figure.year is not None and not EARLIEST_YEAR <= figure.year <= latest:
        return FigureQuestion(_("De quelle année est ce chiffre ?"), "year")
    if not KIND_RULES[figure.kind].is_money:
        return None
    if not figure.shown_tax:
        return FigureQuestion(_("Hors taxes ou toutes taxes comprises ?"), "tax")
    assert figure.quantity is not None
    if figure.quantity.tax and figure.tax and figure.tax != figure.quantity.tax:
        words = _("Vous avez écrit « %(typed)s » : HT ou TTC ?")
        return FigureQuestion(words % {"typed": figure.typed}, "tax")
    if figure.year is None:
        return FigureQuestion(_("De quelle année est ce montant ?"), "year")
    return None


def _unusual(figure: TypedFigure, topic: str) -> FigureQuestion | None:
    """A figure that is far from what is usual for its kind and the topic."""
    usual = _USUAL_OF_TOPIC.get((figure.kind, topic)) or _USUAL[figure.kind]
    assert figure.quantity is not None
    amount, symbol = figure.quantity.amount, BASE_SYMBOLS[KIND_RULES[figure.kind].dimension]
    low, high = (Decimal(str(it)) for it in usual)
    if low <= amount <= high:
        return None
    words = _("%(typed)s, est-ce bien cela ? %(kind)s : en général, entre %(low)s et %(high)s.")
    values = {
        "typed": figure.typed.strip(),
        "kind": FigureKind(figure.kind).label,
        "low": amount_text(low, symbol),
        "high": amount_text(high, symbol),
    }
    return _to_confirm(figure, f"{figure.kind}:{figure.quantity.key}", words % values)


def _question_among(
    figure: TypedFigure, figures: Sequence[TypedFigure]
) -> FigureQuestion | None:
    """What two figures say together that can hardly be."""
    if figure.quantity is None:
        return None
    amount = figure.quantity.amount
    if figure.kind == FigureKind.PRODUCED:
        power = _total(figures, FigureKind.POWER, figure.vector)
        if power and amount > power * HOURS_OF_YEAR:
            words = _("Cela ferait %(hours)s heures par an à pleine puissance, et une année en "
                      "a 8 760. Est-ce bien cela ?")  # fmt: skip
            values = {"hours": f"{amount / power:.0f}"}
            key = f"hours:{figure.quantity.key}:{power.normalize():f}"
            return _to_confirm(figure, key, words % values)
    if figure.kind == FigureKind.AID:
        cost = _total(figures, FigureKind.INVESTMENT)
        if cost and amount > cost:
            words = _("L’aide dépasse le coût d’investissement. Est-ce bien cela ?")
            return _to_confirm(figure, f"aid:{figure.quantity.key}:{cost:f}", words)
    if figure.kind == FigureKind.CONSUMED_AFTER:
        before = _total(figures, FigureKind.CONSUMED_BEFORE, figure.vector)
        if before and amount > before:
            words = _("C’est plus après qu’avant. Est-ce bien cela ?")
            return _to_confirm(figure, f"after:{figure.quantity.key}:{before:f}", words)
    return None


def _total(figures: Sequence[TypedFigure], kind: FigureKind, vector: str = "") -> Decimal:
    """The sum of the figures of ``kind`` that may be compared, where there are any."""
    amounts = [
        row.quantity.amount
        for row in figures
        if row.kind == kind and row.quantity and row.vector in ("", vector or row.vector)
    ]
    return sum(amounts, Decimal(0))


def _to_confirm(figure: TypedFigure, key: str, words: str) -> FigureQuestion | None:
    if key in figure.confirmed:
        return None
    return FigureQuestion(words, "confirmed", ((key, _("C’est bien cela")),))
