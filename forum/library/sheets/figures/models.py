"""The figures of sheets."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.base import visibility
from forum.library.sheets.figures.figure_kinds import (
    KIND_RULES,
    EnergyVector,
    FigureKind,
    KindRule,
    Tax,
)
from forum.library.sheets.quantities.quantity import BASE_STEP
from forum.library.sheets.quantities.reading import MAX_DIGITS
from forum.library.sheets.quantities.units import BASE_SYMBOLS
from forum.library.sheets.querysets import shown_sheets

#: Characters of what is typed: what is longer than a figure is kept, and asked about.
MAX_TYPED = 200
_DECIMALS = -int(BASE_STEP.as_tuple().exponent)


class SheetFigureQuerySet(visibility.VisibleQuerySet["SheetFigure"]):
    """Figures, seen where their sheets are."""

    rule = staticmethod(partial(shown_sheets, prefix="sheet__"))


class SheetFigure(models.Model):
    """A figure as it was ``typed``, and so shown; ``amount`` is what it is compared by.

    ``amount`` is in the base unit of its kind (``BASE_SYMBOLS``), None as long as what is typed
    has not been understood, which only a draft may have. ``unit`` is the symbol of what was
    typed. ``confirmed`` is the text that its author said to be right though it is unusual.
    """

    sheet = models.ForeignKey("forum.ExperienceSheet", models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("nature"), max_length=20, choices=FigureKind)
    typed = models.CharField(_("chiffre"), max_length=MAX_TYPED)
    unit = models.CharField(max_length=40, blank=True, editable=False)
    amount = models.DecimalField(
        max_digits=MAX_DIGITS + _DECIMALS,
        decimal_places=_DECIMALS,
        null=True,
        editable=False,
    )
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    tax = models.CharField(_("taxe"), max_length=4, choices=Tax, blank=True)
    vector = models.CharField(_("énergie"), max_length=12, choices=EnergyVector, blank=True)
    # As long as a text in which names of closed accounts are replaced.
    note = models.CharField(_("note"), max_length=200, blank=True)
    confirmed = models.CharField(max_length=200, blank=True, editable=False)

    objects = SheetFigureQuerySet.as_manager()

    searched_texts = {"typed": "", "note": ""}
    texts_kept_when_closed = {"confirmed": "what programs write"}

    class Meta:
        verbose_name = _("chiffre d’une fiche")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(
                "kind", "amount", condition=Q(amount__isnull=False), name="figure_by_amount"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.typed}"

    @property
    def kind_rule(self) -> KindRule:
        """What is asked with its kind."""
        return KIND_RULES[self.kind]

    @property
    def base_symbol(self) -> str:
        """The unit of ``amount``."""
        return BASE_SYMBOLS[self.kind_rule.dimension]

    @property
    def shown_amount(self) -> Decimal | None:
        """``amount`` without decimals that say nothing."""
        return self.amount if self.amount is None else self.amount.normalize()
