"""What figures tell of, and what is asked with each: a unit, a year, a tax, an energy."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.library.sheets.quantities.units import Dimension


class FigureKind(models.TextChoices):
    """What a figure tells of."""

    INVESTMENT = "investment", _("Coût d’investissement")
    AID = "aid", _("Aides et subventions")
    RUNNING_COST = "running_cost", _("Coût de fonctionnement par an")
    INCOME = "income", _("Recettes par an")
    SAVED_MONEY = "saved_money", _("Dépense évitée par an")
    CITIZEN_SHARE = "citizen_share", _("Part d’argent citoyen")
    POWER = "power", _("Puissance")
    PRODUCED = "produced", _("Énergie produite par an")
    SAVED_ENERGY = "saved_energy", _("Énergie économisée par an")
    CONSUMED_BEFORE = "consumed_before", _("Énergie consommée par an, avant")
    CONSUMED_AFTER = "consumed_after", _("Énergie consommée par an, après")
    ENERGY_PRICE = "energy_price", _("Prix de l’énergie")
    EMISSIONS = "emissions", _("Émissions évitées par an")
    JOBS = "jobs", _("Emplois")
    AREA = "area", _("Surface")
    LENGTH = "length", _("Longueur de réseau")
    DWELLINGS = "dwellings", _("Logements")
    BUILDINGS = "buildings", _("Bâtiments")
    HOUSEHOLDS = "households", _("Foyers ou participants")
    VEHICLES = "vehicles", _("Véhicules")
    STUDY_TIME = "study_time", _("Durée des études")
    WORKS_TIME = "works_time", _("Durée des travaux")
    AREA_COST = "area_cost", _("Coût par surface")
    POWER_COST = "power_cost", _("Coût par puissance")


class EnergyVector(models.TextChoices):
    """Of which energy a figure tells."""

    ELECTRICITY = "electricity", _("électricité")
    HEAT = "heat", _("chaleur")
    GAS = "gas", _("gaz")
    FUEL = "fuel", _("carburant")
    WOOD = "wood", _("bois")
    PRIMARY = "primary", _("énergie primaire")
    FINAL = "final", _("énergie finale, tous usages")


class Tax(models.TextChoices):
    """Whether an amount includes VAT."""

    EXCLUDED = "ht", _("HT")
    INCLUDED = "ttc", _("TTC")
    NONE = "none", _("sans objet")


class KindRule(NamedTuple):
    """What is asked with a kind of figure. ``is_yearly``: it counts by the year.

    ``example``: how one may type it. ``is_money`` asks for a year and a tax.
    """

    dimension: Dimension
    example: str
    is_yearly: bool = False
    is_money: bool = False
    has_vector: bool = False


_ENERGY = KindRule(Dimension.ENERGY, "1 200 MWh", is_yearly=True, has_vector=True)
_YEARLY_MONEY = KindRule(Dimension.MONEY, "45 k€", is_yearly=True, is_money=True)
_COUNT = KindRule(Dimension.COUNT, "120")
_TIME = KindRule(Dimension.DURATION, "18 mois")

#: By kind. The order is that of the kinds, and of the choices of forms.
KIND_RULES: dict[str, KindRule] = {
    FigureKind.INVESTMENT: KindRule(Dimension.MONEY, "1,2 M€", is_money=True),
    FigureKind.AID: KindRule(Dimension.MONEY, "450 k€", is_money=True),
    FigureKind.RUNNING_COST: _YEARLY_MONEY,
    FigureKind.INCOME: _YEARLY_MONEY,
    FigureKind.SAVED_MONEY: _YEARLY_MONEY,
    FigureKind.CITIZEN_SHARE: KindRule(Dimension.SHARE, "40 %"),
    FigureKind.POWER: KindRule(Dimension.POWER, "500 kW", has_vector=True),
    FigureKind.PRODUCED: _ENERGY,
    FigureKind.SAVED_ENERGY: _ENERGY,
    FigureKind.CONSUMED_BEFORE: _ENERGY,
    FigureKind.CONSUMED_AFTER: _ENERGY,
    FigureKind.ENERGY_PRICE: KindRule(
        Dimension.ENERGY_PRICE, "85 €/MWh", is_money=True, has_vector=True
    ),
    FigureKind.EMISSIONS: KindRule(Dimension.CARBON, "120 t éq. CO₂", is_yearly=True),
    FigureKind.JOBS: KindRule(Dimension.JOBS, "2,5 ETP"),
    FigureKind.AREA: KindRule(Dimension.AREA, "1 200 m²"),
    FigureKind.LENGTH: KindRule(Dimension.LENGTH, "1,4 km"),
    FigureKind.DWELLINGS: _COUNT,
    FigureKind.BUILDINGS: _COUNT,
    FigureKind.HOUSEHOLDS: _COUNT,
    FigureKind.VEHICLES: _COUNT,
    FigureKind.STUDY_TIME: _TIME,
    FigureKind.WORKS_TIME: _TIME,
    FigureKind.AREA_COST: KindRule(Dimension.MONEY_OF_AREA, "1 100 €/m²", is_money=True),
    FigureKind.POWER_COST: KindRule(Dimension.MONEY_OF_POWER, "1 100 €/kWc", is_money=True),
}
